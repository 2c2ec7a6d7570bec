"""json and jsonl: one pass over the source that checks it and notes where its strings stand."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from shared.errors import UnreadableFile
from shared.files import FileOptions
from worker.files.charset import read_text
from worker.files.escapes import JSON_STRING, JSON_STRING_IN_HTML, Codec, json_reference
from worker.files.failures import unreadable
from worker.files.json_pointers import Pointers, Spot
from worker.files.opened_file import FileLimits
from worker.files.source_file import Piece, Places, SourceFile

#: A token and the white space before it; no alternative repeats in two ways, so matching is linear.
_TOKEN: Final = re.compile(
    r"[ \t\n\r]*(?:"
    r'(?P<string>"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*")'
    r"|(?P<mark>[\[\]{},:])"
    r"|(?P<scalar>(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)(?![\w.+-]))"
    r")"
)
_SPACE: Final = re.compile(r"[ \t\n\r]*")


class _Next(Enum):
    """What the grammar lets come."""

    VALUE = auto()
    VALUE_OR_END = auto()
    KEY = auto()
    KEY_OR_END = auto()
    COLON = auto()
    COMMA_OR_END = auto()
    NOTHING = auto()


@dataclass(slots=True)
class _Level:
    """An open array or object."""

    spot: Spot
    is_object: bool
    index: int = -1
    key: str = ""

    def next_spot(self) -> Spot:
        return self.spot.step(self.key if self.is_object else str(self.index))


_OPENING: Final[Mapping[str, _Next]] = {"[": _Next.VALUE_OR_END, "{": _Next.KEY_OR_END}
#: Which end, for an object and for an array.
_CLOSING: Final[Mapping[str, bool]] = {"}": True, "]": False}
_BEFORE: Final[Mapping[str, _Next]] = {":": _Next.COLON, ",": _Next.COMMA_OR_END}
# Tuples: an enum's hash is a Python call, and this is asked for every token.
_VALUES: Final = (_Next.VALUE, _Next.VALUE_OR_END)
_KEYS: Final = (_Next.KEY, _Next.KEY_OR_END)
_ENDS: Final = (_Next.COMMA_OR_END, _Next.VALUE_OR_END, _Next.KEY_OR_END)


class _Document:
    """One value of json, token by token."""

    def __init__(self, places: Places, pointers: Pointers, max_depth: int, codec: Codec = JSON_STRING) -> None:
        self._places = places
        self._codec = codec
        self._pointers = pointers
        self._max_depth = max_depth
        self._levels: list[_Level] = []
        self._next = _Next.VALUE

    def read(self, start: int, end: int) -> None:
        source, position = self._places.source, start
        while self._next is not _Next.NOTHING:
            token = _TOKEN.match(source, position, end)
            if token is None or not self._take(token):
                raise _broken(source, position, end)
            if len(self._levels) > self._max_depth:
                raise _broken(source, position, end, f"It has more than {self._max_depth} levels")
            position = token.end()
        if _after_space(source, position, end) != end:
            raise _broken(source, position, end)

    def _take(self, token: re.Match[str]) -> bool:
        if token.lastgroup == "mark":
            return self._mark(token["mark"])
        if token.lastgroup == "string" and self._next in _KEYS:
            self._levels[-1].key = JSON_STRING.read(token["string"][1:-1])
            self._next = _Next.COLON
            return True
        if self._next not in _VALUES:
            return False
        spot = self._value_spot()
        if token.lastgroup == "string" and spot.is_taken:
            first, last = token.span("string")
            self._places.add(Piece(first + 1, last - 1, self._codec))
        self._after_value()
        return True

    def _mark(self, mark: str) -> bool:
        if mark in _OPENING:
            if self._next not in _VALUES:
                return False
            self._levels.append(_Level(self._value_spot(), is_object=mark == "{"))
            self._next = _OPENING[mark]
            return True
        if mark in _CLOSING:
            if self._next not in _ENDS or self._levels[-1].is_object is not _CLOSING[mark]:
                return False
            self._levels.pop()
            self._after_value()
            return True
        if self._next is not _BEFORE[mark]:
            return False
        self._next = _Next.KEY if mark == "," and self._levels[-1].is_object else _Next.VALUE
        return True

    def _value_spot(self) -> Spot:
        if not self._levels:
            return self._pointers.root
        level = self._levels[-1]
        level.index += 1
        spot = level.next_spot()
        self._pointers.reached(spot)
        return spot

    def _after_value(self) -> None:
        self._next = _Next.COMMA_OR_END if self._levels else _Next.NOTHING


def open_json(content: bytes, options: FileOptions, limits: FileLimits) -> SourceFile:
    """One document. Raises UnreadableFile with line and column; UnsupportedFile."""
    source, charset = read_text(content)
    places, pointers = Places(source, limits), Pointers(options.pointers)
    _Document(places, pointers, limits.max_depth).read(0, len(source))
    pointers.check()
    return SourceFile(places, charset, json_reference)


def open_jsonl(content: bytes, options: FileOptions, limits: FileLimits) -> SourceFile:
    """A document a line; blank lines stay. A line that is not valid refuses the file: it would come back in clear.

    Raises UnreadableFile with line and column, or for a pointer that no line has; UnsupportedFile.
    """
    source, charset = read_text(content)
    places, pointers = Places(source, limits), Pointers(options.pointers)
    start = 0
    while start < len(source):
        # U+2028 and the like are characters of a string, hence no splitlines.
        line_end = source.find("\n", start)
        end = len(source) if line_end < 0 else line_end
        if _after_space(source, start, end) != end:
            _Document(places, pointers, limits.max_depth).read(start, end)
        start = end + 1
    pointers.check()
    return SourceFile(places, charset, json_reference)


def add_json_strings(places: Places, start: int, end: int, limits: FileLimits) -> None:
    """Every string of a document within a page. Raises UnreadableFile for what is not json."""
    _Document(places, Pointers(()), limits.max_depth, JSON_STRING_IN_HTML).read(start, end)


def _after_space(source: str, position: int, end: int) -> int:
    space = _SPACE.match(source, position, end)
    return space.end() if space else position


def _broken(source: str, position: int, end: int, reason: str = "It is not valid JSON") -> UnreadableFile:
    position = _after_space(source, position, end)
    line_start = source.rfind("\n", 0, position) + 1
    return unreadable(reason, line=source.count("\n", 0, position) + 1, column=position - line_start + 1)
