"""A name found once is found everywhere: in full, in part, in capitals, with other hyphens and accents."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from worker.detection.names import CAPITAL_ANYWAY, COMMON_WORDS, TITLES, Name, take_apart
from worker.detection.overlaps import resolve
from worker.detection.span import Span
from worker.detection.terms import Terms, fold
from worker.detection.vocabulary.first_names import FIRST_NAMES

#: A propagated name is as sure as the name it comes from, less this.
PROPAGATION_LOSS = 0.05
#: The types whose values are names.
NAMED = frozenset({"PERSON", "ORGANIZATION", "LOCATION", "NRP"})


#: A part that so many persons share tells none of them; comparing them all would take too long.
_MOST_NAMESAKES = 20


#: What persons do: after a word that is also a name it speaks for the name, even where a sentence begins.
_ACTS = re.compile(
    r"(?:['’]s)?\s+(?:said|says|told|asked|replied|wrote|called|came|went|had|has|was born|shall|must|did|does"
    r"|testified|stated|claimed|denied|signed|paid|lives|lived|works|worked|a dit|a déclaré|a signé|habite"
    r"|travaille|soutient|affirme|répond)\b"
)


@dataclass(frozen=True, slots=True)
class _Term:
    text: str
    type: str
    score: float
    #: Whether it is a part of a person's name rather than the whole.
    is_part: bool = False
    #: Whether it was found in small letters.
    is_small: bool = False
    #: An abbreviation such as "EAT" means nothing in other letters.
    exact: str | None = None


def propagate(texts: Sequence[str], found: Sequence[Sequence[Span]]) -> list[list[Span]]:
    """The spans of each text and those that the names of any of the texts add, with identities; no overlaps."""
    terms = _terms(texts, found)
    if terms:
        index = Terms(term.text for term in terms)
        found = [resolve([*spans, *_more(text, spans, terms, index)]) for text, spans in zip(texts, found, strict=True)]
    return identify(texts, found)


def _terms(texts: Sequence[str], found: Sequence[Sequence[Span]]) -> list[_Term]:
    best: dict[tuple[str, str], _Term] = {}
    for text, spans in zip(texts, found, strict=True):
        for span in spans:
            if span.type in NAMED:
                for term in _terms_of(text[span.start : span.end], span):
                    known = best.get((term.text, term.type))
                    if known is None or (known.score, not known.is_part) < (term.score, not term.is_part):
                        best[term.text, term.type] = term
    return list(best.values())


def _terms_of(value: str, span: Span) -> Iterator[_Term]:
    if span.type == "PERSON":
        name = take_apart(value)
        if len(name.key) > 2:
            yield _Term(name.key, span.type, span.score, is_part=len(name.parts) == 1, is_small=value.islower())
        if len(name.parts) > 1 and value[:1].isupper():
            for part in name.strong_parts:
                yield _Term(part, span.type, span.score, is_part=True)
    else:
        key = " ".join(fold(value).split())
        if len(key) > 2 and any(character.isalpha() for character in key):
            exact = value if len(value) < 7 and value.isupper() else None
            yield _Term(key, span.type, span.score, exact=exact)


def _more(text: str, spans: Sequence[Span], terms: list[_Term], index: Terms) -> Iterator[Span]:
    covered = [(span.start, span.end) for span in spans]
    place = 0
    occurrences = sorted(index.find(text), key=lambda each: (each.start, -each.end))
    reached = 0
    for each in occurrences:
        while place < len(covered) and covered[place][1] <= each.start:
            place += 1
        if place < len(covered) and covered[place][0] <= each.start and each.end <= covered[place][1]:
            continue
        if each.end <= reached:
            continue
        term = terms[each.term]
        if _is_name_here(text, each.start, each.end, term):
            reached = each.end
            yield Span(each.start, each.end, term.type, max(0.0, term.score - PROPAGATION_LOSS), "propagation")


def _is_name_here(text: str, start: int, end: int, term: _Term) -> bool:
    value = text[start:end]
    if term.type == "PERSON" and " " in term.text and value.islower():
        return term.is_small or not FIRST_NAMES.isdisjoint(term.text.split())
    if not value[:1].isupper() or term.exact not in (None, value):
        return False
    if " " in term.text:
        return all(word[:1].isupper() or not word[:1].isalpha() or len(word) < 4 for word in value.split())
    if term.text in CAPITAL_ANYWAY:
        return _has_title(text, start)
    if term.text in COMMON_WORDS:
        return _has_title(text, start) or _is_in_mid_sentence(text, start) or bool(_ACTS.match(text, end))
    return True


def _has_title(text: str, start: int) -> bool:
    words = text[max(0, start - 24) : start].split()
    return bool(words) and fold(words[-1]).rstrip(".") in TITLES


def _is_in_mid_sentence(text: str, start: int) -> bool:
    """Whether a word in small letters goes before: a capital then is a name's."""
    words = text[max(0, start - 24) : start].split()
    return bool(words) and words[-1].rstrip(",;").isalpha() and words[-1][0].islower()


def identify(texts: Sequence[str], found: Sequence[Sequence[Span]]) -> list[list[Span]]:
    """The spans with identities: persons by their fullest name, other names by their folded text."""
    names = [
        [take_apart(text[span.start : span.end]) if span.type == "PERSON" else None for span in spans]
        for text, spans in zip(texts, found, strict=True)
    ]
    fullest = _fullest(name for row in names for name in row if name is not None)
    return [
        [_identified(text, span, name, fullest) for span, name in zip(spans, row, strict=True)]
        for text, spans, row in zip(texts, found, names, strict=True)
    ]


def _identified(text: str, span: Span, name: Name | None, fullest: dict[str, str]) -> Span:
    if name is not None:
        return _with_identity(span, fullest.get(name.key, name.key))
    if span.type in NAMED:
        return _with_identity(span, " ".join(fold(text[span.start : span.end]).split()))
    return span


def _with_identity(span: Span, identity: str) -> Span:
    return Span(span.start, span.end, span.type, span.score, span.recognizer, identity, span.explanation)


def _fullest(names: Iterable[Name]) -> dict[str, str]:
    """Each name's fullest form where just one fits: "smith" -> "john smith", unless there is a "mary smith" too."""
    parts_of = {name.key: name.parts for name in names if name.key}
    holders: dict[str, list[str]] = defaultdict(list)
    for key, parts in parts_of.items():
        for part in set(parts):
            holders[part].append(key)
    fullest: dict[str, str] = {}
    for key, parts in parts_of.items():
        sharers = _sharers(parts, holders)
        fuller = [other for other in sharers if len(other) > len(key) and _fits(parts, parts_of[other])]
        if len(fuller) > _MOST_NAMESAKES:
            continue
        # "j smith" and "john smith" fit each other: the longer is the fuller.
        tops = [
            each
            for each in fuller
            if not any(len(each) < len(other) and _fits(parts_of[each], parts_of[other]) for other in fuller)
        ]
        if len(tops) == 1:
            fullest[key] = tops[0]
    return fullest


def _sharers(parts: tuple[str, ...], holders: dict[str, list[str]]) -> list[str]:
    """The names that hold the longest of the parts that is not too common to compare; none where all are."""
    by_length = sorted((part for part in parts if len(part) > 1), key=len, reverse=True) or list(parts)
    return next((holders[part] for part in by_length if len(holders[part]) <= 3 * _MOST_NAMESAKES), [])


def _fits(parts: tuple[str, ...], fuller: tuple[str, ...]) -> bool:
    """Whether the parts stand in the fuller name in their order; an initial stands for a name that begins so."""
    rest = iter(fuller)
    return all(any(_same(part, other) for other in rest) for part in parts)


def _same(part: str, other: str) -> bool:
    return part == other or (len(part) == 1 and other.startswith(part)) or (len(other) == 1 and part.startswith(other))
