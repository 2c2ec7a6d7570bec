"""The caller's own words: texts that are never hidden, texts that always are."""

from collections.abc import Iterable, Sequence

from shared.options import DenyEntry
from worker.detection.span import Span
from worker.detection.terms import Terms

#: Above every recognizer: the caller knows.
DENY_SCORE = 1.0


def find_denied(text: str, deny: Sequence[DenyEntry]) -> list[Span]:
    """Every occurrence of each denied text, ignoring case and accents, on word boundaries."""
    if not deny:
        return []
    terms = Terms(entry.text for entry in deny)
    return [Span(each.start, each.end, deny[each.term].type, DENY_SCORE, "deny_list") for each in terms.find(text)]


def drop_allowed(text: str, spans: Iterable[Span], allow: Sequence[str]) -> list[Span]:
    """Without the spans whose whole text the caller allows, ignoring case and runs of blanks."""
    allowed = {_key(each) for each in allow}
    if not allowed:
        return list(spans)
    return [span for span in spans if _key(text[span.start : span.end]) not in allowed]


def _key(text: str) -> str:
    return " ".join(text.split()).casefold()
