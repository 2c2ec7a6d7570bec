"""Texts without what does not tell values apart: case, accents, format characters, kinds of blank, dash and quote."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_QUOTES = "\u2018\u2019\u201b\u02bc\u02b9\u0060\u00b4\u2032\uff07"

#: Letters that Unicode does not decompose, though writers do.
_LETTERS_ALIKE = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"}


def fold(text: str) -> str:
    """The text in its folded form, blanks at its ends removed."""
    return fold_with_origins(text)[0].strip(" ")


def separators(text: str) -> str:
    """What may stay of the text between two words: blanks, punctuation, ASCII's signs; no letter, digit or mark."""
    return "".join(character for character in text if _is_separator(character))


def _is_separator(character: str) -> bool:
    if character.isascii() or character == "°":
        return not character.isalnum()
    return character.isspace() or unicodedata.category(character).startswith("P")


def fold_with_origins(text: str) -> tuple[str, "Origins"]:
    """The folded text, and for each of its characters the position it comes from (code points)."""
    folded = text.translate(_ONE_TO_ONE)
    if _IRREGULAR in folded:
        return _fold_one_by_one(text)
    runs = [match.span() for match in _BLANKS.finditer(folded)]
    if not runs:
        return folded, Origins(range(len(text)), (), ())
    return _BLANKS.sub(" ", folded), _origins_after_runs(len(text), runs)


@dataclass(frozen=True, slots=True)
class Origins:
    """Positions in the original text by positions in the folded one."""

    #: Of a text that was folded one to one, but for runs of blanks; or of each character.
    positions: Sequence[int]
    #: Where, in the folded text, a run of blanks has ended, and how many of its characters were left out so far.
    run_ends: Sequence[int]
    left_out: Sequence[int]

    def __len__(self) -> int:
        return len(self.positions) - (self.left_out[-1] if self.left_out else 0)

    def __getitem__(self, place: int) -> int:
        run = bisect_right(self.run_ends, place) - 1
        return self.positions[place + (self.left_out[run] if run >= 0 else 0)]


def _origins_after_runs(length: int, runs: Sequence[tuple[int, int]]) -> Origins:
    run_ends: list[int] = []
    left_out: list[int] = []
    total = 0
    for start, end in runs:
        run_ends.append(start - total + 1)
        total += end - start - 1
        left_out.append(total)
    return Origins(range(length), run_ends, left_out)


def _fold_one_by_one(text: str) -> tuple[str, Origins]:
    folded: list[str] = []
    origins: list[int] = []
    blank_before = False
    for position, character in enumerate(text):
        for piece in _fold_character(character):
            if piece == " " and blank_before:
                continue
            blank_before = piece == " "
            folded.append(piece)
            origins.append(position)
    return "".join(folded), Origins(origins, (), ())


class _OneToOne(dict[int, str]):
    """The fold of each character, worked out when first met; of one whose fold is not one character, a mark."""

    def __missing__(self, codepoint: int) -> str:
        folded = _fold_character(chr(codepoint))
        self[codepoint] = folded if len(folded) == 1 else _IRREGULAR
        return self[codepoint]


def _class_of_marks() -> str:
    """Marks and format characters of the basic plane, as what stands within the brackets of a pattern."""
    marks = [point for point in range(0x80, 0x10000) if unicodedata.category(chr(point)) in ("Mn", "Mc", "Me", "Cf")]
    return "".join(map(chr, marks))


#: Within the brackets of a pattern: what belongs to the letter before it.
MARKS = _class_of_marks()

_IRREGULAR = "\x00"
_ONE_TO_ONE = _OneToOne()
_BLANKS = re.compile("  +")


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    if character.isspace():
        return " "
    if "\ud800" <= character <= "\udfff":
        return "\ufffd"  # half a character: the automaton of the leak check takes none
    if character in _DASHES:
        return "-"
    if character in _QUOTES:
        return "'"
    character = _LETTERS_ALIKE.get(character.lower(), character)
    # Twice: the fold of one form can be another that still decomposes (U+0130, U+03D3).
    for _ in range(2):
        character = unicodedata.normalize("NFKD", character).casefold()
    return "".join(piece for piece in character if unicodedata.category(piece) not in ("Mn", "Cf", "Me"))
