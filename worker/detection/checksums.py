"""Check digits, each once. Every function takes the bare value, without separators, and says whether it is right.

Nothing raises: a value of the wrong length or with a character that does not belong is simply not right.
"""

import hashlib
from collections.abc import Iterable

_ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def compact(value: str) -> str:
    """The value without separators, in capitals: what the checks below take."""
    return "".join(character for character in value if character.isalnum()).upper()


def is_digits(value: str) -> bool:
    return value.isascii() and value.isdigit()


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1: credit cards, IMEI, SIREN, SIRET, NPI."""
    if not is_digits(digits):
        return False
    total = sum(map(int, digits[-1::-2]))
    total += sum(divmod(2 * int(digit), 10)[0] + 2 * int(digit) % 10 for digit in digits[-2::-2])
    return total % 10 == 0


def mod97(value: str) -> bool:
    """ISO 7064 MOD 97-10, letters as 10 to 35: IBAN (its first four characters moved to the end)."""
    if not value.isascii() or not value.isalnum():
        return False
    return int("".join(str(_ALPHANUMERIC.index(character)) for character in value.upper())) % 97 == 1


def mod11_10(digits: str) -> bool:
    """ISO 7064 MOD 11,10: German tax and VAT numbers."""
    if not is_digits(digits):
        return False
    product = 10
    for digit in digits[:-1]:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return (product + int(digits[-1])) % 10 == 1


def weighted_sum(digits: str, weights: Iterable[int]) -> int:
    """Digit times weight, summed; digits beyond the weights do not count."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def verhoeff(digits: str) -> bool:
    """Verhoeff's check over the dihedral group D5: Luxembourg's personal numbers use it beside Luhn."""
    if not is_digits(digits):
        return False
    check = 0
    for position, digit in enumerate(reversed(digits)):
        check = _DIHEDRAL[check][_PERMUTED[position % 8][int(digit)]]
    return check == 0


_DIHEDRAL = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
_PERMUTED = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 5, 7, 6, 2, 8, 3, 0, 9, 4),
    (5, 8, 0, 3, 7, 9, 6, 1, 4, 2),
    (8, 9, 1, 6, 0, 4, 3, 5, 2, 7),
    (9, 4, 5, 3, 1, 2, 6, 8, 7, 0),
    (4, 2, 8, 6, 5, 7, 3, 9, 0, 1),
    (2, 7, 9, 3, 8, 0, 6, 4, 1, 5),
    (7, 0, 4, 6, 9, 1, 3, 2, 5, 8),
)


def base58check(address: str) -> bool:
    """Bitcoin's base58 with four bytes of double SHA-256, version bytes of addresses of the main and test nets."""
    number = 0
    for character in address:
        index = _BASE58.find(character)
        if index < 0:
            return False
        number = number * 58 + index
    if number.bit_length() > 25 * 8:
        return False
    raw = number.to_bytes(25, "big")
    expected = hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()[:4]
    return raw[-4:] == expected and raw[0] in _BITCOIN_VERSIONS


#: Pay to key hash and to script hash; main net, then test net.
_BITCOIN_VERSIONS = frozenset({0x00, 0x05, 0x6F, 0xC4})


def bech32(address: str) -> bool:
    """BIP 173 (witness version 0) and BIP 350 (bech32m, later versions)."""
    if address.lower() != address and address.upper() != address:
        return False
    prefix, _, data = address.lower().rpartition("1")
    if not prefix or len(data) < 8 or any(character not in _BECH32 for character in data):
        return False
    values = [_BECH32.index(character) for character in data]
    expanded = [ord(character) >> 5 for character in prefix] + [0] + [ord(character) & 31 for character in prefix]
    return _bech32_polymod(expanded + values) == (1 if values[0] == 0 else 0x2BC830A3)


def _bech32_polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            if top >> bit & 1:
                check ^= generator
    return check
