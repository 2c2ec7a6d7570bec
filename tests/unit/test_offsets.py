"""Offsets in code points, UTF-16 code units and UTF-8 bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.detection.offsets import OffsetUnit, convert

EXAMPLES: list[tuple[str, list[int], OffsetUnit, list[int]]] = [
    ("abc", [0, 1, 3], "codepoint", [0, 1, 3]),
    ("abc", [0, 1, 3], "utf16", [0, 1, 3]),
    ("abc", [3, 0, 1], "byte", [3, 0, 1]),
    ("aéb", [0, 1, 2, 3], "byte", [0, 1, 3, 4]),
    ("aéb", [0, 1, 2, 3], "utf16", [0, 1, 2, 3]),
    ("😀 Anna", [0, 1, 2, 6], "utf16", [0, 2, 3, 7]),
    ("😀 Anna", [0, 1, 2, 6], "byte", [0, 4, 5, 9]),
    ("e\u0301 שלום", [0, 2, 3, 7], "byte", [0, 3, 4, 12]),
    ("\ud800a", [1, 2], "utf16", [1, 2]),
]


@pytest.mark.parametrize(("text", "offsets", "unit", "expected"), EXAMPLES)
def test_each_unit_counts_as_it_says(text: str, offsets: list[int], unit: OffsetUnit, expected: list[int]) -> None:
    assert convert(text, offsets, unit) == expected


@given(st.text(), st.data())
def test_converted_offsets_cut_the_encoded_text_where_the_code_points_do(text: str, data: st.DataObject) -> None:
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))

    first, last = convert(text, [start, end], "utf16")
    assert text.encode("utf-16-le")[2 * first : 2 * last].decode("utf-16-le") == text[start:end]
    first, last = convert(text, [start, end], "byte")
    assert text.encode()[first:last].decode() == text[start:end]


@pytest.mark.parametrize("offset", [-1, 4])
def test_an_offset_outside_the_text_is_refused(offset: int) -> None:
    with pytest.raises(IndexError):
        convert("abc", [offset], "utf16")
