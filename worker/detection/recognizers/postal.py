"""Postal codes on their own; within addresses they are part of the address."""

from worker.detection.national_numbers import has_postcode_area
from worker.detection.recognizer import Check, Row, Table, digits, mixed, terms, words
from worker.detection.recognizers.edges import CODE_END, CODE_START, NUMBER_END, NUMBER_START

_POSTAL_WORDS = terms("""
    postcode, post code, postal code, postal, zip, code postal, cp, address, adresse, eircode
""")
_ZIP_WORDS = ("zip", "zip code", "zipcode", "postal code", "postcode", "post code", "postal", "code postal")
#: Areas and districts of Royal Mail: A9 A99 AA9 AA99 A9A AA9A; and the inward code without C I K M O V.
_UK_OUTWARD = r"(?:[A-PR-UWYZ][0-9][0-9A-HJKPSTUW]?|[A-PR-UWYZ][A-HK-Y][0-9][0-9ABEHMNPRV-Y]?)"
_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|"
    "PA|PR|RI|SC|SD|TN|TX|UT|VT|VA|VI|WA|WV|WI|WY|AA|AE|AP"
)

POSTAL = Table(
    "postal",
    (
        Row(
            type="POSTAL_CODE",
            name="gb",
            countries=("GB",),
            pattern=rf"(?i:{CODE_START}{_UK_OUTWARD} ?[0-9][ABD-HJLNP-UW-Z]{{2}}{CODE_END})",
            score=0.5,
            anchor=mixed(2, before=3),
            check=Check("postcode area", has_postcode_area, passed=1),
            context=_POSTAL_WORDS,
            source="BS 7666; Royal Mail PAF",
        ),
        Row(
            type="POSTAL_CODE",
            name="gb_girobank",
            countries=("GB",),
            pattern=rf"(?i:{CODE_START}GIR ?0AA{CODE_END})",
            score=0.9,
            anchor=words("gir 0aa", "gir0aa"),
            context=_POSTAL_WORDS,
            source="BS 7666",
        ),
        Row(
            type="POSTAL_CODE",
            name="gb_form",
            countries=("GB",),
            pattern=rf"{CODE_START}[A-Z]{{1,2}}\d[A-Z\d]? \d[A-Z]{{2}}{CODE_END}",
            score=0.1,
            anchor=mixed(2, before=3),
            context=_POSTAL_WORDS,
            source="BS 7666",
        ),
        Row(
            type="POSTAL_CODE",
            name="gb_outward",
            countries=("GB",),
            pattern=rf"{CODE_START}{_UK_OUTWARD}{CODE_END}",
            score=0.04,
            anchor=mixed(1, before=2),
            context=("postcode", "post code", "postal", "district"),
            source="Royal Mail PAF",
        ),
        Row(
            type="POSTAL_CODE",
            name="ca",
            countries=("CA",),
            pattern=(
                rf"(?i:{CODE_START}[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z][ -]?[0-9][ABCEGHJ-NPRSTV-Z][0-9]"
                rf"{CODE_END})"
            ),
            score=0.5,
            anchor=mixed(3, before=2),
            context=_POSTAL_WORDS,
            source="Canada Post, Addressing Guidelines",
        ),
        Row(
            type="POSTAL_CODE",
            name="ie",
            countries=("IE",),
            pattern=rf"{CODE_START}[AC-FHKNPRTV-Y][0-9][0-9W] ?[0-9AC-FHKNPRTV-Y]{{4}}{CODE_END}",
            score=0.3,
            anchor=mixed(1, before=1),
            context=_POSTAL_WORDS,
            source="Eircode, Prepare your business",
        ),
        Row(
            type="POSTAL_CODE",
            name="ie_form",
            countries=("IE",),
            pattern=rf"{CODE_START}[AC-FHKNPRTV-Y][0-9][0-9W] (?=[A-Z0-9]{{0,3}}[0-9])[A-Z0-9]{{4}}{CODE_END}",
            score=0.05,
            anchor=mixed(1, before=1),
            context=_POSTAL_WORDS,
            source="Eircode",
        ),
        Row(
            type="POSTAL_CODE",
            name="fr",
            countries=("FR",),
            pattern=(
                rf"{NUMBER_START}(?:0[1-9]|[1-8]\d|9[0-5])\d{{3}}{NUMBER_END}|{NUMBER_START}(?:97[1-8]\d\d|"
                rf"98[6-8]\d\d|98000){NUMBER_END}"
            ),
            score=0.03,
            anchor=digits(5),
            context=(
                "code postal",
                "cp",
                "postal",
                "postal code",
                "postcode",
                "adresse",
                "domicilié",
                "domiciliée",
                "résidant",
                "réside",
                "demeurant",
            ),
            source="La Poste, base officielle des codes postaux",
        ),
        Row(
            type="ZIP_CODE",
            name="zip_plus_four",
            countries=("US",),
            pattern=rf"{NUMBER_START}\d{{5}}-\d{{4}}{NUMBER_END}",
            score=0.5,
            anchor=digits(9),
            context=_ZIP_WORDS,
            source="USPS Publication 28",
        ),
        Row(
            type="ZIP_CODE",
            name="zip",
            countries=("US",),
            pattern=rf"{NUMBER_START}\d{{5}}{NUMBER_END}",
            score=0.03,
            anchor=digits(5),
            context=_ZIP_WORDS,
            language="en",
            source="USPS Publication 28",
        ),
        Row(
            # Other countries' codes that English texts call zip codes.
            type="ZIP_CODE",
            name="zip_by_context",
            pattern=rf"{NUMBER_START}(?:\d{{3,5}}(?:-\d{{3,4}})?|\d{{3}} \d{{2}}){NUMBER_END}",
            score=0.02,
            anchor=digits(3, 9),
            context=("zip", "zip code", "zipcode", "postal code", "postcode", "post code"),
            language="en",
            whole_text_counts=False,
        ),
        Row(
            type="ZIP_CODE",
            name="zip_after_label",
            pattern=(
                r"(?i:zip(?: ?codes?)?|postal codes?|post ?codes?|codes? posta(?:l|ux))(?i: is| to| of|"
                r" number| est| was|:| =|,|-){0,3}"
                r" {0,3}(?P<value>[0-9][0-9A-Z]{1,5}(?:[ -][0-9][0-9A-Z]{1,3})?)(?![\w-])"
            ),
            score=0.8,
            anchor=words("zip", "zipcode", "postal code", "post code", "postcode", "code postal", reach=60),
        ),
        Row(
            type="ZIP_CODE",
            name="zip_after_state",
            countries=("US",),
            pattern=rf"(?<![A-Za-z])(?:{_STATES})\.?,? {{1,2}}(?P<value>\d{{5}}(?:-\d{{4}})?){NUMBER_END}",
            score=0.7,
            anchor=digits(5, before=5),
            source="USPS Publication 28, Appendix B",
        ),
    ),
)
