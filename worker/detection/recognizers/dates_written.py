"""Dates with the month's name, in English and French."""

from worker.detection.recognizer import Row, Table, terms, words
from worker.detection.recognizers.calendar_forms import BLANK, CLOCK, YEAR

_EN_MONTHS = terms("""
    january, february, march, april, may, june, july, august, september, october, november, december, jan, feb, mar,
    apr, jun, jul, aug, sep, sept, oct, nov, dec
""")
_FR_MONTHS = terms("""
    janvier, février, fevrier, mars, avril, mai, juin, juillet, août, aout, septembre, octobre, novembre, décembre,
    decembre, janv, févr, fév, avr, juil, déc
""")
_EN_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FR_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def _any_of(names: tuple[str, ...]) -> str:
    """Whole names, or abbreviations with their full stop; "may" and "march" in small letters are verbs."""
    whole = "|".join(name for name in names if len(name) > 4 or name in ("mai", "mars", "juin", "juil", "july", "june"))
    short = "|".join(
        name for name in names if len(name) <= 4 and name not in ("mai", "mars", "juin", "july", "june", "may")
    )
    return rf"(?:(?!march\b)(?i:{whole})|May|MAY|(?i:{short})\.?)(?!\w)"


_EN_MONTH = _any_of(_EN_MONTHS)
_FR_MONTH = _any_of(_FR_MONTHS)
_EN_DAY = rf"(?i:{'|'.join(_EN_DAYS)})"
_FR_DAY = rf"(?i:{'|'.join(_FR_DAYS)})"
_ORDINAL = r"(?i:st|nd|rd|th)"
_FR_NUMBER = (
    r"(?:mille|cents?|un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|"
    r"vingts?|trente|quarante|cinquante|soixante|et)"
)


def _row(name: str, pattern: str, anchor_words: tuple[str, ...], score: float, before: int, language: str) -> Row:
    return Row(
        type="DATE_TIME",
        name=name,
        pattern=pattern,
        score=score,
        anchor=words(*anchor_words, before=before, reach=60),
        language=language,
        whole_text_counts=False,
    )


DATES_WRITTEN = Table(
    "dates_written",
    (
        _row(
            "en_day_month",
            (
                rf"(?<![\w/.,-])(?:{_EN_DAY},? (?:the )?)?(?:\d{{1,2}}{_ORDINAL}?(?: ?[-–] ?| (?:and|"
                rf"to) ))?\d{{1,2}}{_ORDINAL}?(?:{BLANK}?-?(?:of |day of )?)"
                rf"(?:{_EN_MONTH})(?:,?{BLANK}?-?(?:{YEAR}|'?\d\d(?![\w:.,/-])))?{CLOCK}"
            ),
            _EN_MONTHS,
            0.9,
            before=28,
            language="en",
        ),
        _row(
            "en_month_day",
            (
                rf"(?<!\w)(?:{_EN_DAY},? )?{_EN_MONTH}{BLANK}(?:the )?\d{{1,2}}{_ORDINAL}?(?!\d|[.,:]\d|%)"
                rf"(?:{BLANK}?(?:-|–|and|to){BLANK}?\d{{1,2}}{_ORDINAL}?(?!\d))?(?:,?{BLANK}{YEAR}"
                rf"(?!\d))?{CLOCK}"
            ),
            _EN_MONTHS,
            0.85,
            before=12,
            language="en",
        ),
        _row(
            "en_month_year",
            rf"(?<!\w)(?:(?:early|late|mid|spring|summer)[- ])?{_EN_MONTH},?{BLANK}(?:of )?{YEAR}(?!\d)",
            _EN_MONTHS,
            0.85,
            before=8,
            language="en",
        ),
        _row(
            "en_month_alone",
            r"(?<!\w)(?:January|February|April|June|July|August|September|October|November|December)(?!\w)",
            _EN_MONTHS,
            0.45,
            before=0,
            language="en",
        ),
        _row(
            "en_weekday",
            rf"(?<!\w){_EN_DAY}s?(?!\w)",
            (*_EN_DAYS, *(f"{day}s" for day in _EN_DAYS)),
            0.6,
            before=0,
            language="en",
        ),
        _row(
            "fr_day_month",
            (
                rf"(?<![\w/.-])(?:{_FR_DAY},? (?:le )?)?(?:(?:1er|\d{{1,2}})(?: ?[-–] ?| (?:au|et) "
                rf"(?:le )?))?(?:1{BLANK}?er|\d{{1,2}}),?{BLANK}?(?:{_FR_MONTH})"
                rf"(?:,?{BLANK}{{0,2}}(?:{YEAR}|\d\d(?![\w:.,/-])))?{CLOCK}"
            ),
            _FR_MONTHS,
            0.9,
            before=22,
            language="fr",
        ),
        _row(
            "fr_month_year",
            rf"(?<!\w){_FR_MONTH}(?:{BLANK}?(?:-|–|à|et|/){BLANK}?{_FR_MONTH})?,?{BLANK}{YEAR}(?!\d)",
            _FR_MONTHS,
            0.85,
            before=0,
            language="fr",
        ),
        _row(
            "fr_month_alone",
            r"(?<!\w)(?i:janvier|f[ée]vrier|avril|juin|juillet|ao[ûu]t|septembre|octobre|novembre|d[ée]cembre)(?!\w)",
            _FR_MONTHS,
            0.5,
            before=0,
            language="fr",
        ),
        _row(
            "fr_month_by_word",
            (
                r"(?i:(?<!\w)(?:en|depuis|jusqu'en|jusqu’en|mois de|début|fin|courant|mi-|"
                r"depuis le mois de))[ -]?(?P<value>(?i:mars|mai))(?!\w)"
            ),
            ("mars", "mai"),
            0.6,
            before=22,
            language="fr",
        ),
        _row(
            "fr_weekday",
            rf"(?<!\w){_FR_DAY}s?(?!\w)",
            (*_FR_DAYS, *(f"{day}s" for day in _FR_DAYS)),
            0.45,
            before=0,
            language="fr",
        ),
        _row(
            "fr_in_words",
            (
                rf"(?i:(?<!\w)(?:premier|(?:{_FR_NUMBER}[ -]){{1,3}}?){BLANK}?(?:{_FR_MONTH}){BLANK}"
                rf"(?:deux mille|mille neuf cent)(?:[ -]{_FR_NUMBER}){{0,6}}(?!\w))"
            ),
            _FR_MONTHS,
            0.9,
            before=24,
            language="fr",
        ),
    ),
)
