"""Pseudonyms of people: each part of a name has its own, so that "Mr Smith" after "John Smith" is the same person."""

import re

from worker.anonymization.folding import MARKS, fold, separators
from worker.anonymization.identities import Identity
from worker.anonymization.pseudonyms.draw import Draw
from worker.anonymization.pseudonyms.names import BOTH, BY_LANGUAGE, Lists, lists_for
from worker.detection.names import PARTICLES, TITLES

#: Attempts before a given name becomes a double one, and before the pseudonym is drawn as wide as a client's.
ATTEMPTS_SINGLE = 3
ATTEMPTS_NARROW = 8

_CONJUNCTIONS = frozenset({"and", "et"})
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "esq", "phd", "md", "qc", "kc"})
#: A word with its inner apostrophes, accents as marks and zero-width characters; or a run of digits.
_WORD = re.compile(rf"[^\W\d_](?:[^\W\d_]|[{MARKS}]|['’](?=[^\W\d_]{{2}}))*|\d+")
_ELISION = re.compile(r"^([dl]['’])(?=\w)", re.IGNORECASE)
_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$", re.IGNORECASE)

_ALL = (BOTH, *BY_LANGUAGE.values())
_FOLDED = {name: fold(name) for lists in _ALL for name in (*lists.women, *lists.men)}
_WOMEN = frozenset(_FOLDED[name] for lists in _ALL for name in lists.women)
_MEN = frozenset(_FOLDED[name] for lists in _ALL for name in lists.men)


def person(surface: str, identity: Identity, draw: Draw) -> str:
    """The pseudonym in the form of a surface: its parts, titles, case, separators and possessive."""
    owner = _POSSESSIVE.search(surface)
    if owner is None:
        return _renamed(surface, _parts(identity), draw)
    return _renamed(surface[: owner.start()], _parts(identity), draw) + owner[0]


def _renamed(bare: str, parts: tuple[str, ...], draw: Draw) -> str:
    surname_at = _surname_place(parts)
    pieces: list[str] = []
    place, last = 0, None
    written: set[int] = set()
    for match in _WORD.finditer(bare):
        word = match[0]
        separator = separators(bare[place : match.start()])
        place = match.end()
        if _is_kept(word, is_prefix=not written, is_last=place == len(bare)):
            pieces += (separator, word)
            continue
        if not word[0].isalpha():
            pieces += (separator, draw.digits("digits", len(word)))
            continue
        number = _place_of(fold(word), parts, surname_at)
        if number == last:
            continue  # "La Tour" is one surname
        pieces += (separator, _written(word, number, surname_at, parts, draw))
        written.add(number)
        last = number
    tail = separators(bare[place:])
    lists = lists_for(draw.language, is_wide=draw.is_wide)
    if not written:
        return surname(draw, "surname", lists)
    if draw.is_wide and surname_at not in written:
        tail = f" {surname(draw, 'surname', lists)}{tail}"
    return "".join((*pieces, tail))


def surname(draw: Draw, purpose: str, lists: Lists) -> str:
    """A surname from syllables; two of them, joined, where it must be wide."""
    first = joined(draw, purpose, lists, lists.surname_endings)
    if not draw.is_wide:
        return first
    return f"{first}-{joined(draw, purpose + ' second', lists, lists.surname_endings)}"


def joined(draw: Draw, purpose: str, lists: Lists, endings: tuple[str, ...]) -> str:
    """A name put together from a stem and an ending, with a syllable between them where it must be wide."""
    middle = draw.pick(f"{purpose} middle", lists.middles) if draw.is_wide else ""
    return draw.pick(f"{purpose} stem", lists.stems) + middle + draw.pick(f"{purpose} ending", endings)


def _parts(identity: Identity) -> tuple[str, ...]:
    parts = tuple(re.findall(r"[^\W_]+(?:'[^\W_]+)*", identity.key))
    return tuple(part for part in parts if part not in PARTICLES) or parts


def _surname_place(parts: tuple[str, ...]) -> int:
    """The last part; the first where the given name stands last, as in "DUPONT Jean"; none for a given name alone."""
    given = [part in _WOMEN or part in _MEN for part in parts]
    if len(parts) == 1:
        return -1 if given[0] else 0
    return 0 if given and given[-1] and not given[0] else len(parts) - 1


def _is_kept(word: str, *, is_prefix: bool, is_last: bool) -> bool:
    """Titles before a name, small particles within it, "Jr" after it."""
    folded = fold(word)
    if is_prefix:
        return not is_last and (folded in TITLES or folded in _CONJUNCTIONS)
    return (folded in PARTICLES and word.islower() and not is_last) or folded in _SUFFIXES


def _place_of(folded: str, parts: tuple[str, ...], surname_at: int) -> int:
    if folded in parts:
        return parts.index(folded)
    if len(folded) == 1:
        return next((number for number, part in enumerate(parts) if part.startswith(folded)), 0)
    bare = _ELISION.sub("", folded)
    return parts.index(bare) if bare in parts else surname_at


def _written(word: str, number: int, surname_at: int, parts: tuple[str, ...], draw: Draw) -> str:
    lists = lists_for(draw.language, is_wide=draw.is_wide)
    new = surname(draw, "surname", lists) if number == surname_at else _given(number, parts, lists, draw)
    elision = _ELISION.match(word)
    if len(fold(word)) == 1 and word.lower() != word.upper():
        new = new[0]
    if word.isupper() and (len(word) > 1 or len(new) == 1):
        new = new.upper()
    elif word.islower():
        new = new.lower()
    return (elision[1] if elision and word[0].islower() else "") + new


def _given(number: int, parts: tuple[str, ...], lists: Lists, draw: Draw) -> str:
    own = set(parts)
    names = tuple(name for name in _gendered(parts, lists) if _FOLDED[name] not in own)
    first = draw.pick(f"given {number}", names)
    # A wide pseudonym always shows its surname: the given name need not tell it from others.
    if draw.attempt < ATTEMPTS_SINGLE or draw.is_wide:
        return first
    return f"{first}-{draw.pick(f'given {number} second', names)}"


def _gendered(parts: tuple[str, ...], lists: Lists) -> tuple[str, ...]:
    first = next((part for part in parts if part in _WOMEN or part in _MEN), None)
    if first is None or (first in _WOMEN and first in _MEN):
        return lists.women + lists.men
    return lists.women if first in _WOMEN else lists.men
