"""Dates found in a text and what they say; every part keeps its place, so that it can be written anew there."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from worker.anonymization.date_words import MONTH_PATTERN, WEEKDAY_PATTERN, Word, month, weekday
from worker.anonymization.word_lists import words


class Precision(Enum):
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    #: A weekday or a month without anything else.
    WEEKDAY = "weekday"


@dataclass(frozen=True, slots=True)
class Convention:
    """How a document writes dates."""

    language: str
    #: Whether "03/04/2004" is the third of April.
    is_day_first: bool


@dataclass(frozen=True, slots=True)
class ReadDate:
    """A date and the match it was read from. `day` stands on the first where the text names none."""

    match: re.Match[str]
    precision: Precision
    day: datetime.date
    has_year: bool
    month_word: Word | None
    weekday_word: Word | None
    #: A first day that shares the month: 12 in "12-15 January".
    from_day: int | None

    def part(self, name: str) -> str | None:
        return self.match.groupdict().get(name)


_DAY = r"(?P<day>0?[1-9]|[12][0-9]|3[01])"
_YEAR = r"(?P<year>1[0-9]{3}|20[0-9]{2}|2100)"
_ORDINAL = r"(?P<ordinal>st|nd|rd|th|er|ère|eme|ème|º)?"
_FROM = (
    r"(?:(?P<from_day>0?[1-9]|[12][0-9]|3[01])(?P<from_ordinal>st|nd|rd|th|er)?"
    r"(?P<to>\s*(?:-|–|—|&|to|and|or|au|et|ou)\s*(?:le\s+|the\s+)?))?"
)
_WEEKDAY = rf"(?:(?P<weekday>{WEEKDAY_PATTERN}),?\s+)?"
_THE = r"(?P<the>(?:le|the|on)\s+(?:the\s+)?)?"
_MONTH = rf"(?P<month>{MONTH_PATTERN})"
_NUMBERS = (
    r"(?P<first>[0-9]{1,2})(?P<mark>[/.\-]|\s?/\s?)(?P<second>[0-9]{1,2})(?P=mark)(?P<short_year>[0-9]{4}|[0-9]{2})"
)

#: In order: the first form that matches at a place is taken.
_FORMS: Final = tuple(
    re.compile(rf"(?<!\w){form}(?:(?!\w)|(?=T[0-9]))", re.IGNORECASE)
    for form in (
        rf"(?P<iso_year>[12][0-9]{{3}})(?P<mark>[-/.])(?P<iso_month>0?[1-9]|1[0-2])(?P=mark){_DAY}",
        rf"{_WEEKDAY}{_NUMBERS}",
        rf"{_THE}{_WEEKDAY}{_FROM}{_DAY}{_ORDINAL}(?:\s+(?:day\s+)?(?:of|de)\s+|[\s\-]+|\s*/\s*){_MONTH}(?:,?\s+(?:of\s+|de\s+)?|\s*[\-/]\s*){_YEAR}",
        rf"{_WEEKDAY}{_MONTH}\s+(?:the\s+)?{_DAY}{_ORDINAL},?\s+{_YEAR}",
        rf"{_THE}{_WEEKDAY}{_FROM}{_DAY}{_ORDINAL}(?:\s+(?:day\s+)?(?:of|de)\s+|[\s\-]+){_MONTH}",
        rf"{_WEEKDAY}{_MONTH}\s+(?:the\s+)?{_DAY}{_ORDINAL}",
        rf"{_MONTH}(?:,?\s+(?:of\s+|de\s+)?|[\-/]){_YEAR}",
        r"(?P<number_month>0[1-9]|1[0-2]|[1-9])(?P<mark>[/.\-])(?P<year>1[0-9]{3}|20[0-9]{2})",
        rf"{_YEAR}",
        rf"{_MONTH}",
        rf"(?P<weekday>{WEEKDAY_PATTERN})",
    )
)
#: A time of day stays as it is, whatever becomes of the day.
_TIME: Final = re.compile(
    r"(?<!\w)(?:T?(?:[01]?[0-9]|2[0-4])(?:[:.][0-5][0-9](?:[:.][0-5][0-9](?:[.,][0-9]{1,9})?)?\s*(?:[ap]\.?m\b\.?)?|"
    r"\s?h(?:\s?[0-5][0-9])?|\s?(?:[ap]\.?m\b\.?|o'clock|heures?|hours|hrs))(?:\s?(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?)"
    r"(?!\w)",
    re.IGNORECASE,
)
#: Words between dates that say nothing of when: with any other word the whole cannot be moved safely.
_LINKS: Final = frozenset(
    words("""
        a a.m about after and approximately around as at before beginning between by circa dated de des du
        during early end for from hours in late mid middle next o of on or since start th the then through
        till to until up early au aux avant apres c'est compter courant d dans date debut depuis des dès du
        en entre environ est et fin jusqu jusqu'a jusqu'au l la le les mi ou partir pendant pour que vers à
    """)
)
_WORDS: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
#: A year without leap day, and one with: for dates that name no year.
_COMMON_YEAR, _LEAP_YEAR = 2001, 2004
#: Two digits from 50 on mean the last century.
_CENTURY_PIVOT = 50


def read_dates(text: str, convention: Convention) -> list[ReadDate] | None:
    """The dates of a text in their order; None where it holds none, or anything else that tells a time."""
    dates: list[ReadDate] = []
    rest: list[str] = []
    place = 0
    while place < len(text):
        match = _match(text, place)
        if match is None:
            rest.append(text[place])
            place += 1
            continue
        try:
            dates.append(_read(match, convention))
        except ValueError:
            return None
        place = match.end()
        rest.append(" ")
    return dates if dates and _says_nothing("".join(rest)) else None


def convention_of(texts: Iterable[str], language: str) -> Convention:
    """The convention that a document's own dates prove, else that of its language: French and dotted dates by day."""
    for text in texts:
        for match in re.finditer(_NUMBERS, text):
            first, second = int(match["first"]), int(match["second"])
            if first > 12 >= second:
                return Convention(language, is_day_first=True)
            if second > 12 >= first:
                return Convention(language, is_day_first=False)
    return Convention(language, is_day_first=language != "en")


def _match(text: str, place: int) -> re.Match[str] | None:
    if not text[place].isalnum() or (place > 0 and text[place - 1].isalnum()):
        return None
    return next((match for form in _FORMS if (match := form.match(text, place))), None)


def _says_nothing(rest: str) -> bool:
    without_times = _TIME.sub(" ", rest)
    if any(character.isdigit() or character.isnumeric() for character in without_times):
        return False
    return all(word.lower() in _LINKS for word in _WORDS.findall(without_times))


def _read(match: re.Match[str], convention: Convention) -> ReadDate:
    groups = {name: value for name, value in match.groupdict().items() if value is not None}
    month_word = month(groups["month"], convention.language) if "month" in groups else None
    weekday_word = weekday(groups["weekday"], convention.language) if "weekday" in groups else None
    year, month_number, day = _numbers(groups, month_word, convention)
    if day is not None:
        precision = Precision.DAY
    elif month_number is not None:
        precision = Precision.MONTH
    else:
        precision = Precision.YEAR if year is not None else Precision.WEEKDAY
    stand_in = _LEAP_YEAR if (month_number, day) == (2, 29) else _COMMON_YEAR
    return ReadDate(
        match=match,
        precision=precision,
        day=datetime.date(year if year is not None else stand_in, month_number or 1, day or 1),
        has_year=year is not None,
        month_word=month_word,
        weekday_word=weekday_word,
        from_day=int(groups["from_day"]) if "from_day" in groups else None,
    )


def _numbers(
    groups: dict[str, str], month_word: Word | None, convention: Convention
) -> tuple[int | None, int | None, int | None]:
    if "first" in groups:
        first, second = int(groups["first"]), int(groups["second"])
        # Dots are written by those who put the day first, in any language.
        is_day_first = first > 12 or (second <= 12 and (convention.is_day_first or groups["mark"] == "."))
        day, month_number = (first, second) if is_day_first else (second, first)
        return _full_year(groups["short_year"]), month_number, day
    year = groups.get("iso_year") or groups.get("year")
    number = groups.get("iso_month") or groups.get("number_month")
    if month_word is not None:
        number = str(month_word.index + 1)
    return int(year) if year else None, int(number) if number else None, int(groups["day"]) if "day" in groups else None


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < _CENTURY_PIVOT else 1900)
