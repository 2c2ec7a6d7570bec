"""Telephone numbers against national numbering plans: `phonenumbers`, and the mobile ranges written out.

`phonenumbers` follows every assignment of a range; a number of a range not yet assigned is a telephone number all the
same to whoever reads it, so the mobile ranges count as a whole.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers

from worker.detection.calendar_dates import is_date

#: National forms are tried for these; a number with its country code is recognized from anywhere. The first dial a
#: leading 0 within the country, and nobody leaves it out in writing.
_REGIONS_WITH_ZERO = ("GB", "FR", "IE", "DE", "BE", "NL", "CH", "AU", "SE", "IT")
_REGIONS_WITHOUT_ZERO = ("US", "ES", "IT", "NO", "DK")


@dataclass(frozen=True, slots=True)
class _MobileRange:
    """From the regulator's numbering plan."""

    country: str
    calling_code: str
    #: The number without country code and leading 0.
    national: str
    #: As dialled within the country, where that is not 0 and `national`.
    dialled: str = ""

    @property
    def within(self) -> str:
        return self.dialled or f"0(?:{self.national})"

    @property
    def from_abroad(self) -> str:
        return f"{self.calling_code}(?:{self.national})"


_SPANISH = "(?:6[0-9]|7[1-4])[0-9]{7}"
_ITALIAN = "3[0-9]{8,9}"
_MOBILE_RANGES = (
    _MobileRange("FR", "33", "[67][0-9]{8}"),
    _MobileRange("GB", "44", "7[1-57-9][0-9]{8}"),
    _MobileRange("DE", "49", "1(?:5[0-25-9][0-9]{8}|6[023][0-9]{7,8}|7[0-9]{8,9})"),
    _MobileRange("IE", "353", "8[35-9][0-9]{7}"),
    # 041 to 044 without the country code are French fixed lines too.
    _MobileRange("BE", "32", "4[0-9]{8}", "04[5-9][0-9]{7}"),
    _MobileRange("NL", "31", "6[0-9]{8}"),
    _MobileRange("CH", "41", "7[5-9][0-9]{7}"),
    _MobileRange("RE", "262", "[67][0-9]{8}"),
    _MobileRange("GP", "590", "[67][0-9]{8}"),
    _MobileRange("GF", "594", "[67][0-9]{8}"),
    _MobileRange("MQ", "596", "[67][0-9]{8}"),
    _MobileRange("ES", "34", _SPANISH, _SPANISH),
    _MobileRange("IT", "39", _ITALIAN, _ITALIAN),
)
_WITH_COUNTRY = re.compile("|".join(each.from_abroad for each in _MOBILE_RANGES))
_WITH_ZERO = re.compile("|".join(each.within for each in _MOBILE_RANGES if each.within.startswith("0")))
_WITHOUT_ZERO = re.compile("|".join(each.within for each in _MOBILE_RANGES if not each.within.startswith("0")))
#: North America: area code and exchange begin with 2 to 9 (NANPA).
_NORTH_AMERICAN = re.compile("1[2-9][0-9]{2}[2-9][0-9]{6}")
_NORTH_AMERICA = frozenset({"US", "CA"})
#: Overseas departments have calling codes of their own under the French plan (ARCEP).
_FRENCH_OVERSEAS = frozenset({"GP", "MQ", "GF", "RE", "YT"})

#: Countries whose numbers are told from others' without a country code.
COUNTRIES = frozenset({*_REGIONS_WITH_ZERO, *_REGIONS_WITHOUT_ZERO, *_NORTH_AMERICA, *_FRENCH_OVERSEAS})
_DIGITS = re.compile(r"[0-9]+")
_NOT_DIGITS = re.compile(r"[^0-9]")


def is_possible_number(value: str) -> bool:
    """Five to fifteen digits, not all alike and not a date."""
    digits = _NOT_DIGITS.sub("", value)
    return 5 <= len(digits) <= 15 and len(set(digits)) > 1 and not _is_like_date(value)


@lru_cache(maxsize=4096)
def is_international_number(value: str) -> bool:
    """Written with + or 00 and the country code, and right by that country's plan."""
    digits = _dialled_from_abroad(value)
    if _WITH_COUNTRY.fullmatch(digits) or _NORTH_AMERICAN.fullmatch(digits):
        return True
    return _is_valid("+" + digits, None)


@lru_cache(maxsize=4096)
def is_national_number(value: str) -> bool:
    """Right by the plan of one of the regions."""
    if _is_like_date(value):
        return False
    return is_mobile_number(value) or any(_is_valid(value, region) for region in _regions(value))


def is_mobile_number(value: str) -> bool:
    """In a mobile range, with the leading 0 or the country code."""
    digits = _NOT_DIGITS.sub("", value)
    return bool(_WITH_ZERO.fullmatch(digits) or _WITH_COUNTRY.fullmatch(digits.removeprefix("00")))


@lru_cache(maxsize=4096)
def is_subscriber_number(value: str) -> bool:
    """Of the plans that have no leading 0: Spanish and Italian mobile numbers, North American numbers."""
    return bool(_WITHOUT_ZERO.fullmatch(value)) or _is_valid(value, "US")


@lru_cache(maxsize=4096)
def countries_of_number(value: str) -> frozenset[str]:
    """ISO 3166 codes of the countries whose plan has the number; empty where no plan tells."""
    digits = _NOT_DIGITS.sub("", value)
    if value.lstrip(" (").startswith("+") or digits.startswith("00"):
        found = _countries_of_calling_code(_dialled_from_abroad(value))
    else:
        found = {each.country for each in _MOBILE_RANGES if re.fullmatch(f"{each.within}|{each.from_abroad}", digits)}
        found.update(region for region in _regions(value) if _is_valid(value, region))
        if "US" in found or _is_valid(value, "CA"):
            found |= _NORTH_AMERICA
    return frozenset(found if found.isdisjoint(_FRENCH_OVERSEAS) else {*found, "FR"})


def _regions(value: str) -> tuple[str, ...]:
    return _REGIONS_WITH_ZERO if value.lstrip(" (").startswith("0") else _REGIONS_WITHOUT_ZERO


def _countries_of_calling_code(digits: str) -> set[str]:
    codes = [int(digits[:length]) for length in (1, 2, 3)] if digits else []
    return {region for code in codes for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(code, ())}


def _dialled_from_abroad(value: str) -> str:
    # In +33 (0)6 12 the zero in brackets is not dialled from abroad.
    return _NOT_DIGITS.sub("", value.lower().split("x", 1)[0].replace("(0)", "", 1)).removeprefix("00")


def _is_like_date(value: str) -> bool:
    """2004-01-12 and 12.01.2004 are groups of digits too."""
    groups = _DIGITS.findall(value)
    return len(groups) == 3 and sorted(map(len, groups))[1] <= 2 and is_date(value)


def _is_valid(value: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(value, region))
    except phonenumbers.NumberParseException:
        return False
