"""How deep and how large a JSON body is, found while it streams, before anything parses it.

A parser makes of 8 MB of `[[],[],...` 150 MB of lists, and of a deep one an error of its own.
"""

import re
from typing import Final

from shared.errors import InvalidRequest, JsonTooComplex
from shared.errors.problem import FieldError

_NOT_STRUCTURE: Final = bytes(set(range(256)) - set(b"[]{},:"))
_OPENING: Final = frozenset(b"[{")
_CLOSING: Final = frozenset(b"]}")
#: A byte order mark, or a NUL among the first characters: UTF-16 or UTF-32, in which quotes are elsewhere.
_OTHER_ENCODING: Final = re.compile(rb"\xff\xfe|\xfe\xff|.{0,3}\0", re.DOTALL)


class JsonShape:
    """Takes a body in chunks. What is no JSON passes: the parser will say so."""

    def __init__(self, max_depth: int, max_values: int) -> None:
        self._max_depth = max_depth
        self._max_values = max_values
        self._depth = 0
        self._values = 0
        self._is_in_string = False
        self._has_begun = False
        #: A backslash that ended the last chunk.
        self._carried = b""

    def take(self, chunk: bytes) -> None:
        """Raises JsonTooComplex, and InvalidRequest for JSON that is not in UTF-8 (RFC 8259, 8.1)."""
        if not self._has_begun:
            self._begin(chunk)
        plain = chunk if not self._carried and b"\\" not in chunk else self._unescaped(chunk)
        pieces = plain.split(b'"')
        outside = b"".join(pieces[self._is_in_string :: 2])
        self._is_in_string ^= len(pieces) % 2 == 0
        self._count(outside.translate(None, _NOT_STRUCTURE))

    def _unescaped(self, chunk: bytes) -> bytes:
        """Without escaped quotes. Escapes stand in strings alone, and pair from the left."""
        plain = (self._carried + chunk).replace(b"\\\\", b"").replace(b'\\"', b"")
        self._carried = b"\\" if plain.endswith(b"\\") else b""
        return plain

    def _begin(self, chunk: bytes) -> None:
        self._has_begun = bool(chunk)
        if _OTHER_ENCODING.match(chunk):
            raise InvalidRequest(errors=(FieldError("", "The body must be JSON in UTF-8."),))

    def _count(self, structure: bytes) -> None:
        # A value stands behind each comma, colon and opening bracket.
        self._values += len(structure) - structure.count(b"]") - structure.count(b"}")
        if self._values > self._max_values:
            raise _too_complex(f"Has more than {self._max_values} values (MAX_JSON_VALUES).")
        depth = self._depth
        for byte in structure:
            if byte in _OPENING:
                depth += 1
                if depth > self._max_depth:
                    raise _too_complex(f"Is nested more than {self._max_depth} levels deep (MAX_JSON_DEPTH).")
            elif byte in _CLOSING:
                depth -= 1
        self._depth = depth


def _too_complex(detail: str) -> JsonTooComplex:
    return JsonTooComplex(errors=(FieldError("", detail),))
