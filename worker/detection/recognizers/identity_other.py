"""Other countries: passports, identity cards, tax and VAT numbers."""

from worker.detection.european_numbers import (
    is_codice_fiscale,
    is_dni,
    is_nif_klm,
    is_tax_id_de,
    is_tax_id_lu,
    is_vat_be,
    is_vat_ch,
    is_vat_de,
    is_vat_es,
    is_vat_it,
    is_vat_lu,
)
from worker.detection.recognizer import Check, Row, Table, digits, mixed, terms
from worker.detection.recognizers.edges import CODE_END, CODE_START, NUMBER_END, NUMBER_START

_PASSPORT_WORDS = terms("""
    passport, passport number, passeport, numéro de passeport, travel document, reisepass, pasaporte, passaporto,
    paspoort, document de voyage
""")
_VAT_WORDS = terms("""
    vat, tva, vat number, vat id, intracommunautaire, ust-id, ust-idnr, mwst, btw, iva, nif
""")
_TAX_WORDS = ("tax", "tax id", "tin", "fiscal", "fiscale", "steuer-id", "steuernummer", "nif", "nie", "matricule")
_ID_WORDS = terms("""
    dni, nie, nif, identity card, id card, carte d'identité, documento, carta d'identità, personalausweis, ausweis,
    identité, id number, identification
""")

#: Passport numbers by country (ICAO Doc 9303 allows up to nine characters; the issuers' own forms).
_PASSPORTS = (
    ("be_ca", "BE CA", r"[A-Z]{2}\d{6}", 0.04),
    ("ca_2023", "CA", r"[A-Z]\d{6}[A-Z]{2}", 0.1),
    ("ch", "CH", r"[A-Z]\d{7}", 0.03),
    ("de", "DE", r"[CFGHJK][0-9CFGHJKLMNPRTVWXYZ]{7}[0-9CFGHJKLMNPRTVWXYZ]", 0.03),
    ("es", "ES", r"[A-Z]{3}\d{6}", 0.05),
    ("it", "IT", r"[A-Z]{2}\d{7}", 0.04),
    ("lu_nl", "LU NL", r"[A-NP-Z]{2}[0-9A-NP-Z]{6}\d", 0.03),
)

_PASSPORT_ROWS = tuple(
    Row(
        type="PASSPORT",
        name=name,
        pattern=rf"{CODE_START}{pattern}{CODE_END}",
        score=score,
        anchor=mixed(2 if name in ("de", "lu_nl") else 6, before=9),
        context=_PASSPORT_WORDS,
        # So wide that any code of nine characters would be one.
        whole_text_counts=name != "lu_nl",
        countries=tuple(countries.split()),
        source="ICAO 9303, issuers' forms",
    )
    for name, countries, pattern, score in _PASSPORTS
)

#: VAT numbers: country, prefix, the number, its check and how rare that is (VIES, forms by member state).
_VAT_FORMS = (
    ("be", "BE ?", r"[01]\d{3}[. ]?\d{3}[. ]?\d{3}", is_vat_be, 97.0),
    ("de", "DE ?", r"\d{3} ?\d{3} ?\d{3}", is_vat_de, 10.0),
    ("es", "ES ?", r"(?:[A-Z]-?\d{7}-?[0-9A-Z]|\d{8}-?[A-Z])", is_vat_es, 10.0),
    ("it", "IT ?", r"\d{11}", is_vat_it, 10.0),
    ("lu", "LU ?", r"\d{8}", is_vat_lu, 89.0),
)

_VAT_ROWS = tuple(
    Row(
        type="VAT_ID",
        name=f"{country}{suffix}",
        countries=(country.upper(),),
        pattern=rf"{CODE_START}{opening}{number}{CODE_END}",
        score=score,
        anchor=digits(7, before=5),
        check=None if check is None else Check("check digit", check, passed=passed),
        context=_VAT_WORDS,
        source="VIES, VAT identification numbers by member state",
    )
    for country, prefix, number, checker, rarity in _VAT_FORMS
    for suffix, opening, score, check, passed in (
        ("_prefixed", prefix, 0.45, None, 1.0),
        ("_plain", "", 0.02, checker, rarity),
    )
)

_OTHER_ROWS = (
    Row(
        type="VAT_ID",
        name="nl",
        countries=("NL",),
        pattern=rf"{CODE_START}(?:NL[ .]?)?(?:\d{{9}}B|\d{{4}}\.\d{{2}}\.\d{{3}}\.B\.?)\d{{2}}{CODE_END}",
        score=0.6,
        anchor=mixed(9, before=3),
        context=_VAT_WORDS,
        source="Belastingdienst, btw-identificatienummer",
    ),
    Row(
        type="VAT_ID",
        name="es_form",
        countries=("ES",),
        pattern=rf"{CODE_START}[A-HJNP-SUVW]\d{{7}}[0-9A-J]{CODE_END}",
        score=0.03,
        anchor=mixed(7, before=2),
        context=_VAT_WORDS,
        source="Agencia Tributaria, Orden EHA/451/2008",
    ),
    *(
        Row(
            type="VAT_ID",
            name=name,
            countries=("CH",),
            pattern=(
                rf"{CODE_START}{opening}\d{{3}}(?:\.\d{{3}}\.\d{{3}}| \d{{3}} \d{{3}}|\d{{6}})"
                rf"{closing}{CODE_END}"
            ),
            score=score,
            anchor=digits(9, before=5),
            check=Check("modulo 11", is_vat_ch, passed=11),
            context=(*_VAT_WORDS, "uid", "ide", "che"),
            source="eCH-0097",
        )
        for name, opening, closing, score in (
            ("ch_prefixed", "CHE[- ]?", " ?(?:MWST|TVA|IVA|TPV|HR|RC)?", 0.5),
            ("ch_suffixed", "", " ?(?:MWST|TVA|IVA|TPV)", 0.5),
            ("ch_plain", "", "", 0.02),
        )
    ),
    Row(
        type="TAX_ID",
        name="de",
        countries=("DE",),
        pattern=rf"{NUMBER_START}[1-9]\d ?\d{{3}} ?\d{{3}} ?\d{{3}}{NUMBER_END}",
        score=0.03,
        anchor=digits(11),
        check=Check("mod 11,10", is_tax_id_de, passed=50),
        context=_TAX_WORDS,
        source="§ 139b AO; BZSt",
    ),
    Row(
        type="TAX_ID",
        name="lu",
        countries=("LU",),
        pattern=rf"{NUMBER_START}(?:1[89]|20)\d{{11}}{NUMBER_END}",
        score=0.03,
        anchor=digits(13),
        check=Check("luhn and verhoeff", is_tax_id_lu, passed=100),
        context=_TAX_WORDS,
        source="Loi du 19 juin 2013, CCSS",
    ),
    Row(
        type="TAX_ID",
        name="es",
        countries=("ES",),
        pattern=rf"(?i:{CODE_START}(?:\d{{1,8}}|[XYZ]\d{{7}})[A-Z]{CODE_END})",
        score=0.02,
        anchor=mixed(5, before=1),
        check=Check("letter", is_dni, passed=23),
        context=_TAX_WORDS,
        source="Real Decreto 1065/2007",
    ),
    Row(
        type="TAX_ID",
        name="es_klm",
        countries=("ES",),
        pattern=rf"(?i:{CODE_START}[KLM]\d{{7}}[A-Z]{CODE_END})",
        score=0.1,
        anchor=mixed(7, before=1),
        check=Check("letter", is_nif_klm, passed=23),
        context=_TAX_WORDS,
        source="Real Decreto 1065/2007, artículos 19 y 20",
    ),
    Row(
        type="TAX_ID",
        name="it",
        countries=("IT",),
        pattern=(
            rf"(?i:{CODE_START}[A-Z]{{6}}[0-9LMNP-V]{{2}}[A-EHLMPR-T](?:[0-7LMNP-T][0-9LMNP-V])"
            rf"[A-Z][0-9LMNP-V]{{3}}[A-Z]{CODE_END})"
        ),
        score=0.5,
        anchor=mixed(2, before=10),
        check=Check("letter", is_codice_fiscale, passed=26),
        context=("codice fiscale", "fiscal code", *_TAX_WORDS),
        source="Decreto MEF 23 dicembre 1976",
    ),
    Row(
        type="ID_CARD",
        name="es_dni",
        countries=("ES",),
        pattern=rf"(?i:{CODE_START}(?:\d{{8}}|[XYZ]-?\d{{7}})-?[A-Z]{CODE_END})",
        score=0.1,
        anchor=mixed(7, before=2),
        check=Check("letter", is_dni, passed=23),
        context=_ID_WORDS,
        source="Real Decreto 1553/2005",
    ),
    Row(
        type="ID_CARD",
        name="it_cie",
        countries=("IT",),
        pattern=rf"(?i:{CODE_START}C[A-Z]\d{{5}}[A-Z]{{2}}{CODE_END})",
        score=0.2,
        anchor=mixed(5, before=2),
        context=_ID_WORDS,
        source="ICAO 9303; carta d'identità elettronica",
    ),
    Row(
        type="ID_CARD",
        # Above a passport's score: every paper card's series begins with A, few passports' does.
        name="it_paper",
        countries=("IT",),
        pattern=rf"{CODE_START}A[A-Z] ?\d{{7}}{CODE_END}",
        score=0.06,
        anchor=mixed(7, before=3),
        context=_ID_WORDS,
        source="carta d'identità cartacea",
    ),
    Row(
        type="ID_CARD",
        name="de",
        countries=("DE",),
        pattern=rf"{CODE_START}[LMNPRTVWXY][0-9CFGHJKLMNPRTVWXYZ]{{8}}\d?D?{CODE_END}",
        score=0.02,
        anchor=mixed(2, before=9),
        context=_ID_WORDS,
        whole_text_counts=False,
        source="PAuswV; ICAO 9303",
    ),
)

IDENTITY_OTHER = Table("identity_other", (*_PASSPORT_ROWS, *_VAT_ROWS, *_OTHER_ROWS))
