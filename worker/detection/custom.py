"""Callers' own recognizers, in RE2: linear time whatever the pattern."""

from collections.abc import Sequence

from shared.custom_patterns import compile_pattern
from shared.options import CustomRecognizer
from worker.detection.context import find_context
from worker.detection.recognizer import CONTEXT_FACTOR
from worker.detection.span import Explanation, Span


def find_custom(text: str, recognizers: Sequence[CustomRecognizer], *, explain: bool = False) -> list[Span]:
    """Every match of every recognizer; a context word near it multiplies the odds of the caller's score."""
    return [span for recognizer in recognizers for span in _find_one(text, recognizer, explain)]


def _find_one(text: str, recognizer: CustomRecognizer, explain: bool) -> list[Span]:
    spans = []
    for match in compile_pattern(recognizer.pattern).finditer(text):
        start, end = match.span()
        if start == end:
            continue
        context = find_context(text, start, end, recognizer.context)
        score = _raised(recognizer.score) if context else recognizer.score
        explanation = Explanation("custom", None, context, recognizer.score, score) if explain else None
        spans.append(Span(start, end, recognizer.type, score, "custom", explanation=explanation))
    return spans


def _raised(score: float) -> float:
    if score >= 1.0:
        return 1.0
    odds = score / (1.0 - score) * CONTEXT_FACTOR
    return round(odds / (1.0 + odds), 4)
