"""What the models do wrong again and again, put right by rules that are true of the language.

A model's span is tidied (`tidying.py`), gets the type that its words and neighbours give away (`right_types.py`) and
the score that the evidence leaves (`evidence.py`). Names that their form alone gives away are added by `forms.py`.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from worker.detection.document import Candidate, Document
from worker.detection.evidence import NAMES, score_of
from worker.detection.forms import find_by_form, find_glosses
from worker.detection.nationalities import find_nationalities
from worker.detection.overlaps import resolve
from worker.detection.right_types import right_type
from worker.detection.span import Explanation, Span
from worker.detection.tidying import tidy


def mend(
    text: str, spans: Iterable[Span], patterns: Sequence[Span], language: str, *, explain: bool = False
) -> list[Span]:
    """The model's spans put right, and the names found by form.

    `patterns`: the accepted spans of the pattern tables. Those that are names are judged by the same evidence and come
    back among the result; the others only cut the model's spans.
    """
    document = Document(text, language)
    values = [span for span in patterns if span.type not in NAMES]
    names = [*spans, *(span for span in patterns if span.type in NAMES)]
    forms = list(find_by_form(document))
    # A person's name by form is no part of an organisation or a place; of a longer person's name it may be.
    borders = {True: resolve(values), False: resolve([*values, *(form for form in forms if form.type == "PERSON")])}
    parts = [piece for span in names for piece in apart(span, borders[span.type == "PERSON"])]
    found = [*(tidied for part in parts for tidied in tidy(text, part, language)), *forms]
    scored = [_scored(document, span, explain) for span in found]
    return [*values, *scored, *find_glosses(text, scored), *find_nationalities(document)]


def _scored(document: Document, span: Span, explain: bool) -> Span:
    each = Candidate.of(document, span)
    type_ = right_type(each)
    if type_ != span.type:
        each = replace(each, span=replace(span, type=type_))
    score, reasons = score_of(each)
    explanation = _explained(span, reasons, score) if explain else None
    return Span(span.start, span.end, type_, score, span.recognizer, None, explanation)


def _explained(span: Span, reasons: tuple[str, ...], score: float) -> Explanation:
    earlier = span.explanation or Explanation(None, None, (), span.score, span.score)
    return replace(earlier, context=(*earlier.context, *reasons), score_after=score)


def apart(span: Span, borders: Sequence[Span]) -> Iterator[Span]:
    """What is left of a name outside `borders` (sorted, without overlaps): a swallowed number is no part of a name."""
    start = span.start
    for place in range(bisect_right(borders, start, key=lambda each: each.end), len(borders)):
        border = borders[place]
        if border.start >= span.end:
            break
        if border.start > start:
            yield Span(start, border.start, span.type, span.score, span.recognizer, None, span.explanation)
        start = border.end
    if start < span.end:
        yield Span(start, span.end, span.type, span.score, span.recognizer, None, span.explanation)
