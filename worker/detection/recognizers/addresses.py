"""Postal addresses: street lines with what follows them, boxes, towns after a postal code."""

from worker.detection.recognizer import Row, Table, digits, literals, terms, words
from worker.detection.recognizers.edges import NUMBER_END, NUMBER_START

_EN_TYPES = terms("""
    street, st, avenue, ave, road, rd, boulevard, blvd, lane, ln, drive, dr, court, ct, place, pl, square, sq,
    terrace, way, close, crescent, cres, parkway, pkwy, circle, highway, hwy, row, mews, gardens, grove, hill, walk,
    wharf, quay, alley, loop, trail, plaza, path, ridge, turnpike, pike, expressway, parade, green, rise, vale,
    view, heights
""")
_FR_TYPES = terms("""
    rue, avenue, av, ave, avn, boulevard, bd, bld, boul, place, pl, allée, allee, allées, all, chemin, che, impasse,
    imp, route, rte, quai, square, cours, passage, faubourg, fbg, résidence, residence, lotissement, hameau,
    lieu-dit, lieudit, villa, sentier, esplanade, promenade, voie, rond-point, cité, montée, ruelle, venelle,
    chaussée, mail, traverse, clos, domaine
""")
#: Streets of other countries: the type grown onto the name ("Bahnhofstrasse 12"), or before it ("Calle Mayor 3").
_SUFFIXES = terms("""
    straße, strasse, gasse, platz, allee, straat, laan, plein, gatan, vägen, vej, veien, gade, gata, katu, kuja,
    polku, utca, steig, weg, braut, gate, damm
""")
_PREFIXES = terms("""
    calle, avenida, avda, paseo, plaza, carrer, via, viale, piazza, corso, rua, praça, ul., ulica, al., straße,
    strada, rue, avenue
""")
_UNIT_WORDS = terms("""
    apt, apartment, suite, ste, unit, flat, floor, room, appt, appartement, bât, bâtiment
""")
_WORD = r"[^\W\d_][\w'’.-]{0,30}"
_CAPITAL = r"[A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩА-Я][\w'’.-]{0,30}"
_UNIT = (
    r"(?i:apt|apartment|suite|ste|unit|flat|floor|room|appt|appartement|bât|bâtiment|box|p\.?o\.? box|"
    r"#)\.?[ #]{0,2}[\w-]{1,6}"
)
_ZIP = r"(?:\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d)(?!\w)"
#: "2004 Izmir Criminal Court" and "12 May Place" are not addresses.
_NO_MONTH_OR_COURT = (
    r"(?!(?:January|February|March|April|May|June|July|August|September|October|November|December|Supreme|"
    r"High|Appeals?|"
    r"District|Regional|Criminal|Constitutional|Administrative|Assize|Labour|Social|Federal|State|County|"
    r"Civil|European|"
    r"Security|Commercial|Military|Crown|Magistrates?|Judge|The|In|On|At)(?!\w))"
)
#: Town, state or country, and the code that ends the address; on the same or the next lines.
_TOWN_AND_ZIP = rf"(?:[\s,>]{{1,4}}(?:{_CAPITAL}|\({_CAPITAL}\)|of|the|de|la|and|upon|on)){{1,6}}[\s,>]{{1,4}}{_ZIP}"
_TOWN = rf"(?:,? {_CAPITAL}){{1,5}}"
_EN_TAIL = rf"(?:,?\s{{1,2}}{_UNIT}){{0,2}}(?:{_TOWN_AND_ZIP}|[\s,]{{1,3}}{_ZIP})?"
_FR_NUMBER = (
    r"(?:\d{1,4}(?:[ -]?(?:bis|ter|quater|[A-D]))?(?!\w)|(?i:un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|"
    r"onze|douze))"
)
_FR_TYPE = rf"(?i:{'|'.join(sorted(_FR_TYPES, key=len, reverse=True))})\b\.?"
_FR_ZIP_TOWN = (
    r"(?:0[1-9]|[1-8]\d|9[0-8]) ?\d{3},?[ \n]{1,2}(?-i:[A-ZÀ-Þ])[\w'’-]{0,30}"
    r"(?:[ -](?:[A-ZÀ-Þ][\w'’-]{0,30}|sur|les?|la|en|de|du|des|aux?|sous|lès|l['’][\w-]{1,30}|d['’][\w-]{1,30})"
    r"(?!\w)){0,5}(?i: cedex(?: \d{1,2})?)?(?: \d{1,2}(?!\d))?"
)
_FR_UNIT = (
    r"(?:,? (?i:appt|apt|appartement|bât|bâtiment|bat|escalier|esc|étage|lot|résidence|bp|cs)\.? ?[\w-]{1,20}){0,2}"
)
_FR_NAME = r"(?:[ \n](?!\d{2} ?\d{3})[\w'’.-]{1,30}){1,7}?"
_FR_END = r"(?=,|;|\n|\)|$|\.(?:\s|$)| \d{2} ?\d{3}| à (?i:[A-Z])| et | dans | au | en | pour | Tel| Tél| – | - )"

ADDRESSES = Table(
    "addresses",
    (
        Row(
            type="ADDRESS",
            name="en_street",
            pattern=(
                rf"(?<![\w/.,-])\d{{1,6}}[A-Za-z]?(?:[-/]\d{{1,5}})?,? (?!(?:of|the|de|du|la)\b)"
                rf"(?:(?:{_NO_MONTH_OR_COURT}{_CAPITAL}|\d{{1,4}}(?:st|nd|rd|th)?|of|the|de|du|la),? ){{1,5}}?"
                rf"(?:{'|'.join(sorted(map(str.capitalize, _EN_TYPES), key=len, reverse=True))}|"
                rf"(?:{'|'.join(sorted(_EN_TYPES, key=len, reverse=True))})(?=,| \d|\n|\.|$| in\b)|"
                rf"{'|'.join(map(str.upper, _EN_TYPES))})\b\.?"
                rf"(?: (?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\b\.?)?{_EN_TAIL}"
            ),
            score=0.85,
            anchor=words(*_EN_TYPES, before=60, reach=140),
            language="en",
            whole_text_counts=False,
            source="USPS Publication 28, Appendix C; BS 7666",
        ),
        Row(
            type="ADDRESS",
            name="unit",
            pattern=(
                rf"(?<![\w/.,-])\d{{1,6}}[A-Za-z]?,? (?:(?:{_WORD}|\d{{1,5}}),? ){{1,7}}?(?:{_UNIT})"
                rf"(?:,?\s{{1,2}}{_UNIT})?"
                rf"(?:{_TOWN_AND_ZIP}|{_TOWN})?"
            ),
            score=0.75,
            anchor=words(*_UNIT_WORDS, before=70, reach=140),
            whole_text_counts=False,
            source="USPS Publication 28, 213",
        ),
        Row(
            type="ADDRESS",
            name="unit_alone",
            pattern=rf"(?<!\w)(?i:apt|suite|apartment|flat)\.? #?\d{{1,5}}[A-Za-z]?(?!\w|,\d)(?:{_TOWN_AND_ZIP})?",
            score=0.55,
            anchor=words("apt", "suite", "apartment", "flat", reach=120),
            language="en",
            whole_text_counts=False,
        ),
        Row(
            type="ADDRESS",
            name="po_box",
            pattern=(
                rf"(?<!\w)(?i:p\.? ?o\.? ?box|post ?office box|post ?box|bo[iî]te postale|BP) ?\d{{1,6}}(?!\w)"
                rf"(?:{_TOWN_AND_ZIP}|,? {_FR_ZIP_TOWN})?"
            ),
            score=0.85,
            anchor=words(
                "po", "p.o", "p.o.", "post office box", "postbox", "post box", "boîte postale", "boite postale", "bp"
            ),
            whole_text_counts=False,
            source="USPS Publication 28, 28; AFNOR NF Z10-011",
        ),
        Row(
            type="ADDRESS",
            name="military",
            pattern=(
                r"(?<!\w)(?:(?:PSC|CMR|Unit) \d{1,5},? Box \d{1,5}|USN[SV] \w{2,20}|USS \w{2,20})\s{1,2}"
                r"(?:APO|FPO|DPO),? (?:AA|AE|AP) \d{5}(?:-\d{4})?"
            ),
            score=0.95,
            anchor=words("psc", "cmr", "unit", "usnv", "usns", "uss"),
            whole_text_counts=False,
            source="USPS Publication 28, 225",
        ),
        Row(
            type="ADDRESS",
            name="fr_street",
            pattern=(
                rf"(?<![\w/.-]){_FR_NUMBER},? {_FR_TYPE}{_FR_NAME}{_FR_END}{_FR_UNIT}"
                rf"(?:[, \n]{{1,3}}{_FR_ZIP_TOWN}|,? ?\d{{2}} ?\d{{3}}(?!\d))?"
            ),
            score=0.85,
            anchor=words(*_FR_TYPES, before=12, reach=200),
            whole_text_counts=False,
            source="AFNOR NF Z10-011",
        ),
        Row(
            type="ADDRESS",
            name="fr_street_without_number",
            pattern=rf"(?<!\w){_FR_TYPE}{_FR_NAME}{_FR_UNIT}[, \n]{{1,3}}{_FR_ZIP_TOWN}",
            score=0.8,
            anchor=words(*_FR_TYPES, reach=200),
            whole_text_counts=False,
            source="AFNOR NF Z10-011",
        ),
        Row(
            type="ADDRESS",
            name="fr_code_and_town",
            pattern=rf"{NUMBER_START}{_FR_ZIP_TOWN}",
            score=0.6,
            anchor=digits(5, reach=120),
            context=("adresse", "demeurant", "domicilié", "domiciliée", "résidant", "habite", "rue", "avenue"),
            language="fr",
            whole_text_counts=False,
            source="AFNOR NF Z10-011",
        ),
        Row(
            type="ADDRESS",
            name="en_town_state_zip",
            pattern=rf"(?<!\w){_CAPITAL}(?: {_CAPITAL}){{0,2}},? (?-i:[A-Z]{{2}}) \d{{5}}(?:-\d{{4}})?{NUMBER_END}",
            score=0.7,
            anchor=digits(5, 9, before=45),
            language="en",
            whole_text_counts=False,
            source="USPS Publication 28",
        ),
        Row(
            type="ADDRESS",
            name="suffixed_street",
            pattern=(
                rf"(?<!\w)(?:\d{{1,6}} )?[^\W\d_][\w'’-]{{2,30}}(?:{'|'.join(_SUFFIXES)}|"
                rf"str\.)[ ]\d{{1,4}}[a-z]?(?!\w)(?:,?\s{{1,2}}{_UNIT}){{0,2}}(?:,? \d{{4,5}} {_CAPITAL})?"
            ),
            score=0.75,
            anchor=literals(*(f"{suffix} " for suffix in _SUFFIXES), "str. ", before=36, reach=120),
            whole_text_counts=False,
        ),
        Row(
            type="ADDRESS",
            name="prefixed_street",
            pattern=(
                rf"(?<!\w)(?:\d{{1,6}} )?(?i:{'|'.join(prefix.replace('.', '[.]') for prefix in _PREFIXES)})"
                rf"(?: (?:de|del|la|du|des|das|da|dos|{_CAPITAL})){{1,5}} \d{{1,5}}[a-z]?(?!\w|[.,]\d)"
            ),
            score=0.65,
            anchor=words(*_PREFIXES, before=7, reach=120),
            whole_text_counts=False,
        ),
    ),
)
