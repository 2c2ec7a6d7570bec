"""Numbers of France, the United Kingdom, Ireland and the United States, composed from the checksums.

Each takes the value as it stands in a text, separators included, and says whether it is right; nothing raises.
"""

import re

from worker.detection.checksums import compact, is_digits, luhn, weighted_sum

_LA_POSTE = "356000000"
_PPS_LETTERS = "WABCDEFGHIJKLMNOPQRSTUV"


# --- France -------------------------------------------------------------------------------------------------------


def is_nir(value: str) -> bool:
    """Key = 97 - number modulo 97; Corsica's 2A and 2B count as 19 and 18 (INSEE)."""
    number = compact(value)
    if len(number) != 15:
        return False
    numeric = number.replace("2A", "19", 1) if number[5:7] == "2A" else number
    numeric = numeric.replace("2B", "18", 1) if numeric[5:7] == "2B" else numeric
    return is_digits(numeric) and 97 - int(numeric[:13]) % 97 == int(numeric[13:])


def is_siren(value: str) -> bool:
    number = compact(value)
    return len(number) == 9 and luhn(number)


def is_siret(value: str) -> bool:
    """Luhn; La Poste's establishments instead have a digit sum that five divides (INSEE)."""
    number = compact(value)
    if len(number) != 14 or not is_digits(number):
        return False
    if number.startswith(_LA_POSTE) and number != _LA_POSTE + "00048":
        return sum(map(int, number)) % 5 == 0
    return luhn(number) and luhn(number[:9])


def is_spi(value: str) -> bool:
    """Tax number of a person: the first ten digits modulo 511 are the last three (DGFiP)."""
    number = compact(value)
    return (
        len(number) == 13 and is_digits(number) and number[0] in "0123" and int(number[:10]) % 511 == int(number[10:])
    )


def is_vat_fr(value: str) -> bool:
    """Key and SIREN: numeric key (12 + 3 * (SIREN mod 97)) mod 97, or the newer alphanumeric key (DGFiP)."""
    number = compact(value).removeprefix("FR")
    key, siren = number[:2], number[2:]
    if len(siren) != 9 or not is_digits(siren) or not key.isascii():
        return False
    if is_digits(key):
        # Monaco's numbers begin with 000 and have no Luhn digit of their own.
        return (siren.startswith("000") or luhn(siren)) and int(key) == (12 + 3 * (int(siren) % 97)) % 97
    if not luhn(siren):
        return False
    alphabet = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    if key[0] not in alphabet or key[1] not in alphabet:
        return False
    first, second = alphabet.index(key[0]), alphabet.index(key[1])
    total = first * 24 + second - 10 if is_digits(key[0]) else first * 34 + second - 100
    return (int(siren) + 1 + total // 11) % 11 == total % 11


def is_rib(value: str) -> bool:
    """Bank (5), branch (5), account (11, letters as digits) and key: 97 - (89 b + 15 g + 3 c) mod 97."""
    number = compact(value)
    if len(number) != 23 or not number.isascii() or not is_digits(number[:10] + number[21:]):
        return False
    account = "".join(str(_RIB_DIGITS.get(character, character)) for character in number[10:21])
    total = 89 * int(number[:5]) + 15 * int(number[5:10]) + 3 * int(account)
    return 97 - total % 97 == int(number[21:])


_RIB_DIGITS = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789", strict=True))


# --- United Kingdom and Ireland -----------------------------------------------------------------------------------


def is_nhs(value: str) -> bool:
    """NHS number: weights 10 to 2, modulo 11; a remainder of 10 is never given out."""
    number = compact(value)
    if len(number) != 10 or not is_digits(number):
        return False
    return (11 - weighted_sum(number[:9], range(10, 1, -1)) % 11) % 11 == int(number[9])


def is_vat_gb(value: str) -> bool:
    """Weights 8 to 2 and the two check digits: 0 modulo 97, from 100 nnnn nn on 42 or 55 as well (HMRC)."""
    number = compact(value).removeprefix("GB")
    if len(number) not in (9, 12) or not is_digits(number):
        return False
    remainder = (weighted_sum(number[:7], range(8, 1, -1)) + int(number[7:9])) % 97
    return remainder == 0 or (number[0] != "0" and remainder in (42, 55))


def has_postcode_area(value: str) -> bool:
    """Its first letters are one of the 124 postcode areas (Royal Mail), of Giro (GIR) or of the forces (BF)."""
    letters = _LETTERS_BEFORE_DIGIT.match(value.upper())
    return letters is not None and letters.group() in _POSTCODE_AREAS


_LETTERS_BEFORE_DIGIT = re.compile("[A-Z]+")
_POSTCODE_AREAS = frozenset(
    """
    AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK
    FY G GIR GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN
    NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W
    WA WC WD WF WN WR WS WV YO ZE
    """.split()
)


def is_utr(value: str) -> bool:
    """Unique Taxpayer Reference: the first of ten digits checks the others (HMRC)."""
    number = compact(value).removesuffix("K")
    if len(number) != 10 or not is_digits(number):
        return False
    return "21987654321"[weighted_sum(number[1:], (6, 7, 8, 9, 10, 5, 4, 3, 2)) % 11] == number[0]


def is_pps(value: str) -> bool:
    """Irish personal public service number: weights 8 to 2, a second letter A, B or H nine times, modulo 23."""
    number = compact(value)
    if len(number) not in (8, 9) or not is_digits(number[:7]) or number[8:] not in _PPS_SECOND_LETTERS:
        return False
    second = _PPS_SECOND_LETTERS[number[8:]]
    return _PPS_LETTERS[(weighted_sum(number[:7], range(8, 1, -1)) + 9 * second) % 23] == number[7]


#: W, T and X stood for wives and trustees before 2013 and do not count.
_PPS_SECOND_LETTERS = {"": 0, "W": 0, "T": 0, "X": 0, "A": 1, "B": 2, "H": 8}


def is_vat_ie(value: str) -> bool:
    """Irish VAT numbers are checked like personal ones; old ones have a letter or sign in the second place."""
    number = compact(_OLD_SIGNS.sub("Z", value)).removeprefix("IE")
    if len(number) == 8 and number[1:2].isalpha() and is_digits(number[2:7]):
        number = "0" + number[2:7] + number[0] + number[7]
    if len(number) not in (8, 9) or not is_digits(number[:7]) or number[8:] not in _PPS_LETTERS:
        return False
    second = _PPS_LETTERS.index(number[8]) if len(number) == 9 else 0
    return _PPS_LETTERS[(weighted_sum(number[:7], range(8, 1, -1)) + 9 * second) % 23] == number[7]


_OLD_SIGNS = re.compile("[+*]")


# --- United States ------------------------------------------------------------------------------------------------


def is_aba(value: str) -> bool:
    """Routing number: weights 3 7 1, modulo 10; Federal Reserve districts and their special ranges (ABA)."""
    number = compact(value)
    if len(number) != 9 or not is_digits(number):
        return False
    district = int(number[:2])
    in_range = 1 <= district <= 12 or 21 <= district <= 32 or 61 <= district <= 72 or district == 80
    return in_range and weighted_sum(number, (3, 7, 1) * 3) % 10 == 0


def is_npi(value: str) -> bool:
    """National provider identifier: Luhn with the prefix 80840 (CMS)."""
    number = compact(value)
    return len(number) == 10 and luhn("80840" + number)


def is_ssn(value: str) -> bool:
    """Not one of the numbers that were printed in advertisements and so never given out (SSA)."""
    return compact(value) not in _ADVERTISED


_ADVERTISED = frozenset({"078051120", "219099999", "457555462", "123456789", "111111111", "222222222", "189092294"})


def is_ein(value: str) -> bool:
    """The first two digits are an assigned campus prefix (IRS)."""
    number = compact(value)
    return len(number) == 9 and is_digits(number) and number[:2] not in _UNASSIGNED_EIN


_UNASSIGNED_EIN = frozenset("00 07 08 09 17 18 19 28 29 49 69 70 78 79 89 96 97".split())
