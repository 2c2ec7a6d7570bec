"""Names of months and weekdays in English and French, with their short forms."""

import re
from dataclasses import dataclass
from typing import Final

from worker.anonymization.folding import fold
from worker.anonymization.word_lists import words


@dataclass(frozen=True, slots=True)
class Names:
    """Months or weekdays of one language, in their order, full and short (equal where there is no short form)."""

    full: tuple[str, ...]
    short: tuple[str, ...]


MONTHS: Final = {
    "en": Names(
        words("January February March April May June July August September October November December"),
        words("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
    ),
    "fr": Names(
        words("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
        words("janv févr mars avr mai juin juil août sept oct nov déc"),
    ),
}
WEEKDAYS: Final = {
    "en": Names(
        words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
        words("Mon Tue Wed Thu Fri Sat Sun"),
    ),
    "fr": Names(
        words("lundi mardi mercredi jeudi vendredi samedi dimanche"),
        words("lun mar mer jeu ven sam dim"),
    ),
}
#: Further spellings that are read, as (language, spelling, index).
_MORE_MONTHS: Final = (("en", "sept", 8), ("fr", "jan", 0), ("fr", "fev", 1), ("fr", "fevr", 1), ("fr", "jui", 6))
_MORE_WEEKDAYS: Final = (("en", "tues", 1), ("en", "thur", 3), ("en", "thurs", 3))


@dataclass(frozen=True, slots=True)
class Word:
    """A month or weekday as it was read."""

    language: str
    index: int
    is_short: bool


def _table(names: dict[str, Names], more: tuple[tuple[str, str, int], ...]) -> dict[str, tuple[Word, ...]]:
    table: dict[str, tuple[Word, ...]] = {}
    for language, each in names.items():
        for index, (full, short) in enumerate(zip(each.full, each.short, strict=True)):
            for spelling in dict.fromkeys((fold(full), fold(short))):
                table[spelling] = (*table.get(spelling, ()), Word(language, index, spelling != fold(full)))
    for language, spelling, index in more:
        table[spelling] = (*table.get(spelling, ()), Word(language, index, is_short=True))
    return table


_MONTH_TABLE: Final = _table(MONTHS, _MORE_MONTHS)
_WEEKDAY_TABLE: Final = _table(WEEKDAYS, _MORE_WEEKDAYS)


def month(spelling: str, language: str) -> Word:
    """The month of a spelling that matched; of two languages' the given one's."""
    return _choose(_MONTH_TABLE[fold(spelling).rstrip(".")], language)


def weekday(spelling: str, language: str) -> Word:
    """The weekday of a spelling that matched; of two languages' the given one's."""
    return _choose(_WEEKDAY_TABLE[fold(spelling).rstrip(".")], language)


def _choose(words: tuple[Word, ...], language: str) -> Word:
    return next((word for word in words if word.language == language), words[0])


def respell(original: str, word: Word, index: int, names: dict[str, Names]) -> str:
    """Another month or weekday in the form of the original: full or short, dot, case, with or without accents."""
    table = names[word.language]
    spelled = table.short[index] if word.is_short else table.full[index]
    if word.is_short and original.endswith(".") and spelled != table.full[index]:
        spelled += "."
    old = table.full[word.index]
    if fold(old) != old.lower() and original.isascii():
        spelled = fold(spelled)
    letters = original.rstrip(".")
    if letters.isupper():
        return spelled.upper()
    return spelled.lower() if letters.islower() else spelled[:1].upper() + spelled[1:]


def _alternation(table: dict[str, tuple[Word, ...]], names: dict[str, Names]) -> str:
    spellings = set(table) | {form.lower() for each in names.values() for form in (*each.full, *each.short)}
    return "|".join(sorted(map(re.escape, spellings), key=lambda each: (-len(each), each)))


#: For use within a pattern, ignoring case.
MONTH_PATTERN: Final = rf"(?:{_alternation(_MONTH_TABLE, MONTHS)})\b\.?"
WEEKDAY_PATTERN: Final = rf"(?:{_alternation(_WEEKDAY_TABLE, WEEKDAYS)})\b\.?"
