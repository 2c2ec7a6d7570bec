"""Every check digit against python-stdnum, over values made to look right and over their neighbours."""

import random
from collections.abc import Callable

import pytest
from stdnum import iban, luhn, verhoeff
from stdnum.be import vat as be_vat
from stdnum.ch import uid
from stdnum.de import idnr
from stdnum.de import vat as de_vat
from stdnum.es import cif, dni, nie
from stdnum.es import nif as es_nif
from stdnum.fr import nif, nir, siren, siret, tva
from stdnum.gb import nhs, utr
from stdnum.gb import vat as gb_vat
from stdnum.ie import pps
from stdnum.ie import vat as ie_vat
from stdnum.iso7064 import mod_11_10
from stdnum.it import codicefiscale, iva
from stdnum.lu import tva as lu_tva
from stdnum.us import ein

from worker.detection import checksums, european_numbers, financial_numbers, national_numbers

_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

#: Our function, the oracle, forms: 9 a digit, A a letter, the rest itself.
_ORACLES: list[tuple[Callable[[str], bool], Callable[[str], bool], tuple[str, ...]]] = [
    (checksums.luhn, luhn.is_valid, ("999999999999",)),
    (checksums.verhoeff, verhoeff.is_valid, ("999999999",)),
    (checksums.mod11_10, mod_11_10.is_valid, ("999999999",)),
    (national_numbers.is_nir, nir.is_valid, ("299109912699999", "1991" + "22A99999999", "19912" + "2B99999999")),
    (national_numbers.is_siren, siren.is_valid, ("999999999",)),
    (national_numbers.is_siret, siret.is_valid, ("73282932099999", "35600000099999")),
    (national_numbers.is_spi, nif.is_valid, ("0999999999999", "3099999999999")),
    (national_numbers.is_vat_fr, tva.is_valid, ("99303265045", "A9303265045", "9A303265045", "AA303265045")),
    (national_numbers.is_nhs, nhs.is_valid, ("9999999999",)),
    (national_numbers.is_utr, utr.is_valid, ("9999999999",)),
    (national_numbers.is_vat_gb, gb_vat.is_valid, ("GB999999999", "GB999999999999")),
    (national_numbers.is_pps, pps.is_valid, ("9999999A", "9999999AA", "9999999AW")),
    (national_numbers.is_vat_ie, ie_vat.is_valid, ("9999999A", "9999999AA", "9A99999A", "9+99999A", "9*99999A")),
    (national_numbers.is_ein, ein.is_valid, ("99-9999999",)),
    (european_numbers.is_tax_id_de, idnr.is_valid, ("86095742799", "99999999999")),
    (european_numbers.is_vat_de, de_vat.is_valid, ("999999999",)),
    (european_numbers.is_vat_ch, uid.is_valid, ("CHE999999999",)),
    (european_numbers.is_vat_be, be_vat.is_valid, ("0999999999", "1999999999")),
    (european_numbers.is_vat_lu, lu_tva.is_valid, ("99999999",)),
    (european_numbers.is_dni, dni.is_valid, ("99999999A",)),
    (european_numbers.is_dni, nie.is_valid, ("X9999999A", "Y9999999A", "Z9999999A")),
    (european_numbers.is_nif_klm, es_nif.is_valid, ("K9999999A", "L9999999A", "M9999999A")),
    (european_numbers.is_codice_fiscale, codicefiscale.is_valid, ("RSSMRA99T10A562A",)),
    (european_numbers.is_cif, cif.is_valid, ("A99999999", "A9999999A")),
    (european_numbers.is_vat_it, iva.is_valid, ("99999990159", "99999999999")),
    (
        financial_numbers.is_iban,
        iban.is_valid,
        ("GB99WEST12345698765432", "FR9930006000011234567890189", "DE" + "9" * 20),
    ),
]


def _values(form: str, draw: random.Random, count: int = 1_500) -> list[str]:
    alphabet = {"9": _DIGITS, "A": _LETTERS}
    return ["".join(draw.choice(alphabet.get(sign, sign)) for sign in form) for _ in range(count)]


@pytest.mark.parametrize(("ours", "oracle", "forms"), _ORACLES, ids=lambda value: getattr(value, "__name__", None))
def test_it_says_what_the_oracle_says(
    ours: Callable[[str], bool], oracle: Callable[[str], bool], forms: tuple[str, ...]
) -> None:
    draw = random.Random(7)
    values = [value for form in forms for value in _values(form, draw)]
    assert {value for value in values if ours(value)} == {value for value in values if oracle(value)}
    assert any(map(ours, values)), "no value passed: the forms prove nothing"


@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        (national_numbers.is_aba, "011103093", "382070381"),
        (national_numbers.is_npi, "1234567893", "1234567890"),
        (national_numbers.is_rib, "20041 01005 0500013M026 06", "20041 01005 0500013M026 07"),
        (national_numbers.is_ssn, "536-90-4399", "078-05-1120"),
        (european_numbers.is_tax_id_lu, "1893120105732", "1893120105742"),
        (european_numbers.is_codice_fiscale, "RSSMRA85T10A562S", "RSSMRA85T10A562T"),
        # The letter is the one of the code before N took the place of the digit 2.
        (european_numbers.is_codice_fiscale, "RSSMRA85T10A56NS", "RSSMRA85T10A56NT"),
        (national_numbers.has_postcode_area, "SW1A 1AA", "Q1A 1AA"),
        (national_numbers.has_postcode_area, "gir 0aa", "HJ1 1AA"),
        (european_numbers.is_plate_de, "LRO-AB-123 H", "LRO-AB-1234"),
        (checksums.base58check, "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "1BoatSLRHtKNngkdXEeobR76b53LETtpyU"),
        (
            checksums.bech32,
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
        ),
        (
            checksums.bech32,
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
        ),
        (financial_numbers.is_card_number, "4111 1111 1111 1111", "4111 1111 1111 1112"),
        (financial_numbers.is_card_number, "6011000990139424", "9011000990139424"),
        (financial_numbers.is_bic, "DEUTDEFF", "DEUTXXFF"),
    ],
)
def test_published_examples(check: Callable[[str], bool], right: str, wrong: str) -> None:
    assert check(right)
    assert not check(wrong)


@pytest.mark.parametrize("value", ["", " ", "A", "é", "٣٤٥", "²³¹", "-", "X" * 400, "9" * 400])
@pytest.mark.parametrize("check", list(dict.fromkeys(row[0] for row in _ORACLES)), ids=lambda value: value.__name__)
def test_nothing_raises(check: Callable[[str], bool], value: str) -> None:
    assert check(value) in (True, False)
