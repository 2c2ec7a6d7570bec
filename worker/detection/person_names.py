"""Names of people: is a first name among the words."""

import re

from worker.detection.context import fold
from worker.detection.vocabulary.first_names import FIRST_NAMES

_WORD = re.compile(r"[^\W\d_]+")


def starts_with_first_name(value: str) -> bool:
    """ "Anne DURAND", "Jean-Luc MARTIN"."""
    words = _WORD.findall(value)
    return bool(words) and fold(words[0]) in FIRST_NAMES


def ends_with_first_name(value: str) -> bool:
    """ "DURAND Anne", "MARTIN Jean-Luc"."""
    words = _WORD.findall(value)
    return len(words) > 1 and any(fold(word) in FIRST_NAMES for word in words[-2:] if word != words[0])
