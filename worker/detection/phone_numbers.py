"""Telephone numbers against national numbering plans: `phonenumbers`, and the mobile ranges written out.

`phonenumbers` follows every assignment of a range; a number of a range not yet assigned is a telephone number all the
same to whoever reads it, so the mobile ranges count as a whole.
"""

import re
from functools import lru_cache

import phonenumbers

from worker.detection.calendar_dates import is_date

#: National forms are tried for these; a number with its country code is recognized from anywhere. The first dial a
#: leading 0 within the country, and nobody leaves it out in writing.
_REGIONS_WITH_ZERO = ("GB", "FR", "IE", "DE", "BE", "NL", "CH", "AU", "SE", "IT")
_REGIONS_WITHOUT_ZERO = ("US", "ES", "IT", "NO", "DK")

#: Country codes and their mobile numbers without the leading 0, from the regulators' numbering plans.
_MOBILE = {
    "33": "[67][0-9]{8}",
    "44": "7[1-57-9][0-9]{8}",
    "49": "1(?:5[0-25-9][0-9]{8}|6[023][0-9]{7,8}|7[0-9]{8,9})",
    "353": "8[35-9][0-9]{7}",
    "32": "4[0-9]{8}",
    "31": "6[0-9]{8}",
    "41": "7[5-9][0-9]{7}",
    "262": "[67][0-9]{8}",
    "590": "[67][0-9]{8}",
    "594": "[67][0-9]{8}",
    "596": "[67][0-9]{8}",
    "34": "(?:6[0-9]|7[1-4])[0-9]{7}",
    "39": "3[0-9]{8,9}",
}
_WITH_COUNTRY = re.compile("|".join(f"{code}{national}" for code, national in _MOBILE.items()))
#: North America: area code and exchange begin with 2 to 9 (NANPA).
_NORTH_AMERICAN = re.compile("1[2-9][0-9]{2}[2-9][0-9]{6}")
_WITH_ZERO = re.compile(
    "0(?:[67][0-9]{8}|7[1-57-9][0-9]{8}|1(?:5[0-25-9][0-9]{8}|6[023][0-9]{7,8}|7[0-9]{8,9})|8[35-9][0-9]{7}|4[5-9][0-9]{7})"
)
_WITHOUT_ZERO = re.compile("(?:6[0-9]|7[1-4])[0-9]{7}|3[0-9]{8,9}")
_DIGITS = re.compile(r"[0-9]+")
_NOT_DIGITS = re.compile(r"[^0-9]")


def is_possible_number(value: str) -> bool:
    """Five to fifteen digits, not all alike and not a date."""
    digits = _NOT_DIGITS.sub("", value)
    return 5 <= len(digits) <= 15 and len(set(digits)) > 1 and not _is_like_date(value)


@lru_cache(maxsize=4096)
def is_international_number(value: str) -> bool:
    """Written with + or 00 and the country code, and right by that country's plan."""
    # In +33 (0)6 12 the zero in brackets is not dialled from abroad.
    digits = _NOT_DIGITS.sub("", value.lower().split("x", 1)[0].replace("(0)", "", 1)).removeprefix("00")
    if _WITH_COUNTRY.fullmatch(digits) or _NORTH_AMERICAN.fullmatch(digits):
        return True
    return _is_valid("+" + digits, None)


@lru_cache(maxsize=4096)
def is_national_number(value: str) -> bool:
    """Right by the plan of one of the regions."""
    if _is_like_date(value):
        return False
    has_zero = value.lstrip(" (").startswith("0")
    regions = _REGIONS_WITH_ZERO if has_zero else _REGIONS_WITHOUT_ZERO
    return is_mobile_number(value) or any(_is_valid(value, region) for region in regions)


def is_mobile_number(value: str) -> bool:
    """In a mobile range, with the leading 0 or the country code."""
    digits = _NOT_DIGITS.sub("", value)
    return bool(_WITH_ZERO.fullmatch(digits) or _WITH_COUNTRY.fullmatch(digits.removeprefix("00")))


@lru_cache(maxsize=4096)
def is_subscriber_number(value: str) -> bool:
    """Of the plans that have no leading 0: Spanish and Italian mobile numbers, North American numbers."""
    return bool(_WITHOUT_ZERO.fullmatch(value)) or _is_valid(value, "US")


def _is_like_date(value: str) -> bool:
    """2004-01-12 and 12.01.2004 are groups of digits too."""
    groups = _DIGITS.findall(value)
    return len(groups) == 3 and sorted(map(len, groups))[1] <= 2 and is_date(value)


def _is_valid(value: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(value, region))
    except phonenumbers.NumberParseException:
        return False
