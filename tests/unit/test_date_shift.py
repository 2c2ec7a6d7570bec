"""Dates are moved and written as they were. In all tables the shift is 100 days ahead unless said."""

import datetime

import pytest

from tests.unit.anonymizing import run, text_of
from worker.anonymization.date_reading import Convention, convention_of
from worker.anonymization.dates import shift_dates

EN = Convention("en", is_day_first=False)
FR = Convention("fr", is_day_first=True)


@pytest.mark.parametrize(
    ("convention", "text", "expected"),
    [
        # written, English
        (EN, "12 January 2004", "21 April 2004"),
        (EN, "January 12, 2004", "April 21, 2004"),
        (EN, "12th January 2004", "21st April 2004"),
        (EN, "the 14th of January, 2004", "the 23rd of April, 2004"),
        (EN, "3 FEBRUARY 2004", "13 MAY 2004"),
        (EN, "Jan. 12, 2004", "Apr. 21, 2004"),
        (EN, "12 Feb 2004", "22 May 2004"),
        (EN, "Feb. 12, 2004", "May 22, 2004"),
        (EN, "12-Jan-2004", "21-Apr-2004"),
        (EN, "12 January", "22 April"),
        (EN, "January 12th", "April 22nd"),
        # written, French
        (FR, "3 mars 2011", "11 juin 2011"),
        (FR, "le 3 mars 2011", "le 11 juin 2011"),
        (FR, "1er janvier 1975", "11 avril 1975"),
        (FR, "23 mars 2011", "1er juillet 2011"),
        (FR, "12 Février 2004", "22 Mai 2004"),
        (FR, "12 fevrier 2004", "22 mai 2004"),
        (FR, "9 nov. 2003", "17 févr. 2004"),
        (FR, "9 MAI 2004", "17 AOÛT 2004"),
        (FR, "09 mai 2004", "17 août 2004"),
        # in figures
        (EN, "2004-01-12", "2004-04-21"),
        (EN, "2004/01/12", "2004/04/21"),
        (EN, "2004-01-12T10:30:00Z", "2004-04-21T10:30:00Z"),
        (EN, "01/12/2004", "04/21/2004"),
        (EN, "1/2/2004", "4/11/2004"),
        (EN, "13/01/2004", "22/04/2004"),
        (EN, "12.01.2004", "21.04.2004"),
        (EN, "1-12-04", "4-21-04"),
        (FR, "01/12/2004", "11/03/2005"),
        (FR, "12/01/99", "22/04/99"),
        (FR, "12/11/99", "20/02/00"),
        # weekdays stay right: 12 January 2004 was a Monday, 21 April 2004 a Wednesday
        (EN, "Monday, 12 January 2004", "Wednesday, 21 April 2004"),
        (EN, "Mon 12 Jan 2004", "Wed 21 Apr 2004"),
        (FR, "lundi 12 janvier 2004", "mercredi 21 avril 2004"),
        (FR, "LUNDI 12 JANVIER 2004", "MERCREDI 21 AVRIL 2004"),
        (EN, "Monday", "Wednesday"),
        # months and years
        (EN, "January 2004", "April 2004"),
        (EN, "November 2003", "February 2004"),
        (FR, "janvier 2004", "avril 2004"),
        (EN, "01/2004", "04/2004"),
        (EN, "2004", "2005"),
        (EN, "in 1998", "in 1999"),
        (EN, "January", "April"),
        # more than one, and times of day
        (EN, "from 12 January 2004 to 3 March 2004", "from 21 April 2004 to 11 June 2004"),
        (EN, "12-15 January 2004", "21-24 April 2004"),
        (EN, "between 12 and 15 January 2004", "between 21 and 24 April 2004"),
        (EN, "20 and 25 January 2004", "29 April and 4 May 2004"),
        (FR, "du 12 au 15 janvier 2004", "du 21 au 24 avril 2004"),
        (EN, "1998-2004", "1999-2005"),
        (EN, "12 January 2004 at 14:30", "21 April 2004 at 14:30"),
        (FR, "12 janvier 2004 à 14h30", "21 avril 2004 à 14h30"),
        (EN, "8.30 a.m. on 12 January 2004", "8.30 a.m. on 21 April 2004"),
        # leap days
        (EN, "29 February 2004", "8 June 2004"),
        (EN, "29 February", "8 June"),
    ],
)
def test_a_date_keeps_its_form(convention: Convention, text: str, expected: str) -> None:
    assert shift_dates(text, 100, convention) == expected


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "two years",
        "3 weeks",
        "the 1990s",
        "Christmas 2004",
        "summer of '69",
        "12 Brumaire an VIII",
        "31/02/2004",
        "45/45/2004",
        "12 January 2004 and 14 days",
        "the third week of January 2004",
        "12 January 2004, Waterloo",
        "٣ January 2004",
        "14:30",
        "",
        "Q3 2004",
        "2004 ²",
    ],
)
def test_what_cannot_be_read_wholly_is_not_moved(text: str) -> None:
    assert shift_dates(text, 100, EN) is None


@pytest.mark.parametrize(
    ("days", "text"),
    [(7, "Monday"), (365, "12 January"), (-700_000, "12 January 1004"), (3650, "12 January"), (-371, "January")],
)
def test_a_date_that_would_stay_or_leave_the_calendar_is_not_moved(days: int, text: str) -> None:
    moved = shift_dates(text, days, EN)
    assert moved is None or moved != text


@pytest.mark.parametrize("days", [1, -1, 14, -14])
@pytest.mark.parametrize("text", ["January 2004", "2004", "01/2004"])
def test_a_month_or_year_moves_by_one_at_least(days: int, text: str) -> None:
    assert shift_dates(text, days, EN) not in (None, text)


def test_intervals_are_kept_over_all_documents_of_a_job() -> None:
    texts = ["[DATE_TIME|12 January 2004]", "born [DATE_TIME|2004-01-15], seen [DATE_TIME|02/01/2004]"]
    first, second = run(texts, {"DATE_TIME": {"name": "date_shift"}})
    months = "January February March April May June July August September October November December".split()
    day, month, year = first.text.split()
    start = datetime.date(int(year), months.index(month) + 1, int(day))
    born, seen = (second.text[each.anonymized_start : each.anonymized_end] for each in second.entities)
    assert datetime.date.fromisoformat(born) - start == datetime.timedelta(days=3)
    seen_month, seen_day, seen_year = map(int, seen.split("/"))
    assert datetime.date(seen_year, seen_month, seen_day) - start == datetime.timedelta(days=20)


@pytest.mark.parametrize("job", ["a", "b", "c", "d", "e", "f"])
@pytest.mark.parametrize("max_days", [1, 2, 180])
def test_the_shift_is_never_none_and_never_beyond_the_bound(job: str, max_days: int) -> None:
    operators = {"DATE_TIME": {"name": "date_shift", "max_days": max_days}}
    moved = datetime.date.fromisoformat(text_of("[DATE_TIME|2004-06-15]", operators, job=job))
    assert 1 <= abs((moved - datetime.date(2004, 6, 15)).days) <= max_days


def test_two_jobs_and_two_documents_by_scope_move_differently() -> None:
    operators = {"DATE_TIME": {"name": "date_shift", "max_days": 3650}}
    text = "[DATE_TIME|2004-06-15]"
    assert text_of(text, operators, job="a") != text_of(text, operators, job="b")
    first, second = run([text, text], operators, scope="document")
    assert first.text != second.text
    assert text_of(text, operators, scope="client", job="a") == text_of(text, operators, scope="client", job="b")


@pytest.mark.parametrize(
    ("texts", "language", "is_day_first"),
    [
        (["03/04/2004"], "en", False),
        (["03/04/2004"], "fr", True),
        (["03/04/2004", "25/12/2003"], "en", True),
        (["03/04/2004", "12/25/2003"], "fr", False),
    ],
)
def test_a_document_s_own_dates_tell_what_comes_first(texts: list[str], language: str, is_day_first: bool) -> None:
    assert convention_of(texts, language).is_day_first is is_day_first
