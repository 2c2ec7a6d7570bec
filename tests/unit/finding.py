"""What the recognizers' tests ask: the values of a type that are found and reach the type's threshold."""

import spacy

from shared.entity_types import ENTITY_TYPES
from shared.options import Options
from worker.detection.detect import DetectionRequest, detect
from worker.detection.patterns import find_patterns
from worker.detection.span import Span


def found(text: str, type_: str, language: str = "en") -> list[str]:
    """In the order of their place, once each; values that lie within another are left out."""
    places = {
        (span.start, span.end)
        for span in find_patterns(text, language, frozenset({type_}))
        if span.score >= ENTITY_TYPES[type_].threshold
    }
    outermost = [
        (start, end)
        for start, end in places
        if not any(left <= start and end <= right for left, right in places - {(start, end)})
    ]
    return [text[start:end] for start, end in sorted(outermost)]


def found_without_model(text: str, type_: str, language: str) -> list[Span]:
    """The spans of one type that is asked for alone, from a pipeline that knows no names."""
    request = DetectionRequest(text, language, Options(entity_types=(type_,)))
    (detection,) = detect([request], {language: spacy.blank(language)})
    return list(detection.spans)
