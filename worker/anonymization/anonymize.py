"""Spans to text: each becomes what its operator makes of it, and the output is searched for what should be gone."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.entity_types import ENTITY_TYPES
from shared.operators import Operator, Replace
from shared.options import Options
from worker.anonymization.identities import Occurrence, group
from worker.anonymization.leak_check import Gone, Output, find_residuals
from worker.anonymization.operators import Setting, apply, prepare
from worker.anonymization.placeholders import outside_placeholders
from worker.anonymization.residual import Residual
from worker.anonymization.scope import ScopeKeys
from worker.detection.span import Explanation, Span

__all__ = ["AnonymizedDocument", "AnonymizedEntity", "Residual", "anonymize"]


@dataclass(frozen=True, slots=True)
class AnonymizedEntity:
    """A span and what stands in its place; all offsets count code points, ends are exclusive."""

    start: int
    end: int
    type: str
    text: str
    score: float
    recognizer: str
    #: The operator that was applied: "replace" where the one asked for cannot be (a date that cannot be read).
    operator: str
    anonymized_start: int
    anonymized_end: int
    explanation: Explanation | None = None


@dataclass(frozen=True, slots=True)
class AnonymizedDocument:
    entities: tuple[AnonymizedEntity, ...]
    text: str
    residual: tuple[Residual, ...]


def anonymize(
    documents: Sequence[tuple[str, Sequence[Span]]],
    options: Options,
    keys: ScopeKeys,
    languages: Sequence[str],
) -> list[AnonymizedDocument]:
    """All documents of one job, each a text and its spans, with the language of each.

    What an earlier run hid stays as it is: spans within its placeholders are left out.

    Raises ValueError if spans of a document overlap, are empty or lie outside its text.
    """
    types = ENTITY_TYPES.keys() | {each.type for each in options.deny} | {each.type for each in options.recognizers}
    ordered = [outside_placeholders(text, spans, types) for text, spans in documents]
    for (text, _), spans in zip(documents, ordered, strict=True):
        _check(spans, len(text))
    texts = [text for text, _ in documents]
    occurrences = group(texts, ordered, languages, per_document=options.scope == "document")
    setting = prepare(occurrences, options, keys, languages)
    written = [
        _write(text, spans, row, options, setting) for text, spans, row in zip(texts, ordered, occurrences, strict=True)
    ]
    residuals = _residuals(written, options)
    return [
        AnonymizedDocument(tuple(entities), text, residual)
        for (entities, text), residual in zip(written, residuals, strict=True)
    ]


def operator_for(entity_type: str, options: Options) -> Operator:
    """The type's own operator, else the caller's default, else `<TYPE>`."""
    return options.operators.get(entity_type) or options.operators.get("default") or Replace()


def _check(spans: Sequence[Span], length: int) -> None:
    reached = 0
    for span in spans:
        if span.start < reached:
            raise ValueError(f"spans overlap at {span.start}")
        if span.end <= span.start or span.end > length:
            raise ValueError(f"a span from {span.start} to {span.end} does not lie in a text of {length}")
        reached = span.end


def _write(
    text: str, spans: Sequence[Span], occurrences: Sequence[Occurrence], options: Options, setting: Setting
) -> tuple[list[AnonymizedEntity], str]:
    entities: list[AnonymizedEntity] = []
    pieces: list[str] = []
    read = written = 0
    for span, occurrence in zip(spans, occurrences, strict=True):
        name, replacement = apply(operator_for(span.type, options), occurrence, setting)
        pieces += (text[read : span.start], replacement)
        start = written + span.start - read
        read, written = span.end, start + len(replacement)
        entities.append(
            AnonymizedEntity(
                span.start,
                span.end,
                span.type,
                occurrence.text,
                span.score,
                span.recognizer,
                name,
                start,
                written,
                span.explanation,
            )
        )
    pieces.append(text[read:])
    return entities, "".join(pieces)


def _residuals(
    written: Sequence[tuple[Sequence[AnonymizedEntity], str]], options: Options
) -> list[tuple[Residual, ...]]:
    outputs = [
        Output(text, tuple((entity.anonymized_start, entity.anonymized_end) for entity in entities))
        for entities, text in written
    ]
    gone = [
        [
            Gone(entity.type, entity.text)
            for entity in entities
            if text[entity.anonymized_start : entity.anonymized_end] != entity.text
        ]
        for entities, text in written
    ]
    if options.scope == "document":
        return [find_residuals([output], each, options.allow)[0] for output, each in zip(outputs, gone, strict=True)]
    return find_residuals(outputs, [value for each in gone for value in each], options.allow)
