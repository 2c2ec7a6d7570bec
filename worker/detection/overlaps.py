"""Overlapping spans made into spans that do not overlap: whatever one of them covers stays covered."""

from collections.abc import Iterable

from worker.detection.span import Span


def resolve(spans: Iterable[Span]) -> list[Span]:
    """Sorted spans without overlaps; each is the union of those that touched the same text.

    The union takes type, score, recognizer, identity and explanation from the strongest: the highest score, then
    the longest, then the first. Nothing that any span covers is lost (P#1925: a second entity leaked silently).
    Neighbours that share no character stay apart.
    """
    resolved: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.start, -each.end)):
        if span.start >= span.end:
            continue
        if resolved and span.start < resolved[-1].end:
            resolved[-1] = _union(resolved[-1], span)
        else:
            resolved.append(span)
    return resolved


def _union(first: Span, second: Span) -> Span:
    stronger = max(first, second, key=_strength)
    start, end = min(first.start, second.start), max(first.end, second.end)
    if (start, end) == (stronger.start, stronger.end):
        return stronger
    each = stronger
    return Span(start, end, each.type, each.score, each.recognizer, each.identity, each.explanation)


def _strength(span: Span) -> tuple[float, int, int]:
    return span.score, span.end - span.start, -span.start
