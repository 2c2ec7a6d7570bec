"""The engine as a job sees it: detection, then anonymization, then offsets in the caller's unit."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from spacy.language import Language

from shared.jobs.payload import DocumentResult, Entity, Explanation, Residual
from shared.options import Options
from worker.anonymization.anonymize import AnonymizedDocument, AnonymizedEntity, anonymize
from worker.anonymization.scope import ScopeKeys
from worker.detection.detect import Detection, DetectionRequest, detect
from worker.detection.offsets import OffsetUnit, convert


@dataclass(frozen=True, slots=True)
class EngineRequest:
    """One document of a job. `language` is a served one or "auto"."""

    text: str
    language: str
    options: Options
    keys: ScopeKeys


def process(
    requests: Sequence[EngineRequest],
    pipelines: Mapping[str, Language],
    model_keys: Mapping[str, str],
) -> list[DocumentResult]:
    """One result a request, each a job of its own, in order. `pipelines` and `model_keys` are by language.

    Raises LanguageNotServed.
    """
    wanted = [DetectionRequest(request.text, request.language, request.options) for request in requests]
    detections = detect(wanted, pipelines)
    results = []
    for request, detection in zip(requests, detections, strict=True):
        (anonymized,) = anonymize(
            [(request.text, detection.spans)], request.options, request.keys, [detection.language]
        )
        results.append(
            document_result(request.text, request.options, detection, anonymized, model_keys[detection.language])
        )
    return results


def document_result(
    text: str,
    options: Options,
    detection: Detection,
    anonymized: AnonymizedDocument,
    model_key: str,
    *,
    index: int = 0,
    custom_id: str | None = None,
) -> DocumentResult:
    """The result of one document of a job; offsets in the unit of the options."""
    unit = options.offset_unit
    entities = anonymized.entities
    inside = _converted(text, [(entity.start, entity.end) for entity in entities], unit)
    outside = _converted(
        anonymized.text, [(entity.anonymized_start, entity.anonymized_end) for entity in entities], unit
    )
    left = _converted(anonymized.text, [(each.start, each.end) for each in anonymized.residual], unit)
    return DocumentResult(
        index=index,
        custom_id=custom_id,
        state="succeeded",
        language=detection.language,
        language_confidence=detection.language_confidence,
        model=model_key,
        entities=tuple(map(_entity, entities, inside, outside)),
        anonymized_text=anonymized.text,
        residual=tuple(
            Residual(type=each.type, start=start, end=end)
            for each, (start, end) in zip(anonymized.residual, left, strict=True)
        ),
    )


def _entity(entity: AnonymizedEntity, inside: tuple[int, int], outside: tuple[int, int]) -> Entity:
    why = entity.explanation
    return Entity(
        start=inside[0],
        end=inside[1],
        type=entity.type,
        text=entity.text,
        score=round(entity.score, 4),
        recognizer=entity.recognizer,
        operator=entity.operator,
        anonymized_start=outside[0],
        anonymized_end=outside[1],
        explanation=Explanation(**asdict(why)) if why is not None else None,
    )


def _converted(text: str, spans: Sequence[tuple[int, int]], unit: OffsetUnit) -> list[tuple[int, int]]:
    if unit == "codepoint":
        return list(spans)
    flat = convert(text, [offset for span in spans for offset in span], unit)
    return list(zip(flat[::2], flat[1::2], strict=True))
