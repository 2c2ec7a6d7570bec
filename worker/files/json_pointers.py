"""Which strings of a json document JSON Pointers name (RFC 6901, and `*` for any element or key)."""

from collections.abc import Iterable, Sequence
from typing import Final

from worker.files.failures import wrong_option

_ANY: Final = "*"


class Spot:
    """A place in the document, as far as the pointers tell places apart: one step is one look into a table.

    Made when first reached (subset construction), so that many pointers with `*` cost no more a token than one.
    """

    __slots__ = ("_names", "_others", "_tails", "is_taken", "pointers")

    def __init__(self, tails: frozenset[tuple[int, tuple[str, ...]]], is_taken: bool) -> None:
        self._tails = tails
        #: Of the pointers that end here.
        self.pointers = frozenset(index for index, tail in tails if not tail)
        #: Whether strings here and below are to be anonymized.
        self.is_taken = is_taken or bool(self.pointers)
        self._names: dict[str, Spot | None] = {tail[0]: None for _, tail in tails if tail and tail[0] != _ANY}
        self._others: Spot | None = None if any(tail for _, tail in tails) else self._below()

    def step(self, name: str) -> "Spot":
        """The place of the value under this key, or at this index."""
        if name not in self._names:
            if self._others is None:
                self._others = self._child(_ANY)
            return self._others
        found = self._names[name]
        if found is None:
            found = self._names[name] = self._child(name)
        return found

    def _child(self, name: str) -> "Spot":
        tails = frozenset((index, tail[1:]) for index, tail in self._tails if tail and tail[0] in (name, _ANY))
        return Spot(tails, self.is_taken)

    def _below(self) -> "Spot":
        return self if not self._tails else Spot(frozenset(), self.is_taken)


class Pointers:
    """The pointers of a file's options, and which of them named something."""

    def __init__(self, pointers: Sequence[str]) -> None:
        tails = frozenset((index, _tokens(pointer)) for index, pointer in enumerate(pointers))
        self._missing = set(range(len(pointers)))
        self.root = Spot(tails, is_taken=not pointers)

    def reached(self, spot: Spot) -> None:
        """There is a value here."""
        if spot.pointers:
            self._missing -= spot.pointers

    def check(self) -> None:
        """Raises UnreadableFile for a pointer that named nothing."""
        for index in _first(self._missing):
            raise wrong_option(f"/pointers/{index}", "The file has nothing at this pointer.")


def _first(indexes: Iterable[int]) -> list[int]:
    return sorted(indexes)[:1]


def _tokens(pointer: str) -> tuple[str, ...]:
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:])
