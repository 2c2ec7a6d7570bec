"""Pseudonyms of titles: another of the same sort, one to one."""

from typing import Final

from worker.anonymization.folding import fold
from worker.anonymization.identities import Identity
from worker.anonymization.permutation import permute
from worker.anonymization.pseudonyms.draw import Draw
from worker.anonymization.scope import keyed_digest
from worker.anonymization.word_lists import words

_EN: Final = (
    words("Mr Sir"),
    words("Mrs Ms Miss"),
    words("Dr Prof"),
    words("Doctor Professor"),
    words("Judge Justice"),
    words("Lord Baron Earl Duke"),
    words("Lady Dame Baroness Countess"),
    words("Sergeant Lieutenant Captain Major Colonel General"),
    words("Father Reverend Pastor Bishop"),
)
_FR: Final = (
    words("M Monsieur"),
    words("MM Messieurs"),
    words("Mme Mlle"),
    words("Madame Mademoiselle"),
    words("Dr Pr Me"),
    words("Docteur Professeur Maître"),
    words("Sergent Lieutenant Capitaine Commandant Colonel Général"),
)
_BY_LANGUAGE: Final = {"en": (*_EN, *_FR), "fr": (*_FR, *_EN)}
_WITH_DOT: Final = frozenset(words("Mr Mrs Ms Dr Prof M MM"))


def title(surface: str, _identity: Identity, draw: Draw) -> str | None:
    """Another title of the same sort in the surface's form; None for a rare one."""
    bare = fold(surface).rstrip(". ")
    for sort in _BY_LANGUAGE.get(draw.language, _EN):
        places = [place for place, name in enumerate(sort) if fold(name) == bare]
        if places:
            new = sort[permute(keyed_digest(draw.key, "title", *sort), len(sort), places[0])]
            dot = "." if surface.rstrip().endswith(".") and new in _WITH_DOT else ""
            return _cased(surface, new) + dot
    return None


def _cased(surface: str, new: str) -> str:
    if surface.islower():
        return new.lower()
    return new.upper() if surface.isupper() and len(surface.rstrip(".")) > 1 else new
