"""Texts with their spans marked in them, for tests: `[PERSON|John Smith] lives in [LOCATION|Paris].`"""

import re
from collections.abc import Mapping, Sequence

from shared.options import Options
from worker.anonymization.anonymize import AnonymizedDocument, anonymize
from worker.anonymization.scope import Scope, ScopeKeys
from worker.detection.propagation import identify
from worker.detection.span import Span

SERVICE_KEY = b"a service key for tests, 32 bytes and more"

_MARK = re.compile(r"\[([A-Z_]+)\|([^\]]*)\]")


def marked(text: str) -> tuple[str, list[Span]]:
    """The text without its marks, and a span for each."""
    bare = ""
    spans: list[Span] = []
    place = 0
    for match in _MARK.finditer(text):
        bare += text[place : match.start()]
        spans.append(Span(len(bare), len(bare) + len(match[2]), match[1], 0.9, "test"))
        bare += match[2]
        place = match.end()
    return bare + text[place:], spans


def run(
    texts: Sequence[str],
    operators: Mapping[str, Mapping[str, object]],
    *,
    scope: Scope = "job",
    languages: Sequence[str] | None = None,
    job: str = "job",
    client: str = "client",
    key: bytes = SERVICE_KEY,
    **options: object,
) -> list[AnonymizedDocument]:
    """The marked texts of one job, anonymized; identities as detection gives them."""
    documents = [marked(text) for text in texts]
    bare = [text for text, _ in documents]
    spans = identify(bare, [found for _, found in documents])
    return anonymize(
        list(zip(bare, spans, strict=True)),
        Options.model_validate({"operators": operators, "scope": scope, **options}),
        ScopeKeys.for_scope(key, client, job, scope),
        languages or ["en"] * len(texts),
    )


def text_of(text: str, operators: Mapping[str, Mapping[str, object]], *, language: str = "en", **more: object) -> str:
    """One marked text, anonymized."""
    return run([text], operators, languages=[language], **more)[0].text  # type: ignore[arg-type]  # the examples name their own options


def values_of(text: str, operator: str, *, language: str = "en", **more: object) -> list[str]:
    """What the operator writes for each marked value of a text."""
    document = run([text], {"default": {"name": operator}}, languages=[language], **more)[0]  # type: ignore[arg-type]  # the examples name their own options
    return [document.text[each.anonymized_start : each.anonymized_end] for each in document.entities]
