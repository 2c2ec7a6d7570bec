"""Names written small, as in a chat: by what stands before them."""

import pytest

from worker.detection.document import Document
from worker.detection.small_letters import find_in_small_letters

FOUND = [
    ("a title", "mr okafor called me twice", ["okafor"]),
    ("a title with a point", "please ask ms. lopez", ["lopez"]),
    ("two titles", "mr and mrs okafor are here", ["okafor"]),
    ("a title and a full name", "a mr john okafor called", ["john okafor"]),
    ("a French title", "bonjour mme durand", ["durand"]),
    ("a French title in full", "monsieur petit est venu", ["petit"]),
    ("an introduction", "hi, my name is rajesh kumar and i live in leeds", ["rajesh kumar"]),
    ("a French introduction", "bonjour je m'appelle marie dupont", ["marie dupont"]),
    ("among capitals", "I am from London and my name is anna", ["anna"]),
    ("a greeting", "hi rajesh, thanks for that", ["rajesh"]),
    ("a greeting after a line end", "good\nhello rajesh!\nthanks", ["rajesh"]),
]
LEFT = [
    ("an office", "monsieur le directeur"),
    ("a verb", "madame veuillez patienter"),
    ("what is said of a name", "my name is not important, and my name is wrong"),
    ("a participle", "my name is misspelled"),
    ("everybody", "hi all, hello team, dear customer, hello world!"),
    ("a greeting among capitals", "Hi sweetie, I live in London with Anna and Bob Kent."),
    ("milliseconds", "handled in 12 ms status 200"),
    ("within a word", "claims made, hundred percent"),
    ("capitals are for others", "Mr Okafor called. My name is Anna."),
    ("nothing", ""),
]


def found(text: str) -> list[str]:
    return [text[each.start : each.end] for each in find_in_small_letters(Document(text, "en"))]


@pytest.mark.parametrize(("text", "expected"), [each[1:] for each in FOUND], ids=[each[0] for each in FOUND])
def test_a_name_in_small_letters_is_found(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", [each[1] for each in LEFT], ids=[each[0] for each in LEFT])
def test_what_is_no_name_is_left(text: str) -> None:
    assert found(text) == []
