"""Dates moved by a number of days, written as they were: order, separators, words, case, weekday, ordinals."""

import datetime

from worker.anonymization.date_reading import Convention, Precision, ReadDate, read_dates
from worker.anonymization.date_words import MONTHS, WEEKDAYS, respell

_DAYS_A_MONTH = 30.4375
_DAYS_A_YEAR = 365.25


def shift_dates(text: str, days: int, convention: Convention) -> str | None:
    """The text with all its dates moved; None where it cannot be read wholly, or where a date would stay the same.

    Months and years without a day move by as many whole months and years as the days come to, one at least: their
    intervals stay too.
    """
    dates = read_dates(text, convention)
    if dates is None:
        return None
    pieces: list[str] = []
    place = 0
    for date in dates:
        try:
            moved = _moved(date, days)
        except (ValueError, OverflowError):
            return None
        written = write_date(date, moved, days)
        if written == date.match[0]:
            return None
        pieces += (text[place : date.match.start()], written)
        place = date.match.end()
    return "".join((*pieces, text[place:]))


def _moved(date: ReadDate, days: int) -> datetime.date:
    if date.precision is Precision.MONTH:
        return _add_months(date.day, _at_least_one(days, _DAYS_A_MONTH))
    if date.precision is Precision.YEAR:
        return _add_months(date.day, 12 * _at_least_one(days, _DAYS_A_YEAR))
    return date.day + datetime.timedelta(days=days)


def _at_least_one(days: int, length: float) -> int:
    return round(days / length) or (1 if days > 0 else -1)


def _add_months(day: datetime.date, months: int) -> datetime.date:
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(years, month + 1, 1)


def write_date(date: ReadDate, moved: datetime.date, days: int) -> str:
    """Another day in the form of the date that was read."""
    parts = _parts(date, moved)
    if date.from_day is not None:
        parts |= _range_start(date, moved, days)
    match = date.match
    spans = sorted((match.span(name), value) for name, value in parts.items() if match[name] is not None)
    pieces: list[str] = []
    place = match.start()
    for (start, end), value in spans:
        pieces += (match.string[place:start], value)
        place = end
    return "".join((*pieces, match.string[place : match.end()]))


def _parts(date: ReadDate, moved: datetime.date) -> dict[str, str]:
    groups = {name: value for name, value in date.match.groupdict().items() if value is not None}
    parts: dict[str, str] = {name: f"{moved.year:04}" for name in ("iso_year", "year") if name in groups}
    if date.month_word is not None:
        parts["month"] = respell(groups["month"], date.month_word, moved.month - 1, MONTHS)
    if date.weekday_word is not None:
        index = moved.weekday()
        if date.precision is Precision.WEEKDAY:
            index = (date.weekday_word.index + (moved - date.day).days) % 7
        parts["weekday"] = respell(groups["weekday"], date.weekday_word, index, WEEKDAYS)
    if "first" in groups:
        parts |= _numeric_parts(date, groups, moved)
    for name, number in (("iso_month", moved.month), ("number_month", moved.month)):
        if name in groups:
            parts[name] = _padded(number, len(groups[name]) == 2)
    if "day" in groups:
        parts |= _day_parts("day", "ordinal", groups, moved.day, date)
    return parts


def _numeric_parts(date: ReadDate, groups: dict[str, str], moved: datetime.date) -> dict[str, str]:
    is_padded = len(groups["first"]) == 2 and len(groups["second"]) == 2
    day_first = (int(groups["first"]), int(groups["second"])) == (date.day.day, date.day.month)
    if date.day.day == date.day.month:
        day_first = True
    first, second = (moved.day, moved.month) if day_first else (moved.month, moved.day)
    year = f"{moved.year:04}" if len(groups["short_year"]) == 4 else f"{moved.year % 100:02}"
    return {"first": _padded(first, is_padded), "second": _padded(second, is_padded), "short_year": year}


def _day_parts(name: str, ordinal: str, groups: dict[str, str], day: int, date: ReadDate) -> dict[str, str]:
    is_padded = groups[name].startswith("0") or "iso_year" in groups
    number = _padded(day, is_padded)
    is_french = date.month_word is not None and date.month_word.language == "fr"
    if is_french:
        suffix = "er" if day == 1 and not is_padded else ""
        if groups["month"].isupper():
            suffix = suffix.upper()
        # The suffix's own place is emptied: "1er" becomes "15", "15" becomes "1er".
        return {name: number + suffix, ordinal: ""}
    if groups.get(ordinal) is None:
        return {name: number}
    suffix = _english_ordinal(day)
    return {name: number, ordinal: suffix.upper() if groups[ordinal].isupper() else suffix}


def _range_start(date: ReadDate, moved: datetime.date, days: int) -> dict[str, str]:
    """The first day of a range that shares its month with the last; where they part, it is given its own."""
    groups = {name: value for name, value in date.match.groupdict().items() if value is not None}
    start = date.day.replace(day=date.from_day or 1) + datetime.timedelta(days=days)
    parts = _day_parts("from_day", "from_ordinal", groups, start.day, date)
    if (start.year, start.month) == (moved.year, moved.month) or date.month_word is None:
        return parts
    own_month = " " + respell(groups["month"], date.month_word, start.month - 1, MONTHS)
    own_year = f" {start.year}" if date.has_year and start.year != moved.year else ""
    return {**parts, "to": own_month + own_year + groups["to"]}


def _english_ordinal(day: int) -> str:
    if 11 <= day <= 13:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _padded(number: int, is_padded: bool) -> str:
    return f"{number:02}" if is_padded else str(number)
