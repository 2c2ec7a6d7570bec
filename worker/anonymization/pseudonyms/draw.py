"""Choices that the key and the value make: the same each time, like chance to whoever lacks the key."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from worker.anonymization.scope import keyed_number

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True, repr=False)
class Draw:
    """One attempt at a pseudonym for one identity."""

    key: bytes
    type: str
    #: The identity's key: folded text.
    value: str
    language: str
    #: From 0; another attempt follows where a pseudonym was taken or is an original.
    attempt: int
    #: Whether the pseudonym must be unlike all others without anybody comparing them: more syllables, more digits.
    is_wide: bool

    def number(self, purpose: str, size: int) -> int:
        """A number from 0 to size - 1."""
        return keyed_number(self.key, "draw", self.type, self.value, str(self.attempt), purpose) % size

    def pick(self, purpose: str, items: Sequence[_Item]) -> _Item:
        return items[self.number(purpose, len(items))]

    def digits(self, purpose: str, count: int) -> str:
        return f"{self.number(purpose, 10**count):0{count}}"
