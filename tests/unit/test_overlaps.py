"""Overlapping spans: everything stays covered, the type comes from the stronger one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.detection.overlaps import resolve
from worker.detection.span import Span


def span(start: int, end: int, type_: str = "PERSON", score: float = 0.5) -> Span:
    return Span(start, end, type_, score, "test")


EXAMPLES = [
    ("apart", [span(0, 2), span(3, 5)], [(0, 2, "PERSON"), (3, 5, "PERSON")]),
    ("side by side", [span(0, 2), span(2, 5, "DATE_TIME")], [(0, 2, "PERSON"), (2, 5, "DATE_TIME")]),
    ("the same twice", [span(0, 2), span(0, 2)], [(0, 2, "PERSON")]),
    ("inner weaker", [span(0, 9, "URL", 0.9), span(2, 5, "PERSON", 0.5)], [(0, 9, "URL")]),
    ("inner stronger", [span(0, 9, "PERSON", 0.5), span(2, 5, "US_SSN", 0.9)], [(0, 9, "US_SSN")]),
    ("crossing", [span(0, 5, "PERSON", 0.5), span(3, 9, "DATE_TIME", 0.6)], [(0, 9, "DATE_TIME")]),
    ("same score: the longer", [span(0, 9, "URL"), span(0, 4, "PERSON")], [(0, 9, "URL")]),
    (
        "a chain is one",
        [span(0, 4, "PERSON", 0.5), span(3, 7, "ORGANIZATION", 0.7), span(6, 9, "DATE_TIME", 0.6)],
        [(0, 9, "ORGANIZATION")],
    ),
    ("empty spans vanish", [span(3, 3)], []),
]


@pytest.mark.parametrize(("spans", "expected"), [each[1:] for each in EXAMPLES], ids=[each[0] for each in EXAMPLES])
def test_resolve(spans: list[Span], expected: list[tuple[int, int, str]]) -> None:
    assert [(each.start, each.end, each.type) for each in resolve(spans)] == expected


spans_lists = st.lists(
    st.builds(
        lambda start, length, type_, score: span(start, start + length, type_, score),
        st.integers(0, 40),
        st.integers(1, 15),
        st.sampled_from(["PERSON", "URL", "DATE_TIME"]),
        st.floats(0, 1),
    ),
    max_size=12,
)


@given(spans_lists)
def test_nothing_covered_is_lost_and_nothing_else_is_covered(spans: list[Span]) -> None:
    before = {place for each in spans for place in range(each.start, each.end)}
    after = [place for each in resolve(spans) for place in range(each.start, each.end)]

    assert len(after) == len(set(after)), "spans overlap"
    assert set(after) == before


@given(spans_lists)
def test_resolving_twice_changes_nothing_more(spans: list[Span]) -> None:
    once = resolve(spans)

    assert resolve(once) == once
    assert once == sorted(once, key=lambda each: each.start)
