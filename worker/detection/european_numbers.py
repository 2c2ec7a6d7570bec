"""Numbers of Germany, Switzerland, the Benelux, Spain and Italy, composed from the checksums.

Each takes the value as it stands in a text, separators included, and says whether it is right; nothing raises.
"""

from collections import Counter

from worker.detection.checksums import compact, is_digits, luhn, mod11_10, verhoeff, weighted_sum

_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"


# --- Germany, Switzerland, Benelux --------------------------------------------------------------------------------


def is_tax_id_de(value: str) -> bool:
    """Steuer-ID: ISO 7064 MOD 11,10; of ten digits one stands twice or three times, the others once (BZSt)."""
    number = compact(value)
    if len(number) != 11 or number[0] == "0" or not mod11_10(number):
        return False
    counts = sorted(Counter(number[:10]).values(), reverse=True)
    return counts[0] in (2, 3) and all(count == 1 for count in counts[1:])


def is_vat_de(value: str) -> bool:
    number = compact(value).removeprefix("DE")
    return len(number) == 9 and number[0] != "0" and mod11_10(number)


def is_vat_ch(value: str) -> bool:
    """Swiss UID: weights 5 4 3 2 7 6 5 4, modulo 11 (eCH-0097)."""
    number = "".join(filter(str.isdigit, value))
    if len(number) != 9 or not is_digits(number):
        return False
    return (11 - weighted_sum(number[:8], (5, 4, 3, 2, 7, 6, 5, 4)) % 11) % 11 == int(number[8])


def is_vat_be(value: str) -> bool:
    """97 - first eight digits modulo 97; begins with 0 or 1 (FOD Economie)."""
    number = compact(value).removeprefix("BE")
    return (
        len(number) == 10 and is_digits(number) and number[0] in "01" and (int(number[:8]) + int(number[8:])) % 97 == 0
    )


def is_vat_lu(value: str) -> bool:
    number = compact(value).removeprefix("LU")
    return len(number) == 8 and is_digits(number) and int(number[:6]) % 89 == int(number[6:])


def is_tax_id_lu(value: str) -> bool:
    """Matricule: date of birth, Luhn over twelve digits, Verhoeff over the eleven and the thirteenth."""
    number = compact(value)
    if len(number) != 13 or not is_digits(number):
        return False
    if not (1 <= int(number[4:6]) <= 12 and 1 <= int(number[6:8]) <= 31):
        return False
    return luhn(number[:12]) and verhoeff(number[:11] + number[12])


def is_plate_de(value: str) -> bool:
    """At most eight letters and digits, the E of electric and the H of historic cars aside (FZV)."""
    return len(compact(value).rstrip("EH")) <= 8


# --- Spain and Italy ----------------------------------------------------------------------------------------------


def is_dni(value: str) -> bool:
    """Spanish identity number of citizens (DNI) and foreigners (NIE, X Y Z as 0 1 2): modulo 23 gives the letter."""
    number = compact(value)
    body = str("XYZ".index(number[0])) + number[1:-1] if number[:1] in ("X", "Y", "Z") else number[:-1]
    return is_digits(body) and len(body) <= 8 and _DNI_LETTERS[int(body) % 23] == number[-1]


def is_nif_klm(value: str) -> bool:
    """Spanish tax number of who has no DNI or NIE: K (minors), L (living abroad), M (foreigners), the DNI's letter."""
    number = compact(value)
    return len(number) == 9 and number[0] in "KLM" and is_digits(number[1:8]) and is_dni(number[1:])


def is_cif(value: str) -> bool:
    """Spanish company number: a letter, seven digits, and a Luhn-like digit or its letter."""
    number = compact(value).removeprefix("ES")
    if len(number) != 9 or number[0] not in "ABCDEFGHJNPQRSUVW" or not is_digits(number[1:8]):
        return False
    total = sum(map(int, number[2:8:2])) + sum(sum(divmod(2 * int(digit), 10)) for digit in number[1:8:2])
    check = -total % 10
    return number[8] in (str(check), "JABCDEFGHI"[check])


def is_vat_es(value: str) -> bool:
    return is_dni(compact(value).removeprefix("ES")) or is_cif(value)


def is_vat_it(value: str) -> bool:
    """Partita IVA: Luhn; digits 8 to 10 are the province's office (Agenzia delle Entrate)."""
    number = compact(value).removeprefix("IT")
    if len(number) != 11 or not luhn(number) or number[:7] == "0000000":
        return False
    return "001" <= number[7:10] <= "100" or number[7:10] in ("120", "121", "888", "999")


def is_codice_fiscale(value: str) -> bool:
    """Sixteen characters, letters for digits allowed where two people would share one; the last checks (D.M. 1976).

    Some software leaves the last letter as it was before the letters took the digits' places: that is right too.
    """
    number = compact(value)
    if len(number) != 16 or not number.isascii() or not number[15].isalpha():
        return False
    with_digits = "".join(
        _CF_DIGITS.get(character, character) if place in _CF_DIGIT_PLACES else character
        for place, character in enumerate(number)
    )
    return number[15] in (_codice_fiscale_letter(number), _codice_fiscale_letter(with_digits))


def _codice_fiscale_letter(number: str) -> str:
    total = sum(_CF_ODD[character] for character in number[0:15:2])
    total += sum(int(character, 36) - (10 if character.isalpha() else 0) for character in number[1:15:2])
    return chr(65 + total % 26)


#: Year, day and the digits of the place; and the letters that stand for their digits.
_CF_DIGIT_PLACES = frozenset({6, 7, 9, 10, 12, 13, 14})
_CF_DIGITS = dict(zip("LMNPQRSTUV", "0123456789", strict=True))


_CF_FIRST_TEN = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21)
_CF_ODD = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (*_CF_FIRST_TEN, *_CF_FIRST_TEN, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
        strict=True,
    )
)
