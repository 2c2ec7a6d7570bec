"""`auto`: one of the served languages, with a confidence; the default where nothing tells."""

import pytest

from worker.detection.language import FUNCTION_WORDS, guess

GUESSED = [
    ("The applicant was born in 1960 and lives in Bristol.", "en"),
    ("Le requérant est né en 1947 et vit à Orsa.", "fr"),
    ("Please call me back", "en"),
    ("Merci de me rappeler", "fr"),
    ("Patient vu aux urgences pour une douleur thoracique", "fr"),
    ("Monsieur Smith travaille pour la Bank of England à Londres", "fr"),
    ("Mr Dupont works with the Banque de France in Paris", "en"),
]


@pytest.mark.parametrize(("text", "language"), GUESSED)
def test_a_text_with_function_words_is_guessed(text: str, language: str) -> None:
    guessed = guess(text, ["en", "fr"], default="en" if language == "fr" else "fr")

    assert guessed.language == language
    assert guessed.confidence is not None
    assert 0.5 < guessed.confidence <= 1.0


@pytest.mark.parametrize("text", ["", "   ", "John Smith", "42", "Łódź", "Date: 2015-12-22 Phone: 083 564", "😀"])
@pytest.mark.parametrize("default", ["en", "fr"])
def test_where_nothing_tells_the_default_is_taken_without_a_confidence(text: str, default: str) -> None:
    guessed = guess(text, ["en", "fr"], default)

    assert (guessed.language, guessed.confidence) == (default, None)


def test_only_served_languages_are_given() -> None:
    assert guess("Der Antragsteller wurde in Berlin geboren und lebt dort.", ["en", "fr"], "en").language in {
        "en",
        "fr",
    }
    assert guess("Le requérant est né à Paris.", ["en"], "en").language == "en"


def test_a_word_tells_one_language_only() -> None:
    assert not FUNCTION_WORDS["en"] & FUNCTION_WORDS["fr"]
