"""France: numbers of people and companies."""

from worker.detection.national_numbers import is_nir, is_siren, is_siret, is_spi, is_vat_fr
from worker.detection.recognizer import Check, Row, Table, digits, mixed, terms, words
from worker.detection.recognizers.edges import CODE_END, CODE_START, GAP, NUMBER_END, NUMBER_START

_NIR_WORDS = terms("""
    nir, nss, sécurité sociale, numéro de sécurité sociale, sécu, insee, assuré, assurée, immatriculation, social
    security, n° ss, no ss, ins, carte vitale, vitale, numéro ss
""")
_COMPANY_WORDS = terms("""
    siren, siret, rcs, insee, entreprise, société, immatriculée, company, établissement, registre
""")
_VAT_WORDS = ("tva", "tva intracommunautaire", "vat", "intracommunautaire", "n° tva", "tax", "numéro de tva")
_TAX_WORDS = ("spi", "fiscal", "numéro fiscal", "impôt", "impôts", "contribuable", "avis d'imposition", "tax", "tin")
_MONTH = r"(?:0[1-9]|1[0-2]|[2-9]\d)"

IDENTITY_FR = Table(
    "identity_fr",
    (
        Row(
            type="FR_NIR",
            name="nir",
            pattern=(
                rf"(?<![\w/+=@%])(?<!\d[.,:\-])[1-478]{GAP}\d{{2}}{GAP}{_MONTH}{GAP}(?:\d{{2}}|2[ABab]){GAP}"
                rf"\d{{3}}{GAP}\d{{3}}{GAP}(?:[/|] ?)?\d{{2}}{NUMBER_END}"
            ),
            score=0.3,
            anchor=digits(13),
            check=Check("key modulo 97", is_nir, passed=97, failed=0.2),
            context=_NIR_WORDS,
            source="INSEE, NIR; arrêté du 1er août 2013",
        ),
        Row(
            type="FR_NIR",
            name="nir_without_key",
            pattern=(
                rf"{NUMBER_START}[12]{GAP}\d{{2}}{GAP}{_MONTH}{GAP}(?:\d{{2}}|"
                rf"2[ABab]){GAP}\d{{3}}{GAP}\d{{3}}{NUMBER_END}"
            ),
            score=0.04,
            anchor=digits(12),
            context=_NIR_WORDS,
            whole_text_counts=False,
            source="INSEE, NIR",
        ),
        Row(
            type="FR_NIR",
            name="nir_in_boxes",
            pattern=r"(?<![\w.,/-])(?<!\d )[12](?: [0-9AB]){14}(?! ?[\w/])",
            score=0.5,
            anchor=digits(14),
            context=_NIR_WORDS,
            whole_text_counts=False,
        ),
        Row(
            type="FR_NIR",
            name="nir_by_label",
            pattern=(
                r"(?i:(?:s[ée]curit[ée] sociale|\bnss|\bnir|\bs[ée]cu|n° ?ss)(?: n°| no)?)[ :°.]{1,4}"
                r"(?:est (?:le )?)?(?:n° ?)?"
                rf"(?P<value>[1-478](?:{GAP}[0-9AB]){{11,15}}){NUMBER_END}"
            ),
            score=0.8,
            anchor=words(
                "sécurité sociale", "securite sociale", "nss", "nir", "sécu", "secu", "n° ss", "n°ss", reach=80
            ),
        ),
        Row(
            type="FR_SIRET",
            name="siret",
            pattern=rf"{NUMBER_START}\d{{3}}{GAP}\d{{3}}{GAP}\d{{3}}{GAP}\d{{5}}{NUMBER_END}",
            score=0.1,
            anchor=digits(14),
            check=Check("luhn", is_siret, passed=50),
            context=_COMPANY_WORDS,
            source="INSEE, Sirene",
        ),
        Row(
            type="FR_SIREN",
            name="siren",
            pattern=rf"{NUMBER_START}\d{{3}}{GAP}\d{{3}}{GAP}\d{{3}}{NUMBER_END}",
            score=0.03,
            anchor=digits(9),
            check=Check("luhn", is_siren, passed=10),
            context=_COMPANY_WORDS,
            source="INSEE, Sirene",
        ),
        Row(
            type="FR_SIREN",
            name="siren_grouped",
            pattern=rf"{NUMBER_START}\d{{3}} \d{{3}} \d{{3}}{NUMBER_END}",
            score=0.2,
            anchor=digits(9),
            check=Check("luhn", is_siren, passed=10),
            context=_COMPANY_WORDS,
            source="INSEE, Sirene",
        ),
        Row(
            type="VAT_ID",
            name="fr",
            pattern=rf"(?i:{CODE_START}FR {{0,1}}[A-HJ-NP-Z0-9]{{2}} ?\d{{3}} ?\d{{3}} ?\d{{3}}{CODE_END})",
            score=0.6,
            anchor=digits(9, before=6),
            check=Check("key", is_vat_fr, passed=97),
            context=_VAT_WORDS,
            source="DGFiP, numéro de TVA intracommunautaire",
        ),
        Row(
            type="VAT_ID",
            name="fr_form",
            pattern=rf"{CODE_START}FR[A-HJ-NP-Z0-9]{{2}}\d{{9}}{CODE_END}",
            score=0.5,
            anchor=mixed(9, before=4),
            context=_VAT_WORDS,
            source="DGFiP, numéro de TVA intracommunautaire",
        ),
        Row(
            type="VAT_ID",
            name="fr_plain",
            pattern=rf"{CODE_START}[A-HJ-NP-Z0-9]{{2}} ?\d{{3}} ?\d{{3}} ?\d{{3}}{CODE_END}",
            score=0.03,
            anchor=digits(9, before=3),
            check=Check("key", is_vat_fr, passed=97),
            context=_VAT_WORDS,
            source="DGFiP, numéro de TVA intracommunautaire",
        ),
        Row(
            type="FR_SPI",
            name="spi",
            pattern=rf"{NUMBER_START}[0-3]\d ?\d{{2}} ?\d{{3}} ?\d{{3}} ?\d{{3}}{NUMBER_END}",
            score=0.03,
            anchor=digits(13, 64),
            check=Check("modulo 511", is_spi, passed=511),
            context=_TAX_WORDS,
            source="DGFiP, numéro fiscal de référence",
        ),
        Row(
            type="TAX_ID",
            name="spi",
            pattern=rf"{NUMBER_START}[0-3]\d ?\d{{2}} ?\d{{3}} ?\d{{3}} ?\d{{3}}{NUMBER_END}",
            score=0.02,
            anchor=digits(13, 64),
            check=Check("modulo 511", is_spi, passed=511),
            context=_TAX_WORDS,
            source="OECD, French tax identification numbers",
        ),
        Row(
            type="PASSPORT",
            name="fr",
            pattern=rf"{CODE_START}\d{{2}}[A-Z]{{2}}\d{{5}}{CODE_END}",
            score=0.1,
            anchor=mixed(7, before=0),
            context=("passeport", "passport", "numéro de passeport", "passport number"),
            source="ICAO 9303; ANTS",
        ),
        Row(
            type="ID_CARD",
            name="fr_cni",
            pattern=rf"{CODE_START}(?:\d{{12}}|\d{{2}}[0-9A-Z]{{2}}\d{{8}}){CODE_END}",
            score=0.02,
            anchor=digits(10),
            context=("cni", "carte d'identité", "carte nationale d'identité", "identité", "identity card", "id card"),
            source="ANTS, carte nationale d'identité 1988",
        ),
        Row(
            type="ID_CARD",
            name="fr_cni_2021",
            pattern=rf"{CODE_START}[A-HJ-NP-Z0-9]{{9}}{CODE_END}",
            score=0.02,
            anchor=mixed(2, before=9),
            context=("cni", "carte d'identité", "carte nationale d'identité", "identity card", "id card"),
            whole_text_counts=False,
            source="ANTS, carte nationale d'identité 2021; ICAO 9303",
        ),
    ),
    countries=("FR",),
)
