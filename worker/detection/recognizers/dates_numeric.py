"""Dates in figures, and times of day."""

from worker.detection.calendar_dates import is_date, is_day_and_month, is_spaced_date
from worker.detection.recognizer import Check, Row, Table, digits, literals, mixed, terms, words
from worker.detection.recognizers.calendar_forms import BLANK, CLOCK, YEAR

_START = r"(?<![\w/.-])"
_END = r"(?![\w]|[/-]\d)"
_DATE_WORDS = terms("""
    date, dated, born, dob, birth, on, since, until, from, le, du, au, né, née, naissance, depuis, daté, jusqu'au,
    rdv, consultation
""")

DATES_NUMERIC = Table(
    "dates_numeric",
    (
        Row(
            type="DATE_TIME",
            name="stuck_together",
            pattern=(
                r"(?i:(?<!\w)\d{0,2}(?:jan|f[eé]v|feb|mars?|a[vp]r|mai|may|juin|jun|juil|jul|ao[uû]t?|aug|"
                r"sept?|oct|nov|d[eé]c)"
                r"(?:\d{4}|(?<=\d[a-z]{3})\d{2}|(?<=\d[a-z]{3}))(?!\w))"
            ),
            score=0.7,
            anchor=mixed(2, before=5),
            whole_text_counts=False,
        ),
        Row(
            type="DATE_TIME",
            name="first_of_two",
            pattern=r"(?i:\b(?:du|from|between|entre le) )(?P<value>\d{1,2})(?= (?:au|to|and|et le) \d{1,2}/\d{1,2})",
            score=0.7,
            anchor=digits(1, before=12, guard=r"\d{1,2} (?:au|to|and|et le) \d"),
            whole_text_counts=False,
        ),
        Row(
            type="DATE_TIME",
            name="iso",
            pattern=(
                rf"{_START}{YEAR}([-/.])(?:0?[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01]|[1-9](?!\d)){CLOCK}(?![\w/]|"
                rf"-\d)"
            ),
            score=0.85,
            anchor=digits(6),
            check=Check("calendar", is_date, passed=1),
            whole_text_counts=False,
            source="ISO 8601",
        ),
        Row(
            type="DATE_TIME",
            name="numeric",
            pattern=(
                rf"{_START}\d{{1,2}}(?:([/.-])\d{{1,2}}\1| ?([/.]) ?\d{{1,2}} ?\2 ?)(?:{YEAR}|\d\d){CLOCK}"
                rf"(?![\w/]|[-.]\d)"
            ),
            score=0.7,
            anchor=digits(4),
            check=Check("calendar", is_date, passed=2),
            context=_DATE_WORDS,
            whole_text_counts=False,
        ),
        Row(
            type="DATE_TIME",
            name="day_month",
            pattern=(
                r"(?:(?i:\b(?:on|from|until|till|since|by|dated?|le|du|au|depuis|jusqu['’]au|date))|\() ?:? ?"
                rf"(?P<value>\d{{1,2}} ?/ ?\d{{1,2}}){_END}(?! ?/)"
            ),
            score=0.5,
            anchor=digits(2, before=14, guard=r"\d{1,2} ?/ ?\d"),
            check=Check("calendar", is_day_and_month, passed=2),
            whole_text_counts=False,
        ),
        Row(
            type="DATE_TIME",
            name="month_year",
            pattern=rf"{_START}(?:0?[1-9]|1[0-2])/{YEAR}(?![\w/])",
            score=0.6,
            anchor=digits(5),
            context=_DATE_WORDS,
            whole_text_counts=False,
        ),
        Row(
            type="DATE_TIME",
            name="digits_apart",
            pattern=r"(?<![\w.,/-])(?<!\d )[0-3] \d [01] \d [12] \d \d \d(?! ?\d)(?!\w)",
            score=0.3,
            anchor=digits(8),
            check=Check("calendar", is_spaced_date, passed=5),
            whole_text_counts=False,
        ),
        Row(
            type="DATE_TIME",
            name="year_after_word",
            pattern=(
                r"(?i:\b(?:in|since|until|till|of|from|by|before|after|during|between|year|early|late|mid|"
                r"and|to|en|depuis|"
                r"jusqu['’]en|années?|an|avant|après|dès|vers|entre|fin|début|courant|et|de)[ -]|\()"
                rf"(?P<value>{YEAR}(?:[-–/](?:{YEAR}|\d\d(?!\d)))?)(?![\w/]|[-.,]\d|,? (?:people|persons|"
                rf"euros?|EUR|dollars|personnes)|{BLANK}?[%€$£])"
            ),
            score=0.55,
            anchor=digits(4, before=12, reach=24, guard=r"(?:1[89]|20)\d\d(?!\d)"),
            whole_text_counts=False,
        ),
        Row(
            type="DATE_TIME",
            name="season",
            pattern=(
                rf"(?i:(?<!\w)(?:spring|summer|autumn|fall|winter|printemps|été|automne|hiver)(?: of|"
                rf" de)?){BLANK}{YEAR}(?!\d)"
            ),
            score=0.8,
            anchor=words(
                "spring", "summer", "autumn", "fall", "winter", "printemps", "été", "automne", "hiver", reach=40
            ),
            whole_text_counts=False,
        ),
        Row(
            type="DATE_TIME",
            name="clock_fr",
            pattern=(
                rf"{_START}(?:[01]?\d|2[0-3]){BLANK}?(?:[hH]{BLANK}?(?:[0-5]\d)?|heures?(?:{BLANK}[0-5]?\d"
                rf"(?!\d))?)(?!\w)"
            ),
            score=0.45,
            anchor=mixed(1, before=0),
            language="fr",
            whole_text_counts=False,
        ),
        Row(
            type="DATE_TIME",
            name="clock_fr_word",
            pattern=rf"{_START}(?:[01]?\d|2[0-3]){BLANK}(?:h{BLANK}[0-5]\d|heures?(?:{BLANK}[0-5]?\d(?!\d))?)(?!\w)",
            score=0.45,
            anchor=words("h", "heures", "heure", before=3, reach=20),
            language="fr",
            whole_text_counts=False,
        ),
        Row(
            type="DATE_TIME",
            name="clock",
            pattern=r"(?<![\w/.:-])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?: ?(?i:[ap]\.?m\b\.?))?(?![\w:])",
            score=0.3,
            anchor=literals(":", before=2, reach=20, guard=r":[0-5]\d"),
            context=("at", "à", "vers", "heure", "time", "until", "from", "before", "after", "avant", "après"),
            whole_text_counts=False,
        ),
        Row(
            type="DATE_TIME",
            name="clock_en",
            pattern=r"(?<![\w/.:-])(?:[01]?\d|2[0-3])(?:[:.][0-5]\d)? ?(?i:[ap]\.m\.|[ap]m\b|o['’]clock)",
            score=0.6,
            anchor=words("am", "pm", "a.m", "p.m", "o'clock", "o’clock", before=7, reach=20),
            language="en",
            whole_text_counts=False,
        ),
    ),
)
