"""The output searched for every original value that should be gone.

Case, accents, format characters and kinds of blank make no difference; a value counts on word boundaries, and not
where it lies within a replacement (a pseudonym may happen to be somebody's name) or within what was kept on request.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, MatchKind

from worker.anonymization.folding import Origins, fold, fold_with_origins
from worker.anonymization.residual import Residual

#: Shorter values stand everywhere by chance: an age of two digits, an initial.
_MIN_CHARACTERS = 2
_MIN_DIGITS = 4
#: In one text, a plain search for each of so many values costs less than building an automaton (70 us).
_FEW_VALUES = 16


@dataclass(frozen=True, slots=True)
class Gone:
    """An original value that should not be in any output of its scope."""

    type: str
    text: str


@dataclass(frozen=True, slots=True)
class Output:
    """An anonymized text, and the stretches of it that operators wrote or kept, sorted."""

    text: str
    written: tuple[tuple[int, int], ...]


def find_residuals(outputs: Sequence[Output], gone: Sequence[Gone], allow: Sequence[str]) -> list[tuple[Residual, ...]]:
    """For each output, where a value still stands, sorted; longer values win where several overlap."""
    types: dict[str, str] = {}
    for value in gone:
        folded = fold(value.text)
        if _is_telling(folded):
            types.setdefault(folded, value.type)
    for text in allow:
        types.pop(fold(text), None)
    if not types:
        return [() for _ in outputs]
    values = sorted(types)
    texts = [fold_with_origins(output.text) for output in outputs]
    if len(outputs) == 1 and len(values) <= _FEW_VALUES:
        values = [value for value in values if value in texts[0][0]]
        if not values:
            return [()]
    # Standard matching with overlaps: leftmost-longest would take "jean pa" in "jean paul" and miss "jean".
    automaton = AhoCorasick(values, matchkind=MatchKind.Standard)
    return [
        tuple(_find(output, text, origins, values, types, automaton))
        for output, (text, origins) in zip(outputs, texts, strict=True)
    ]


def _is_telling(folded: str) -> bool:
    characters = [character for character in folded if character.isalnum()]
    if all(character.isdigit() for character in characters):
        return len(characters) >= _MIN_DIGITS
    return len(characters) >= _MIN_CHARACTERS


def _find(
    output: Output, folded: str, origins: Origins, values: list[str], types: dict[str, str], automaton: AhoCorasick
) -> list[Residual]:
    # Already folded, so no case folding is left to the automaton: its offsets are ours (U+0130 would shift them).
    matches = [
        (start, -end, index)
        for index, start, end in automaton.find_matches_as_indexes(folded, overlapping=True)
        if _on_boundaries(folded, start, end)
    ]
    starts = [start for start, _ in output.written]
    residuals: list[Residual] = []
    reached = 0
    for start, negative_end, index in sorted(matches):
        first, last = origins[start], origins[-negative_end - 1] + 1
        if first < reached or _is_within(first, last, output.written, starts):
            continue
        reached = last
        residuals.append(Residual(types[values[index]], first, last))
    return residuals


def _on_boundaries(folded: str, start: int, end: int) -> bool:
    before = start > 0 and folded[start - 1].isalnum() and folded[start].isalnum()
    after = end < len(folded) and folded[end].isalnum() and folded[end - 1].isalnum()
    return not before and not after


def _is_within(start: int, end: int, written: Sequence[tuple[int, int]], starts: Sequence[int]) -> bool:
    place = bisect_right(starts, start) - 1
    return place >= 0 and end <= written[place][1]
