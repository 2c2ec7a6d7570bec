"""Numeric dates and times: is there such a day."""

import re

_NUMBERS = re.compile(r"\d+")


def is_date(value: str) -> bool:
    """Day, month and year in one of the usual orders, a year of two or four digits."""
    numbers = [int(digits) for digits in _NUMBERS.findall(value)[:3]]
    if len(numbers) < 3:
        return False
    first, second, third = numbers
    if first > 999:
        return 1800 <= first <= 2100 and _is_month_and_day(second, third)
    if not (third <= 99 or 1800 <= third <= 2100):
        return False
    return _is_month_and_day(first, second) or _is_month_and_day(second, first)


def is_day_and_month(value: str) -> bool:
    """Two numbers of which one can be a day and the other a month."""
    numbers = [int(digits) for digits in _NUMBERS.findall(value)[:2]]
    return len(numbers) == 2 and (_is_month_and_day(*numbers) or _is_month_and_day(*reversed(numbers)))


def is_spaced_date(value: str) -> bool:
    """Eight digits apart, day month year, as forms with a box a digit are read."""
    digits = "".join(character for character in value if character.isdigit())
    return len(digits) == 8 and 1800 <= int(digits[4:]) <= 2100 and _is_month_and_day(int(digits[2:4]), int(digits[:2]))


def _is_month_and_day(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= 31
