"""Many known terms found in a text at once: ignoring case and accents, on word boundaries, offsets exact."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, Implementation

#: Hyphens, apostrophes and blanks that writers use for one another.
_ALIKE = {
    **dict.fromkeys("-\u2010\u2011\u2012\u2013\u00ad\t\n\r\u00a0\u2007\u2009\u202f", " "),
    **dict.fromkeys("\u2019\u02bc\u2018`\u00b4", "'"),
    **dict(zip("øłđıßæœ", "oldisao", strict=True)),
}


class _Folding(dict[int, str]):
    """One character to one character, worked out when first met: offsets in the folded text are those of the text."""

    def __missing__(self, codepoint: int) -> str:
        character = chr(codepoint)
        small = character.lower()[:1]
        plain = _ALIKE.get(small) or unicodedata.normalize("NFKD", small)[:1]
        folded = _ALIKE.get(plain, plain).lower()[:1] or character
        self[codepoint] = folded
        return folded


_FOLDING = _Folding()


def fold(text: str) -> str:
    """The text without case and accents, hyphens and line ends as blanks: each character one character."""
    return text.translate(_FOLDING)


_FEW_TERMS = 64


@dataclass(frozen=True, slots=True)
class Occurrence:
    start: int
    end: int
    #: Which of the terms, by its place in the order they were given.
    term: int


class Terms:
    """An index over terms. Building it costs as much as reading a text of their joint length."""

    def __init__(self, terms: Iterable[str]) -> None:
        folded = [" ".join(fold(term).split()) for term in terms]
        self._numbers = [number for number, term in enumerate(folded) if term]
        # The default automaton takes 80 us to build even for one term, the plain one 18.
        plain = Implementation.NoncontiguousNFA if len(self._numbers) < _FEW_TERMS else None
        self._automaton = (
            AhoCorasick([folded[number] for number in self._numbers], implementation=plain) if self._numbers else None
        )

    def find(self, text: str, folded: str | None = None) -> Iterator[Occurrence]:
        """Every occurrence on word boundaries, overlapping ones too. `folded`: `fold(text)` where it is at hand."""
        if self._automaton is None:
            return
        haystack = fold(text) if folded is None else folded
        for number, start, end in self._automaton.find_matches_as_indexes(haystack, overlapping=True):
            if is_boundary(text, start) and is_boundary(text, end):
                yield Occurrence(start, end, self._numbers[number])


def is_boundary(text: str, offset: int) -> bool:
    """Whether no word reaches over `offset`: letters, digits, underscores and combining marks make words."""
    if offset <= 0 or offset >= len(text):
        return True
    after = text[offset]
    if unicodedata.combining(after):
        return False
    return not (_is_word(text[offset - 1]) and _is_word(after))


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_" or unicodedata.combining(character) > 0
