"""Pseudonyms of numbers and codes: another value of the same shape, with right check digits where the original's are.

By construction, not by comparing: over all values of one shape this is a keyed permutation without a fixed point
(worker/anonymization/permutation.py). So no two share one, none is its own, in every scope, without a register.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from worker.anonymization.folding import separators
from worker.anonymization.identities import Identity
from worker.anonymization.permutation import permute_within
from worker.anonymization.pseudonyms.draw import Draw
from worker.anonymization.scope import keyed_digest
from worker.detection import european_numbers as european
from worker.detection import financial_numbers as financial
from worker.detection import national_numbers as national
from worker.detection.checksums import luhn

_DIGITS: Final = "0123456789"
_HEX: Final = "0123456789ABCDEF"
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

#: Values with more characters are drawn: their numbers would be long, and no two are drawn alike anyway.
_MAX_PERMUTED: Final = 128

#: Types that are written in base 16.
_HEX_TYPES: Final = frozenset({"MAC_ADDRESS", "CRYPTO_HEX"})


@dataclass(frozen=True, slots=True)
class Layout:
    """How a kind of number is built, besides its characters' classes."""

    #: How many characters at the start stay: a card's network, an IBAN's country.
    kept: int = 0
    #: Places of the check characters.
    checks: tuple[int, ...] = ()
    #: Whether the whole compact value is right.
    is_right: Callable[[str], bool] = lambda _value: True


def code(surface: str, identity: Identity, draw: Draw) -> str | None:
    """Another value of the surface's shape; None where it holds no ASCII letter or digit to change."""
    return same_shape(surface, draw.key, identity.type)


def crypto_address(surface: str, identity: Identity, draw: Draw) -> str | None:
    """An address with the original's prefix; base 16 after 0x."""
    prefix = next((each for each in ("0x", "bc1", "ltc1") if surface.lower().startswith(each)), surface[:1])
    bare = surface[len(prefix) :]
    changed = same_shape(bare, draw.key, "CRYPTO_HEX" if prefix == "0x" else identity.type)
    return surface[: len(prefix)] + changed if changed is not None else None


def same_shape(surface: str, key: bytes, entity_type: str) -> str | None:
    """Digits for digits, letters for letters in their case; separators stay in their places."""
    places = [index for index, character in enumerate(surface) if character.isalnum()]
    compact = "".join(_plain(surface[index]) for index in places)
    rest = "".join(character for character in surface if not character.isalnum())
    if len(compact) != len(places) or not places or separators(rest) != rest:
        return None
    is_long = len(compact) > _MAX_PERMUTED
    image = _drawn(compact, key, entity_type) if is_long else _permuted(compact, key, entity_type)
    if image is None:
        return None
    written = list(surface)
    is_small = surface.lower() == surface
    for index, character in zip(places, image, strict=True):
        # In base 16 a letter can take a digit's place: its case is then that of the whole.
        written[index] = character.lower() if surface[index].islower() or is_small else character
    return "".join(written)


def _plain(character: str) -> str:
    """The ASCII capital or digit of a character; empty where it has none."""
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    upper = character.upper()
    return upper if upper.isascii() and len(upper) == 1 else ""


def _permuted(compact: str, key: bytes, entity_type: str) -> str | None:
    layout = LAYOUTS.get(entity_type, Layout())
    checks = tuple(place % len(compact) for place in layout.checks)
    fixed = set(range(min(layout.kept, len(compact) - 1))) if layout.is_right(compact) else set()
    is_right = layout.is_right(compact)
    free = [place for place in range(len(compact)) if place not in fixed and not (is_right and place in checks)]
    if not free:
        return None
    alphabets = [_alphabet(compact[place], entity_type) for place in free]
    size = 1
    for alphabet in alphabets:
        size *= len(alphabet)

    def spelled(value: int) -> str | None:
        characters = list(compact)
        for place, alphabet in zip(free, alphabets, strict=True):
            value, digit = divmod(value, len(alphabet))
            characters[place] = alphabet[digit]
        if not is_right:
            wrong = "".join(characters)
            return None if layout.is_right(wrong) and entity_type in LAYOUTS else wrong
        return _completed(characters, checks, layout)

    value = 0
    for place, alphabet in reversed(list(zip(free, alphabets, strict=True))):
        value = value * len(alphabet) + alphabet.index(compact[place])
    shape = "".join(str(len(alphabet)) + "," for alphabet in alphabets)
    shape_key = keyed_digest(key, "shape", entity_type, shape, compact[: len(fixed)], str(is_right))
    image = permute_within(shape_key, size, value, lambda each: spelled(each) is not None)
    return spelled(image) if image is not None else None


def _drawn(compact: str, key: bytes, entity_type: str) -> str:
    """Characters of the same classes, drawn by the key and the value: two long values are never drawn alike."""
    seed = keyed_digest(key, "long", entity_type, compact)
    stream = HKDFExpand(SHA256(), 255 * 32, b"pseudonym").derive(seed)
    alphabets = [_alphabet(character, entity_type) for character in compact]
    return "".join(alphabet[stream[place % len(stream)] % len(alphabet)] for place, alphabet in enumerate(alphabets))


def _alphabet(character: str, entity_type: str) -> str:
    if entity_type in _HEX_TYPES and character in _HEX:
        return _HEX
    return _DIGITS if character.isdigit() else _LETTERS


def _completed(characters: list[str], checks: tuple[int, ...], layout: Layout) -> str | None:
    """The value with the check characters that make it right; None where none do."""
    # From the top: of 00 and 97, or 01 and 98, an IBAN has the higher.
    for number in reversed(range(10 ** len(checks))):
        for place, digit in zip(checks, f"{number:0{len(checks)}}" if checks else "", strict=True):
            characters[place] = digit
        value = "".join(characters)
        if layout.is_right(value):
            return value
    return None


_VAT: Final[Mapping[str, Callable[[str], bool]]] = MappingProxyType(
    {
        "BE": european.is_vat_be, "CH": european.is_vat_ch, "DE": european.is_vat_de, "ES": european.is_vat_es,
        "FR": national.is_vat_fr, "GB": national.is_vat_gb, "IE": national.is_vat_ie, "IT": european.is_vat_it,
        "LU": european.is_vat_lu,
    }
)  # fmt: skip
_TAX: Final = (
    national.is_utr, national.is_pps, european.is_tax_id_de, european.is_dni, european.is_cif,
    european.is_codice_fiscale,
)  # fmt: skip


def _vat(value: str) -> bool:
    check = _VAT.get(value[:2])
    return check is not None and check(value)


def _tax(value: str) -> bool:
    return any(check(value) for check in _TAX)


def _nir(value: str) -> bool:
    """With a month of the calendar: the codes for an unknown one are valid too, but rare."""
    return "01" <= value[3:5] <= "12" and national.is_nir(value)


def _ssn(value: str) -> bool:
    """Areas 000, 666 and from 900 on, group 00 and serial 0000 are never given out (SSA)."""
    areas = value[:3] not in ("000", "666") and value[:1] != "9"
    return len(value) == 9 and value.isdigit() and areas and value[3:5] != "00" and value[5:] != "0000"


LAYOUTS: Final[Mapping[str, Layout]] = MappingProxyType(
    {
        "CREDIT_CARD": Layout(kept=1, checks=(-1,), is_right=luhn),
        "IMEI": Layout(checks=(-1,), is_right=luhn),
        "IBAN_CODE": Layout(kept=2, checks=(2, 3), is_right=financial.is_iban),
        "ABA_ROUTING_NUMBER": Layout(checks=(-1,), is_right=national.is_aba),
        "VAT_ID": Layout(kept=2, is_right=_vat),
        "TAX_ID": Layout(is_right=_tax),
        "US_SSN": Layout(is_right=_ssn),
        "US_NPI": Layout(kept=1, checks=(-1,), is_right=national.is_npi),
        "UK_NHS": Layout(checks=(-1,), is_right=national.is_nhs),
        "FR_NIR": Layout(kept=1, checks=(-2, -1), is_right=_nir),
        "FR_SIREN": Layout(checks=(-1,), is_right=national.is_siren),
        "FR_SIRET": Layout(checks=(-1,), is_right=national.is_siret),
        "FR_SPI": Layout(kept=1, checks=(-3, -2, -1), is_right=national.is_spi),
        "FR_RIB": Layout(checks=(-2, -1), is_right=national.is_rib),
    }
)
