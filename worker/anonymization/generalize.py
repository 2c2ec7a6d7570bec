"""Values made coarser: a date becomes its month or year, an age its band, a place its kind."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from shared.operators import Generalize
from worker.anonymization import placeholders
from worker.anonymization.ages import read_age, rewrite_age
from worker.anonymization.date_reading import Convention, Precision, ReadDate, read_dates
from worker.anonymization.date_words import MONTHS
from worker.anonymization.folding import fold
from worker.anonymization.identities import Occurrence
from worker.anonymization.place_words import PLACE_KINDS, REGIONS, country_of, without_article

#: From this age on there are so few that the band is open (HIPAA, 45 CFR 164.514(b)(2)(i)(C)).
_OPEN_AGE = 90


def generalize(occurrence: Occurrence, parameters: Generalize, convention: Convention) -> str | None:
    """The coarser value in the language of the text; None where the type has none or the value cannot be read."""
    function = _BY_TYPE.get(occurrence.type)
    return function(occurrence.text, parameters, convention) if function is not None else None


def _date(text: str, parameters: Generalize, convention: Convention) -> str | None:
    dates = read_dates(text, convention)
    if dates is None or not all(date.has_year for date in dates):
        return None
    pieces: list[str] = []
    place = 0
    for date in dates:
        pieces += (text[place : date.match.start()], _coarse(date, parameters, convention))
        place = date.match.end()
    pieces.append(text[place:])
    # A time of day within the value is finer than any date: what stands between the dates may hold no digit.
    return None if any(character.isdigit() for piece in pieces[::2] for character in piece) else "".join(pieces)


def _coarse(date: ReadDate, parameters: Generalize, convention: Convention) -> str:
    if parameters.date_to == "year" or date.precision is Precision.YEAR:
        return str(date.day.year)
    language = date.month_word.language if date.month_word is not None else convention.language
    names = MONTHS.get(language, MONTHS["en"]).full
    return f"{names[date.day.month - 1]} {date.day.year}"


def _age(text: str, parameters: Generalize, _convention: Convention) -> str | None:
    age = read_age(text)
    if age is None or not age.is_in_years:
        return None
    band = parameters.age_band_years
    first = age.number // band * band
    last = min(first + band, _OPEN_AGE) - 1
    return rewrite_age(text, age, f"{_OPEN_AGE}+" if age.number >= _OPEN_AGE else f"{first}-{last}")


def _place(text: str, _parameters: Generalize, _convention: Convention) -> str:
    if country_of(text) is not None:
        return placeholders.typed("COUNTRY")
    folded = fold(text)
    if without_article(folded) in REGIONS:
        return placeholders.typed("REGION")
    words = set(re.findall(r"[^\W\d_]+", folded))
    return placeholders.typed(next((kind for kind, marks in PLACE_KINDS.items() if words & marks), "LOCATION"))


_BY_TYPE: Mapping[str, Callable[[str, Generalize, Convention], str | None]] = MappingProxyType(
    {"DATE_TIME": _date, "AGE": _age, "LOCATION": _place}
)
