"""Names of people by titles, labels of forms and capitals. The span is the name; a title is a span of its own."""

from worker.detection.person_names import ends_with_first_name, starts_with_first_name
from worker.detection.recognizer import Check, Row, Table, capitals, terms, words

_EN_TITLES = terms("""
    mr, mrs, ms, miss, mx, dr, prof, professor, sir, lord, lady, dame, rev, reverend, judge, justice, messrs,
    doctor, capt, captain, sgt, lt, col, gen, hon
""")
_FR_TITLES = terms("""
    m, mm, mme, mmes, mlle, mlles, monsieur, madame, mademoiselle, messieurs, me, maître, dr, docteur, docteure,
    drs, pr, professeur, professeure, mr, mgr, sœur, frère, veuve, juge
""")
_CAPITAL = r"[A-ZÀ-ÖØ-ÞĀ-ŽƏȘȚŐŰİ]"
_PARTICLE = (
    r"(?:de la|de|du|des|von|van der|van den|van|der|den|da|di|dos|del|della|la|le|el|al|bin|ben|ten|ter|zu|af|y|e)"
)
_INITIALS = rf"(?:{_CAPITAL}[a-zà-ÿ]?\.[ -]{{0,2}}){{1,3}}"
#: Labels that follow a name on the same line of a form.
_NEXT_LABEL = (
    r"(?!(?:Tel|Tél|Adresse|Date|Sexe|Age|Âge|Née?|IPP|NDA|NIR|ID|Nom|Prénoms?|Service|Address|Phone|Name|DOB|"
    r"Sex)(?!\w))"
)
_WORD = rf"{_NEXT_LABEL}(?:[DdOoLl]['’]|Mc|Mac)?{_CAPITAL}[^\W\d_]{{1,25}}(?:['’-][^\W\d_]{{1,25}}){{0,3}}"
_NAME = (
    rf"(?:{_INITIALS})?(?:(?:{_PARTICLE} ){{0,2}}{_WORD})(?: (?:{_CAPITAL}\. ?){{0,2}}"
    rf"(?:{_PARTICLE} ){{0,2}}{_WORD}){{0,3}}"
)
#: A name, or initials alone ("M. S.").
_NAME_OR_INITIALS = rf"(?:{_NAME}|{_CAPITAL}\.(?:-?{_CAPITAL}\.){{0,2}}|{_CAPITAL} {_WORD})"
#: What begins with a capital after a title or label without being a name.
_NOT_NAME = (
    r"(?!(?:(?:[Ll]e|[Ll]a|[Ll]es|The) )?(?:President|Présidente?|Justice|Ministre|Minister|Agent|Procureur|Juge|Judge|"
    r"Chairman|Speaker|Chancellor|"
    r"Advocate|Lieutenant|High|Chief|Secretary|Mayor|Maire|Direct(?:eur|rice)|Chief)(?![\w'’-]))"
)

PEOPLE = Table(
    "people",
    (
        Row(
            type="PERSON",
            name="en_title",
            pattern=rf"(?i:{'|'.join(_EN_TITLES)})\.?[ \u00a0]{{0,2}}(?P<value>{_NOT_NAME}{_NAME_OR_INITIALS})",
            score=0.85,
            anchor=words(*_EN_TITLES, reach=120),
            language="en",
            whole_text_counts=False,
        ),
        Row(
            type="TITLE",
            name="en_title",
            pattern=rf"(?i:mr|mrs|ms|miss|mx|dr|prof)\b\.?(?= ?{_CAPITAL})|(?i:mr|mrs|ms|dr)\.(?= [a-z])",
            score=0.45,
            anchor=words("mr", "mrs", "ms", "miss", "mx", "dr", "prof", reach=20),
            language="en",
            whole_text_counts=False,
        ),
        Row(
            type="PERSON",
            name="fr_title",
            pattern=(
                r"(?:M\.|MM\.|M\.? et (?:Mme|Mme\.)|(?i:mmes?|mlles?|monsieur|madame|mademoiselle|"
                r"messieurs|ma[iî]tre|drs?|docteure?|pr|professeure?|"
                r"mr|mgr|veuve)\.?|Me|Mlle|MmeS?|(?:le |la )?juge)[ \u00a0]{0,2}(?:(?i:le |la )?"
                r"(?i:docteur|dr\.?|professeur|pr\.?) )?"
                rf"(?P<value>{_NOT_NAME}{_NAME_OR_INITIALS})"
            ),
            score=0.85,
            anchor=words(*_FR_TITLES, reach=120),
            language="fr",
            whole_text_counts=False,
        ),
        Row(
            # Below the threshold: French practice leaves the title to be read.
            type="TITLE",
            name="fr_title",
            pattern=(
                rf"(?:M\.|MM\.|(?:Mme|Mlle|Monsieur|Madame|Mademoiselle|Maître|Me|Dr|Docteur|Pr|"
                rf"Professeur)\b\.?)(?= {_CAPITAL})"
            ),
            score=0.35,
            anchor=words(*_FR_TITLES, reach=30),
            language="fr",
            whole_text_counts=False,
        ),
        Row(
            type="PERSON",
            name="name_label",
            pattern=(
                r"(?i:(?:first |last |full |family |given |sur|patient |client |customer |employee |"
                r"maiden |middle )?name|"
                r"nom(?: de (?:naissance|famille|jeune fille)| d['’]usage| patronymique| marital|"
                r" et pr[ée]noms?)?|pr[ée]noms?|patiente?|"
                r"p[èe]re|m[èe]re|conjointe?|[ée]poux|[ée]pouse|assur[ée]e?|contact|internes?|infirmiers?|"
                r"infirmi[èe]res?|r[ée]dig[ée] par|sign[ée] par|"
                rf"destinataire|signataire|attn|attention|c/o) ?[:=]\s{{0,2}}(?:(?:M\.|Mr\.?|Mme\.?|Mlle|"
                rf"Dr\.?|Mrs\.?|Ms\.?|Pr\.?|Monsieur|Madame) ?)?"
                rf"(?P<value>{_NOT_NAME}{_NAME_OR_INITIALS})"
            ),
            score=0.75,
            anchor=words(
                *terms("""
                    name, first name, last name, full name, family name, given name, surname, patient name, nom,
                    prénom, prénoms, prenom, patient, patiente, père, mère, conjoint, conjointe, époux, épouse,
                    assuré, assurée, contact, interne, internes, infirmier, infirmiers, infirmière, infirmières,
                    rédigé par, signé par, destinataire, signataire, attn, attention, c/o
                """),
                reach=120,
            ),
            whole_text_counts=False,
        ),
        Row(
            type="PERSON",
            name="fr_born",
            pattern=rf"(?:n[ée]e|épouse|veuve) (?P<value>{_NOT_NAME}{_WORD}(?:[ -]{_WORD}){{0,2}})",
            score=0.7,
            anchor=words("née", "nee", "épouse", "veuve", reach=80),
            language="fr",
            whole_text_counts=False,
        ),
        Row(
            type="PERSON",
            name="surname_in_capitals_first",
            pattern=(
                r"(?<![\w'’-])(?:[A-ZÀ-Þ]{2,20}[- ]){0,2}[A-ZÀ-Þ]{3,30},? "
                r"[A-ZÀ-Þ][^\W\d_]{1,15}(?:[- ][A-ZÀ-Þ][^\W\d_]{1,15})?(?![\w'’])"
            ),
            score=0.15,
            anchor=capitals(),
            check=Check("first name", ends_with_first_name, passed=10),
            whole_text_counts=False,
        ),
        Row(
            type="PERSON",
            name="surname_in_capitals_last",
            pattern=(
                r"(?<![\w'’-])[A-ZÀ-Þ][^\W\d_]{1,15}(?:[- ][A-ZÀ-Þ][^\W\d_]{1,15})? (?:[A-Z]\. ?)?(?:"
                r"(?:de|du|le|la|van|von|DE|LE|DU) )?"
                r"[A-ZÀ-Þ]{2,20}(?:[-' ’][A-ZÀ-Þ]{2,20}){0,2}(?![\w'’])"
            ),
            score=0.15,
            anchor=capitals(before=36),
            check=Check("first name", starts_with_first_name, passed=10),
            whole_text_counts=False,
        ),
    ),
)
