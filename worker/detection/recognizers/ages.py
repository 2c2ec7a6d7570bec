"""Ages, by the words around them; the span is the number."""

from worker.detection.recognizer import Row, Table, terms, words

_EN_NUMBER = (
    r"(?:\d{1,3}|(?i:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:one|two|three|"
    r"four|five|six|seven|"
    r"eight|nine))?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|"
    r"seven|eigh|nine)teen))"
)
_FR_NUMBER = (
    r"(?:\d{1,3}|(?i:(?:vingt|trente|quarante|cinquante|soixante|quatre-vingts?)(?:[- ](?:et[- ])?(?:une?|"
    r"deux|trois|quatre|cinq|"
    r"six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize)(?:[- ](?:sept|huit|neuf))?)?|une?|"
    r"deux|trois|quatre|"
    r"cinq|six|sept|huit|neuf|dix(?:[- ](?:sept|huit|neuf))?|onze|douze|treize|quatorze|quinze|seize))"
)

AGES = Table(
    "ages",
    (
        Row(
            type="AGE",
            name="years_old",
            pattern=(
                rf"(?<![\w.,/$€£-])(?P<value>{_EN_NUMBER})[- ](?i:years?|months?|weeks?|days?|yrs?|yr)[- ]"
                rf"(?i:old)(?!\w)"
            ),
            score=0.85,
            anchor=words("old", before=32, reach=10),
            language="en",
            whole_text_counts=False,
        ),
        Row(
            type="AGE",
            name="aged",
            pattern=(
                rf"(?i:aged|age of|age is|age was|age:|age|ages)[ :=]{{1,3}}(?:between )?"
                rf"(?P<value>{_EN_NUMBER})(?![\w/%]|[.,]\d)"
            ),
            score=0.8,
            anchor=words("aged", "age", "ages", reach=40),
            language="en",
            whole_text_counts=False,
        ),
        Row(
            type="AGE",
            name="initials",
            pattern=r"(?<![\w.,/-])(?P<value>\d{1,3})[ -]?(?:y/?o|yo)(?!\w)",
            score=0.7,
            anchor=words("yo", "y/o", before=4, reach=10),
            language="en",
            whole_text_counts=False,
        ),
        Row(
            type="AGE",
            name="turned",
            pattern=(
                r"(?i:\b(?:turn(?:ed|s|ing)?|I['’]?m|I am|(?:she|he) is|(?:she|he)['’]s|(?:she|he|I) was)) "
                r"(?:only |just |now |almost |nearly |already )?(?P<value>\d{1,3})(?= ?(?:[.,;!?)]|$|"
                r"and\b|but\b|when\b|today\b|now\b|in\b|this\b|next\b|years?\b))"
                r"(?!,\d|\.\d| years? (?!old)\w)"
            ),
            score=0.6,
            anchor=words(
                *terms("""
                    turn, turned, turns, turning, i'm, i’m, im, i am, she is, he is, she's, he's, she’s, he’s,
                    she was, he was, i was
                """),
                reach=40,
            ),
            language="en",
            whole_text_counts=False,
        ),
        Row(
            type="AGE",
            name="fr_aged",
            pattern=(
                rf"(?i:[âa]g[ée]e?s?)(?: (?i:de|d['’]|d['’]environ|de plus de|environ)){{0,3}}[ ’']?"
                rf"(?P<value>{_FR_NUMBER})(?= ?(?i:ans?|mois|semaines?|jours?)\b)"
            ),
            score=0.9,
            anchor=words("âgé", "âgée", "âgés", "âgées", "agé", "agée", "age", "âge", "agee", reach=50),
            language="fr",
            whole_text_counts=False,
        ),
        Row(
            type="AGE",
            name="fr_age_label",
            pattern=rf"(?i:[âa]ge)(?: (?:du|de la) patiente?)? ?[:=] ?(?P<value>{_FR_NUMBER})(?!\w)",
            score=0.8,
            anchor=words("âge", "age", reach=50),
            language="fr",
            whole_text_counts=False,
        ),
        Row(
            type="AGE",
            name="fr_person_of",
            pattern=(
                r"(?i:(?:patiente?|homme|femme|monsieur|madame|mme|m\.|fille|fils|garçon|enfant|fillette|"
                r"nourrisson|bébé|dame|"
                r"gar[çc]onnet|adolescente?|jeune))(?: \w{1,12}){0,2} (?i:de|a) "
                rf"(?P<value>{_FR_NUMBER})(?= ?(?i:ans|mois)\b)"
            ),
            score=0.8,
            anchor=words(
                *terms("""
                    patient, patiente, homme, femme, monsieur, madame, mme, fille, fils, garçon, enfant,
                    fillette, nourrisson, bébé, dame, garçonnet, adolescent, adolescente, jeune
                """),
                reach=70,
            ),
            language="fr",
            whole_text_counts=False,
        ),
    ),
)
