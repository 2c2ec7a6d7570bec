"""United States: numbers of people."""

from worker.detection.national_numbers import is_ein, is_npi, is_ssn
from worker.detection.recognizer import Check, Row, Table, digits, mixed, terms, words
from worker.detection.recognizers.edges import CODE_END, CODE_START, NUMBER_END, NUMBER_START

_SSN_WORDS = ("ssn", "ssns", "social security", "social security number", "sécurité sociale", "social")
_LICENCE_WORDS = terms("""
    driver license, driver's license, drivers license, driver licence, driver's licence, license, licence, driving
    license, dl, permit, permis, license number, driving licence
""")
_PASSPORT_WORDS = ("passport", "passport number", "passeport", "travel document")
_TAX_WORDS = ("ein", "fein", "tin", "tax id", "employer identification", "taxpayer", "federal tax", "irs")
#: Forms of the states' licence numbers (AAMVA): letters and digits, with the separators that some of them print.
_LICENCE_FORMS = (
    r"[A-Z]\d{3}-\d{4}-\d{4}",  # Illinois
    r"[A-Z]\d{3}-\d{3}-\d{2}-\d{3}-\d",  # Florida
    r"[A-Z]\d{4}-\d{4}-\d{4}-\d{2}",  # Wisconsin
    r"[A-Z]-\d{3}-\d{3}-\d{3}-\d{3}",  # Maryland, Michigan
    r"[A-Z]\d{4} \d{5} \d{5}",  # New Jersey
    r"\d{3} \d{3} \d{3}",  # New York
    r"\d{2}-\d{3}-\d{4}",  # Colorado
    r"\d{3}-\d{2}-\d{4}",
    r"[A-Z]{3}[A-Z*]{2}[A-Z0-9*]{7}",  # Washington
    r"\d{2}[A-Z]{3}\d{5}",  # New Hampshire
    r"[A-Z]{1,2}\d{5,14}[A-Z]?",
    r"\d{7,12}",
)

IDENTITY_US = Table(
    "identity_us",
    (
        Row(
            type="US_SSN",
            name="ssn",
            pattern=rf"{NUMBER_START}(?!000|666|9)\d{{3}}-(?!00)\d{{2}}-(?!0000)\d{{4}}{NUMBER_END}",
            score=0.6,
            anchor=digits(9),
            check=Check("never advertised", is_ssn, passed=1.2),
            context=_SSN_WORDS,
            source="SSA, 20 CFR 422.103; randomized since 2011",
        ),
        Row(
            type="US_SSN",
            name="ssn_plain",
            # Below a passport's score: nine bare digits are a passport's printed form, and not this number's.
            pattern=rf"{NUMBER_START}(?!000|666|9)\d{{3}}([ .]?)(?!00)\d{{2}}\1(?!0000)\d{{4}}{NUMBER_END}",
            score=0.024,
            anchor=digits(9),
            check=Check("never advertised", is_ssn, passed=1.2),
            context=_SSN_WORDS,
            source="SSA, 20 CFR 422.103",
        ),
        Row(
            type="US_ITIN",
            name="itin",
            pattern=rf"{NUMBER_START}9\d{{2}}-(?:5\d|6[0-5]|7\d|8[0-8]|9[0-2]|9[4-9])-\d{{4}}{NUMBER_END}",
            score=0.6,
            anchor=digits(9),
            context=("itin", "taxpayer", "tax id", "tax", "irs", "individual taxpayer"),
            source="IRS, Publication 1915",
        ),
        Row(
            type="US_ITIN",
            name="itin_plain",
            pattern=rf"{NUMBER_START}9\d{{2}} ?(?:5\d|6[0-5]|7\d|8[0-8]|9[0-2]|9[4-9]) ?\d{{4}}{NUMBER_END}",
            score=0.03,
            anchor=digits(9),
            context=("itin", "taxpayer", "tax id", "irs", "individual taxpayer"),
            source="IRS, Publication 1915",
        ),
        *(
            Row(
                type="US_DRIVER_LICENSE",
                name=f"state_form_{index}",
                pattern=rf"{CODE_START}{form}{CODE_END}",
                score=0.03,
                anchor=digits(5, before=5) if form[0] == "\\" else mixed(5, before=6),
                context=_LICENCE_WORDS,
                whole_text_counts=False,
                source="AAMVA, DL/ID number formats by state",
            )
            for index, form in enumerate(_LICENCE_FORMS)
            if "*" not in form
        ),
        Row(
            type="US_DRIVER_LICENSE",
            name="washington",
            pattern=(
                r"(?i:licen[cs]e|dl)\W{1,4}(?:\w{1,8}\W{1,3}){0,3}"
                r"(?P<value>[A-Z]{2,5}[A-Z*]{0,3}[A-Z]{2}\d{3}[A-Z0-9]{2})(?!\w)"
            ),
            score=0.6,
            anchor=words("license", "licence", "dl", reach=60),
            source="Washington State DOL",
        ),
        Row(
            type="PASSPORT",
            name="us",
            pattern=rf"{CODE_START}(?:[A-Z]\d{{8}}|\d{{9}}){CODE_END}",
            score=0.03,
            anchor=digits(8, before=2),
            context=_PASSPORT_WORDS,
            source="ICAO 9303; US Department of State",
        ),
        Row(
            type="TAX_ID",
            name="ein",
            pattern=rf"{NUMBER_START}\d{{2}}[- ]\d{{7}}{NUMBER_END}",
            score=0.08,
            anchor=digits(9),
            check=Check("campus prefix", is_ein, passed=1.2),
            context=_TAX_WORDS,
            source="IRS, EIN prefixes",
        ),
        Row(
            type="US_NPI",
            name="npi",
            pattern=rf"{NUMBER_START}[12]\d{{9}}{NUMBER_END}",
            score=0.02,
            anchor=digits(10),
            check=Check("luhn with 80840", is_npi, passed=10),
            context=("npi", "national provider", "provider", "provider identifier", "physician", "prescriber"),
            source="CMS, NPI check digit",
        ),
    ),
    countries=("US",),
)
