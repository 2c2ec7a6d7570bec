"""United Kingdom and Ireland: numbers of people and companies."""

from worker.detection.national_numbers import is_nhs, is_pps, is_utr, is_vat_gb, is_vat_ie
from worker.detection.recognizer import Check, Row, Table, digits, mixed
from worker.detection.recognizers.edges import CODE_END, CODE_START, NUMBER_END, NUMBER_START

_NINO = r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
_NINO_WORDS = ("nino", "national insurance", "ni number", "ni no", "insurance number", "hmrc", "tax")
_VAT_WORDS = ("vat", "vat number", "vat no", "vat reg", "tva", "tax", "hmrc")
_PASSPORT_WORDS = ("passport", "passport number", "passeport", "travel document")
_PPS_WORDS = ("pps", "ppsn", "pps number", "personal public service", "revenue", "tax")
_DRIVING_WORDS = ("driving licence", "driving license", "licence", "driver", "dvla", "driver number", "permis")

IDENTITY_UK = Table(
    "identity_uk",
    (
        Row(
            type="UK_NINO",
            name="nino",
            pattern=rf"(?i:{CODE_START}{_NINO} ?\d{{2}} ?\d{{2}} ?\d{{2}} ?[A-D]{CODE_END})",
            score=0.7,
            anchor=mixed(6, before=4),
            context=_NINO_WORDS,
            source="HMRC, NIM39110",
        ),
        Row(
            type="TAX_ID",
            name="nino",
            pattern=rf"(?i:{CODE_START}{_NINO} ?\d{{2}} ?\d{{2}} ?\d{{2}} ?[A-D]{CODE_END})",
            score=0.5,
            anchor=mixed(6, before=4),
            context=_NINO_WORDS,
            source="OECD, UK tax identification numbers",
        ),
        Row(
            type="TAX_ID",
            name="utr",
            pattern=rf"{NUMBER_START}(?:\d{{10}}K?|\d{{5}} \d{{5}}){NUMBER_END}",
            score=0.02,
            anchor=digits(10),
            check=Check("modulo 11", is_utr, passed=10, failed=1),
            context=("utr", "unique taxpayer", "taxpayer reference", "self assessment", "tax reference"),
            source="HMRC",
        ),
        Row(
            type="UK_NHS",
            name="nhs",
            pattern=rf"{NUMBER_START}\d{{3}}([ -]?)\d{{3}}\1\d{{4}}{NUMBER_END}",
            score=0.03,
            anchor=digits(10),
            check=Check("modulo 11", is_nhs, passed=11),
            context=("nhs", "nhs number", "nhs no", "patient", "hospital", "health service"),
            source="NHS Data Model: NHS NUMBER",
        ),
        Row(
            type="UK_DRIVING_LICENCE",
            name="dvla",
            pattern=(
                rf"(?i:{CODE_START}[A-Z][A-Z9]{{4}} ?\d[0156]\d(?:[0-2]\d|"
                rf"3[01])\d ?[A-Z9]{{2}}[A-Z0-9] ?[A-Z]{{2}}(?: ?\d{{2}})?{CODE_END})"
            ),
            score=0.75,
            anchor=mixed(6, before=8),
            context=_DRIVING_WORDS,
            source="DVLA, driver number",
        ),
        Row(
            type="PASSPORT",
            name="gb",
            pattern=rf"{NUMBER_START}\d{{9}}{NUMBER_END}",
            score=0.03,
            anchor=digits(9),
            context=_PASSPORT_WORDS,
            source="ICAO 9303; HM Passport Office",
        ),
        Row(
            type="PASSPORT",
            name="ie",
            countries=("IE",),
            pattern=rf"{CODE_START}[A-Z][A-Z0-9]\d{{7}}{CODE_END}",
            score=0.05,
            anchor=mixed(7, before=2),
            context=_PASSPORT_WORDS,
            source="ICAO 9303; Irish Passport Service",
        ),
        Row(
            type="VAT_ID",
            name="gb",
            pattern=rf"{CODE_START}GB ?(?:\d{{9}}(?:\d{{3}})?|\d{{3}} \d{{4}} \d{{2}}(?: \d{{3}})?){CODE_END}",
            score=0.5,
            anchor=mixed(9, before=3),
            check=Check("modulo 97", is_vat_gb, passed=97, failed=0.05),
            context=_VAT_WORDS,
            source="HMRC, VAT registration numbers",
        ),
        Row(
            type="VAT_ID",
            name="gb_grouped",
            pattern=rf"{CODE_START}GB ?(?:\d{{3}} \d{{4}} (?:[0-8]\d|9[0-6])(?: \d{{3}})?|\d{{9}} \d{{3}}){CODE_END}",
            score=0.5,
            anchor=mixed(9, before=3),
            context=_VAT_WORDS,
            source="HMRC, VAT registration numbers",
        ),
        Row(
            type="VAT_ID",
            name="gb_public",
            pattern=rf"{CODE_START}(?:GB)?(?:GD[0-4]|HA[5-9])\d{{2}}{CODE_END}",
            score=0.3,
            anchor=mixed(3, before=5),
            context=_VAT_WORDS,
            source="HMRC, government departments and health authorities",
        ),
        Row(
            type="VAT_ID",
            name="gb_plain",
            pattern=rf"{NUMBER_START}\d{{3}} ?\d{{4}} ?\d{{2}}{NUMBER_END}",
            score=0.02,
            anchor=digits(9),
            check=Check("modulo 97", is_vat_gb, passed=30),
            context=_VAT_WORDS,
            whole_text_counts=False,
            source="HMRC, VAT registration numbers",
        ),
        Row(
            # Three, four and two digits: nothing else is printed so.
            type="VAT_ID",
            name="gb_plain_grouped",
            pattern=rf"{NUMBER_START}\d{{3}} \d{{4}} \d{{2}}(?: \d{{3}})?{NUMBER_END}",
            score=0.1,
            anchor=digits(9, 12),
            check=Check("modulo 97", is_vat_gb, passed=30),
            context=_VAT_WORDS,
            source="HMRC, VAT registration numbers",
        ),
        *(
            # Without its prefix it looks like a personal number, of which there are more.
            Row(
                type="VAT_ID",
                name=name,
                countries=("IE",),
                pattern=rf"{CODE_START}{prefix}\d[0-9A-Z+*]\d{{5}}[A-W][A-I]?{CODE_END}",
                score=score,
                anchor=mixed(5, before=6),
                check=Check("modulo 23", is_vat_ie, passed=23),
                context=_VAT_WORDS,
                source="Irish Revenue, VAT registration numbers",
            )
            for name, prefix, score in (("ie_prefixed", "IE ?", 0.5), ("ie_plain", "", 0.08))
        ),
        Row(
            type="VAT_ID",
            name="ie_form",
            countries=("IE",),
            pattern=rf"{CODE_START}(?:IE ?)?\d{{7}}[A-W][A-IW]?{CODE_END}",
            score=0.03,
            anchor=mixed(7, before=3),
            context=_VAT_WORDS,
            source="Irish Revenue, VAT registration numbers",
        ),
        Row(
            type="TAX_ID",
            name="pps",
            countries=("IE",),
            pattern=rf"(?i:{CODE_START}\d{{7}}[A-W][ABHWTX]?{CODE_END})",
            score=0.1,
            anchor=mixed(7, before=0),
            check=Check("modulo 23", is_pps, passed=23),
            context=_PPS_WORDS,
            source="Irish Department of Social Protection",
        ),
    ),
    countries=("GB",),
)
