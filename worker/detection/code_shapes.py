"""Codes of one kind have one shape: where "36110/97" is an application number, "29701/96" beside it is one too."""

import re
from collections.abc import Iterator, Sequence

from worker.detection.span import Span

#: Shapes of fewer digits are those of dates, fractions and pages.
_LEAST_DIGITS = 6
_RUN = re.compile(r"\d+|[A-Za-z]+|.", re.DOTALL)
#: A number found by its shape is less sure than the one that gave the shape.
_LOSS = 0.1


def find_same_shapes(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Texts outside `spans` that have the shape of a code among them: digits with a sign between, such as 12345/06."""
    shapes: dict[str, Span] = {}
    for span in spans:
        shape = _shape(text[span.start : span.end]) if span.type == "ID_CODE" else None
        if shape is not None:
            shapes.setdefault(shape, span)
    if not shapes:
        return
    covered = iter(sorted((span.start, span.end) for span in spans))
    start, end = next(covered)
    for match in re.finditer("|".join(f"(?<![\\w/.-]){shape}(?![\\w/-])" for shape in shapes), text):
        while end <= match.start():
            start, end = next(covered, (len(text), len(text) + 1))
        if match.end() <= start:
            like = next(span for shape, span in shapes.items() if re.fullmatch(shape, match.group()))
            yield Span(match.start(), match.end(), like.type, round(like.score - _LOSS, 4), "propagation")


def _shape(value: str) -> str | None:
    """A pattern for values like it: runs of digits of about the same length; None for what is too common a shape."""
    runs = _RUN.findall(value)
    if sum(map(str.isdigit, value)) < _LEAST_DIGITS or not any(run in "/-" for run in runs):
        return None
    return "".join(_run_pattern(run) for run in runs)


def _run_pattern(run: str) -> str:
    if not run.isdigit():
        return re.escape(run)
    return rf"\d{{{max(1, len(run) - 1)},{len(run) + 1}}}" if len(run) > 2 else rf"\d{{{len(run)}}}"
