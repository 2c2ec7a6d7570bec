"""Texts are cut at paragraph or sentence ends; nothing is lost, nothing doubled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.detection.chunks import cut

texts = st.text(alphabet=st.sampled_from("ab .!?\n\r\t é\u0301\u200d👨‍👩‍👧שAB,"), max_size=400)


@given(text=texts, limit=st.integers(min_value=2, max_value=60))
def test_the_chunks_put_together_are_the_text(text: str, limit: int) -> None:
    chunks = list(cut(text, limit))

    assert "".join(chunk.text for chunk in chunks) == text
    assert all(text[chunk.start : chunk.start + len(chunk.text)] == chunk.text for chunk in chunks)


@given(text=texts, limit=st.integers(min_value=2, max_value=60))
def test_no_chunk_is_empty_or_above_the_limit(text: str, limit: int) -> None:
    assert all(0 < len(chunk.text) <= limit for chunk in cut(text, limit))


BORDERS = [
    # text, limit, where the first chunk ends
    ("One two three.\n\nFour five six. Seven", 30, "One two three.\n\n"),
    ("One two three. Alpha beta\nFour five six. Seven", 40, "One two three. Alpha beta\n"),
    ("He met them there. Then he left the town.", 30, "He met them there. "),
    ("Yesterday morning we met Mr. Smith in town", 32, "Yesterday morning we "),
    ("a word and another word and then some", 20, "a word and another "),
    ("Anna Maria Bella Clara Dora", 20, "Anna Maria Bella "),
    ("x" * 30, 20, "x" * 20),
    ("e\u0301" * 15, 19, "e\u0301" * 9),
    ("abcdefgh\r\n" + "x" * 20, 9, "abcdefgh"),
]


@pytest.mark.parametrize(("text", "limit", "first"), BORDERS)
def test_a_border_is_the_best_to_be_had(text: str, limit: int, first: str) -> None:
    assert next(cut(text, limit)).text == first


def test_a_sentence_does_not_end_after_an_abbreviation() -> None:
    text = "The court was told about this. It heard M. Dupont and then closed the case for good."

    assert next(chunk.text for chunk in cut(text, 44)) == "The court was told about this. "


def test_a_limit_below_two_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        list(cut("text", 1))
