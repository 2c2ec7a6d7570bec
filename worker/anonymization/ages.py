"""Ages as they are written: one number, and words around it that say nothing else."""

import re
from dataclasses import dataclass
from typing import Final

from worker.anonymization.folding import fold
from worker.anonymization.word_lists import words

_NUMBER: Final = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?![0-9.,])")
_WORD: Final = re.compile(r"[^\W\d_]+")
_WORDS_OF_AGES: Final = frozenset(
    words("year years yr yrs y yo o old aged age of at the a an ans annee annees agee ages agees de d l la le is was")
)
#: Ages of infants: counted, but not in years.
_SMALL_UNITS: Final = frozenset(words("month months week weeks day days mo mois semaine semaines jour jours"))


@dataclass(frozen=True, slots=True)
class WrittenAge:
    number: int
    is_in_years: bool
    #: Where the number stands, in code points.
    start: int
    end: int


def read_age(text: str) -> WrittenAge | None:
    """The age of a text; None where it holds no number in figures, more than one, or words that tell more."""
    found = list(_NUMBER.finditer(text))
    if len(found) != 1 or sum(character.isnumeric() for character in text) != len(found[0][0]):
        return None
    around = {fold(word) for word in _WORD.findall(text)}
    if not around <= _WORDS_OF_AGES | _SMALL_UNITS or "_" in text:
        return None
    return WrittenAge(
        number=int(found[0][0]),
        is_in_years=not around & _SMALL_UNITS,
        start=found[0].start(),
        end=found[0].end(),
    )


def rewrite_age(text: str, age: WrittenAge, number: str) -> str:
    """The text with another number."""
    return text[: age.start] + number + text[age.end :]
