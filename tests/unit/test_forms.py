"""Names that their form gives away, without a model."""

import pytest

from worker.detection.document import Document
from worker.detection.forms import find_by_form


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("I met Jane Doe in Leeds.", ["Jane Doe"]),
        # The capital of a sentence's first word is the sentence's.
        ("Call Jane Doe in Leeds.", ["Jane Doe"]),
        ("It rained. Ask Mary Jones about it.", ["Mary Jones"]),
        ("Call Leeds Council now.", []),
        ("They said Call Of Duty was fun.", []),
    ],
)
def test_a_first_name_before_a_capitalized_word(text: str, names: list[str]) -> None:
    found = [text[span.start : span.end] for span in find_by_form(Document(text, "en")) if span.type == "PERSON"]
    assert found == names
