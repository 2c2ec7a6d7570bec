"""A value alone in its field: found just when the authority's rule accepts it, under the likeliest of its types."""

import random
from collections.abc import Callable, Iterator

import phonenumbers
import pytest
import spacy
from stdnum.be import vat as be_vat
from stdnum.ch import uid
from stdnum.de import idnr
from stdnum.de import vat as de_vat
from stdnum.es import nif
from stdnum.fr import nif as fr_nif
from stdnum.fr import nir, siren, siret, tva
from stdnum.gb import nhs, utr
from stdnum.gb import vat as gb_vat
from stdnum.ie import pps
from stdnum.it import iva
from stdnum.lu import tva as lu_tva
from stdnum.us import ein, itin, rtn, ssn

from shared.options import Options
from tests.unit.finding import found
from worker.detection.detect import DetectionRequest, detect

_ALPHABETS = {"9": "0123456789", "A": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_RIGHT, _WRONG = 15, 150


def _is_swiss(value: str) -> bool:
    return uid.is_valid("CHE" + value)


def _is_routed(value: str) -> bool:
    """`rtn` looks at the check digit alone; the Federal Reserve gives out 37 of the prefixes."""
    return rtn.is_valid(value) and int(value[:2]) in {*range(1, 13), *range(21, 33), *range(61, 73), 80}


def _is_itin(value: str) -> bool:
    """`itin` does not know the groups 50 to 65, which the IRS gives out since 2013 (Publication 4757)."""
    return itin.is_valid(value) or (value[0] == "9" and 50 <= int(value[4:6]) <= 65)


#: Type, form (9 a digit, A a letter, the rest itself), and the rules that accept values of the form.
_RULES: list[tuple[str, str, tuple[Callable[[str], bool], ...]]] = [
    ("VAT_ID", "99999999", (lu_tva.is_valid,)),
    ("VAT_ID", "999999999", (de_vat.is_valid, _is_swiss)),
    ("VAT_ID", "1999999999", (be_vat.is_valid,)),
    ("VAT_ID", "99999999999", (iva.is_valid, tva.is_valid)),
    ("VAT_ID", "999 9999 99", (gb_vat.is_valid,)),
    ("TAX_ID", "9999999999", (utr.is_valid,)),
    ("TAX_ID", "99999999999", (idnr.is_valid,)),
    ("TAX_ID", "3099999999999", (fr_nif.is_valid,)),
    ("TAX_ID", "99999999A", (nif.is_valid,)),
    ("TAX_ID", "M9999999A", (nif.is_valid,)),
    ("TAX_ID", "9999999A", (pps.is_valid, lambda value: nif.is_valid("0" + value))),
    ("TAX_ID", "99-9999999", (ein.is_valid,)),
    ("FR_SPI", "0999999999999", (fr_nif.is_valid,)),
    ("FR_NIR", "1 99 12 75 999 999 99", (nir.is_valid,)),
    ("FR_SIREN", "999 999 999", (siren.is_valid,)),
    ("FR_SIRET", "73282932099999", (siret.is_valid,)),
    ("ID_CARD", "99999999A", (nif.is_valid,)),
    ("ID_CARD", "Y9999999A", (nif.is_valid,)),
    ("UK_NHS", "999 999 9999", (nhs.is_valid,)),
    ("ABA_ROUTING_NUMBER", "999999999", (_is_routed,)),
    ("US_SSN", "999-99-9999", (ssn.is_valid,)),
    ("US_ITIN", "999-99-9999", (_is_itin,)),
]


def _values(form: str) -> Iterator[str]:
    draw = random.Random(form)
    while True:
        yield "".join(draw.choice(_ALPHABETS.get(sign, sign)) for sign in form)


def _of(form: str, accepts: Callable[[str], bool], count: int) -> list[str]:
    values = (value for value, _ in zip(_values(form), range(60_000), strict=False) if accepts(value))
    return [value for value, _ in zip(values, range(count), strict=False)]


@pytest.mark.parametrize(
    ("type_", "form", "rules"), _RULES, ids=lambda value: value if isinstance(value, str) else None
)
def test_a_number_is_found_just_when_a_rule_accepts_it(
    type_: str, form: str, rules: tuple[Callable[[str], bool], ...]
) -> None:
    right = [value for rule in rules for value in _of(form, rule, _RIGHT)]
    wrong = _of(form, lambda value: not any(rule(value) for rule in rules), _WRONG)
    assert len(right) >= 5 * len(rules), "too few values: the form proves nothing"
    assert [value for value in right if found(value, type_) != [value]] == []
    assert [value for value in wrong if found(value, type_) == [value]] == []


def _types(text: str) -> list[str]:
    """The types of the whole text with the default options, from a pipeline that knows no names."""
    (detection,) = detect([DetectionRequest(text, "en", Options())], {"en": spacy.blank("en")})
    return [span.type for span in detection.spans if (span.start, span.end) == (0, len(text))]


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        # Three, two and four digits: no telephone number, though Spain has numbers of nine digits that begin with 9.
        ("974-99-6514", "US_ITIN"),
        ("678-12-3456", "US_SSN"),
        # Nine bare digits without a check digit that fits.
        ("533401235", "PASSPORT"),
        # With one; the Federal Reserve's prefixes are rarer than Luhn's digit.
        ("011000015", "ABA_ROUTING_NUMBER"),
        # A Spanish mobile number that could be a payment processor's routing number.
        ("612805716", "PHONE_NUMBER"),
        ("971 0308 94", "VAT_ID"),
        # Alone it is a person's number, with its prefix a company's.
        ("1305122HA", "TAX_ID"),
        ("IE1305122HA", "VAT_ID"),
        ("IE6+02411E", "VAT_ID"),
        # The check of two digits is stronger than that of one (here of a taxpayer reference).
        ("0452658715", "VAT_ID"),
        ("NL 8010.11.352.B01", "VAT_ID"),
        ("NL801011352B01", "VAT_ID"),
        ("AJ9564371", "ID_CARD"),
        ("YJ9564371", "PASSPORT"),
        ("M2812345C", "TAX_ID"),
        # Luxembourg's oldest living were born in the century before the last.
        ("1893120105732", "TAX_ID"),
        # BG is no postcode area.
        ("BG203JX", "LICENSE_PLATE"),
        ("BN20 3JX", "POSTAL_CODE"),
        ("UL AB 123", "LICENSE_PLATE"),
        ("GIR 0AA", "POSTAL_CODE"),
        ("::", "IP_ADDRESS"),
        ("01:ab:cd:12:34:ef:00:11", "MAC_ADDRESS"),
        ("user:secret@example.com", "URL"),
        ("example.com:8080", "URL"),
        ("0470/12.34.56", "PHONE_NUMBER"),
        ("015650 889957", "PHONE_NUMBER"),
    ],
)
def test_the_likeliest_type_wins(value: str, type_: str) -> None:
    assert _types(value) == [type_]


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        ("974-99-6514", "PHONE_NUMBER"),
        ("01:ab:cd:12:34:ef:00", "MAC_ADDRESS"),
        ("M2812345D", "TAX_ID"),
        ("972 0308 94", "VAT_ID"),
        ("javascript:run(1)@example.com", "URL"),
        ("mailto:a@example.com", "URL"),
        ("example.com:80800", "URL"),
        ("user:a@b@example.com", "URL"),
        ("01641234567", "PHONE_NUMBER"),
        ("0470/12.34.5", "PHONE_NUMBER"),
        ("YY AB 123", "LICENSE_PLATE"),
        ("Q AB 123", "LICENSE_PLATE"),
    ],
)
def test_a_value_against_the_rule_is_not_of_the_type(value: str, type_: str) -> None:
    assert found(value, type_) != [value]


@pytest.mark.parametrize("region", ["BE", "CA", "CH", "DE", "ES", "FR", "GB", "GP", "IE", "IT", "LU", "NL", "RE", "US"])
def test_a_mobile_number_is_found_however_it_is_written(region: str) -> None:
    number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    assert number is not None
    formats = (
        phonenumbers.PhoneNumberFormat.E164,
        phonenumbers.PhoneNumberFormat.INTERNATIONAL,
        phonenumbers.PhoneNumberFormat.NATIONAL,
    )
    written = [phonenumbers.format_number(number, each) for each in formats]
    written.append("00" + written[0].removeprefix("+"))
    assert {value: _types(value) for value in written} == {value: ["PHONE_NUMBER"] for value in written}
