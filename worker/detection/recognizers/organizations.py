"""Organisations by their own words: legal forms, hospitals, universities, courts."""

from worker.detection.recognizer import Row, Table, terms, words

_CAPITAL = r"[A-ZÀ-ÖØ-ÞĀ-Žİ]"
_WORD = rf"{_CAPITAL}[\w'’&.-]{{0,30}}"
_LEGAL_FORMS = terms("""
    ltd, limited, inc, llc, llp, plc, corp, corporation, incorporated, gmbh, ag, ab, oy, bv, nv, s.a, s.r.l, s.p.a,
    & co, group, holdings, partners, associates
""")
_EN_KINDS = terms("""
    hospital, university, college, clinic, institute, foundation, association, bank, court, prison, council,
    tribunal, ministry, authority, agency, committee, commission, school, academy, union, insurance, hospitals,
    courts, church, police, infirmary, hospice
""")
_EN_OF = terms("""
    university, bank, court, ministry, department, hospital, institute, council, chamber, faculty, college
""")
_FR_KINDS = terms("""
    chu, hop, chr, chru, ch, hôpital, hopital, hôpitaux, clinique, polyclinique, ehpad, gh, ghu, hia, centre
    hospitalier, institut, université, lycée, collège, mairie, préfecture, tribunal, maison d'arrêt, maison d’arrêt,
    centre de détention, maternité, fondation, ministère, laboratoire, groupe hospitalier, hôtel-dieu, rectorat,
    cour d'appel, cour d’appel, cour d'assises, cour d’assises
""")
_FR_FORMS = ("sarl", "sas", "sasu", "eurl", "sci", "scp", "selarl", "société", "association", "cabinet", "gie")
_FR_NAME = (
    rf"(?:(?:de|du|des|de la|d['’]|de l['’]|la|le|les|l['’]|et|sur|en|universitaire|r[ée]gional|"
    rf"intercommunal|priv[ée]e?|europ[ée]en|"
    rf"administratif|judiciaire|correctionnel|p[ée]nitentiaire|hospitalier)[ ]?){{0,5}}{_WORD}(?:[ -](?:"
    rf"(?:de|du|la|le|des|et|sur|en|les)[ -])?{_WORD}){{0,3}}"
)

ORGANIZATIONS = Table(
    "organizations",
    (
        Row(
            type="ORGANIZATION",
            name="legal_form",
            pattern=(
                rf"(?<![\w'’.-])(?:{_WORD},? (?:(?:&|and|of|de|for|the) )?){{1,5}}"
                r"(?:Ltd|Limited|Inc|LLC|LLP|PLC|plc|Corp|Corporation|Incorporated|GmbH|(?<=[a-zà-ÿ.] )"
                r"(?:AG|AB|Oy|BV|NV)|B\.V|N\.V|S\.A|S\.r\.l|S\.p\.A|& Co|Group|Holdings|"
                r"Partners|Associates)\b\.?"
            ),
            score=0.75,
            anchor=words(*_LEGAL_FORMS, before=70, reach=20),
            whole_text_counts=False,
        ),
        Row(
            type="ORGANIZATION",
            name="en_kind",
            pattern=(
                rf"(?<![\w'’.-])(?:(?!(?:The|On|In|At|By|For|A|An|This|That|His|Her)\b){_WORD} (?:"
                rf"(?:of the|of|for|de|&) )?){{1,6}}"
                r"(?:Hospitals?|University|College|Clinic|Institute|Foundation|Association|Bank|Courts?|"
                r"Prison|Council|Tribunal|Ministry|"
                r"Authority|Agency|Committee|Commission|School|Academy|Union|Insurance|Church|Police|"
                r"Infirmary|Hospice|hospital|university|prison)(?!\w)"
                rf"(?: (?:of|for) (?:the )?{_WORD}(?: {_WORD}){{0,3}})?"
            ),
            score=0.6,
            anchor=words(*_EN_KINDS, before=80, reach=80),
            language="en",
            whole_text_counts=False,
        ),
        Row(
            type="ORGANIZATION",
            name="en_of",
            pattern=(
                r"(?<![\w'’.-])(?:University|Bank|Court|Ministry|Department|Hospital|Institute|Council|"
                r"Chamber|Faculty|College)"
                rf" (?:of|for) (?:the )?{_WORD}(?: (?:and |of )?{_WORD}){{0,4}}"
            ),
            score=0.6,
            anchor=words(*_EN_OF, reach=120),
            language="en",
            whole_text_counts=False,
        ),
        Row(
            type="ORGANIZATION",
            name="fr_kind",
            pattern=(
                r"(?<![\w.-])(?:CHU|HOP|CHRU?|CH|GHU?|HIA|EHPAD|(?i:h[ôo]pital|h[ôo]pitaux|"
                r"(?:poly)?clinique|centre hospitalier|institut|universit[ée]|lyc[ée]e|"
                r"coll[èe]ge|mairie|pr[ée]fecture|tribunal|maison d['’]arr[êe]t|centre de d[ée]tention|"
                r"maternit[ée]|fondation|minist[èe]re|laboratoire|"
                rf"groupe hospitalier|h[ôo]tel-dieu|rectorat|cour d['’]appel|cour d['’]assises))(?: "
                rf"(?:AP-HP|APHP))? {_FR_NAME}"
            ),
            score=0.7,
            anchor=words(*_FR_KINDS, reach=140),
            language="fr",
            whole_text_counts=False,
        ),
        Row(
            type="ORGANIZATION",
            name="fr_legal_form",
            pattern=(
                rf"(?<![\w'’.-])(?:SARL|SASU?|EURL|SCI|SCP|SELARL|GIE|(?i:soci[ée]t[ée]|association|cabinet)) "
                rf"(?:«[ \u00a0])?{_WORD}(?:[ -](?:(?:de|du|la|et|des|&) )?{_WORD}){{0,4}}"
            ),
            score=0.65,
            anchor=words(*_FR_FORMS, reach=120),
            language="fr",
            whole_text_counts=False,
        ),
    ),
)
