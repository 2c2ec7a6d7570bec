"""Coarser values, in the language of the text; what cannot be read is replaced."""

import pytest

from tests.unit.anonymizing import text_of


@pytest.mark.parametrize(
    ("language", "text", "year", "month"),
    [
        ("en", "12 January 2004", "2004", "January 2004"),
        ("en", "Monday, January 12th, 2004", "2004", "January 2004"),
        ("fr", "le 3 mars 2011", "2011", "mars 2011"),
        ("fr", "1er janvier 1975", "1975", "janvier 1975"),
        ("en", "2004-01-12", "2004", "January 2004"),
        ("fr", "12/01/2004", "2004", "janvier 2004"),
        ("en", "01/12/04", "2004", "January 2004"),
        ("en", "January 2004", "2004", "January 2004"),
        ("en", "2004", "2004", "2004"),
        ("en", "from 12 January 2004 to 3 March 2005", "from 2004 to 2005", "from January 2004 to March 2005"),
        ("en", "12 January", "<DATE_TIME>", "<DATE_TIME>"),
        ("en", "12 January 2004 at 14:30", "<DATE_TIME>", "<DATE_TIME>"),
        ("en", "Monday", "<DATE_TIME>", "<DATE_TIME>"),
        ("en", "last spring", "<DATE_TIME>", "<DATE_TIME>"),
    ],
)
def test_a_date_becomes_its_year_or_month(language: str, text: str, year: str, month: str) -> None:
    operator = {"name": "generalize"}
    assert text_of(f"[DATE_TIME|{text}]", {"DATE_TIME": operator}, language=language) == year
    assert text_of(f"[DATE_TIME|{text}]", {"DATE_TIME": {**operator, "date_to": "month"}}, language=language) == month


@pytest.mark.parametrize(
    ("text", "band", "expected"),
    [
        ("34", 10, "30-39"),
        ("34 years old", 10, "30-39 years old"),
        ("aged 34", 5, "aged 30-34"),
        ("âgé de 47 ans", 20, "âgé de 40-59 ans"),
        ("7-year-old", 10, "0-9-year-old"),
        ("89 years", 10, "80-89 years"),
        ("88 years", 50, "50-89 years"),
        ("90 years", 10, "90+ years"),
        ("104 ans", 10, "90+ ans"),
        ("6 months old", 10, "<AGE>"),
        ("thirty-four", 10, "<AGE>"),
        ("twenty 4", 10, "<AGE>"),
        ("34 or 35", 10, "<AGE>"),
        ("3.5 years", 10, "<AGE>"),
    ],
)
def test_an_age_becomes_a_band(text: str, band: int, expected: str) -> None:
    operators = {"AGE": {"name": "generalize", "age_band_years": band}}
    assert text_of(f"[AGE|{text}]", operators, deny=[{"text": "x", "type": "AGE"}]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("France", "<COUNTRY>"),
        ("the United States", "<COUNTRY>"),
        ("la République tchèque", "<COUNTRY>"),
        ("U.K.", "<COUNTRY>"),
        ("Texas", "<REGION>"),
        ("Île-de-France", "<REGION>"),
        ("rue des Lilas", "<STREET>"),
        ("Baker Street", "<STREET>"),
        ("Lake Geneva", "<WATER>"),
        ("aéroport d'Orly", "<BUILDING>"),
        ("Springfield", "<LOCATION>"),
    ],
)
def test_a_place_becomes_its_kind(text: str, expected: str) -> None:
    assert text_of(f"[LOCATION|{text}]", {"LOCATION": {"name": "generalize"}}) == expected


def test_a_name_has_no_kind() -> None:
    assert text_of("[PERSON|Ann]", {"PERSON": {"name": "generalize"}}) == "<PERSON>"
