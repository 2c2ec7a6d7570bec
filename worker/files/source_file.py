"""Files that are text: each text has its place in the source, and all that is not edited stays as it was."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from worker.files.charset import Charset
from worker.files.editing import Edit, spread
from worker.files.escapes import Codec
from worker.files.failures import unreadable
from worker.files.opened_file import FileLimits

_WORD: Final = re.compile(r"[^\W_]")
#: Characters that are encoded at a time.
_BLOCK_CHARS: Final = 262_144


@dataclass(frozen=True, slots=True)
class Piece:
    """Where a text, or a part of one, stands in the source, and how it is written there."""

    start: int
    end: int
    codec: Codec


class Places:
    """The places of a file's texts, collected while it is read: only those that could identify somebody."""

    def __init__(self, source: str, limits: FileLimits) -> None:
        self.source = source
        self.pieces: list[tuple[Piece, ...]] = []
        self.texts: list[str] = []
        self._limits = limits

    def add(self, *pieces: Piece) -> None:
        """Raises UnreadableFile when there are too many."""
        source = self.source
        text = "".join([piece.codec.read(source[piece.start : piece.end]) for piece in pieces])
        if not has_words(text):
            return
        if len(self.texts) >= self._limits.max_texts:
            raise unreadable(f"It has more than {self._limits.max_texts} texts; name columns or pointers, or cut it")
        self.pieces.append(pieces)
        self.texts.append(text.replace("\x00", "\ufffd"))

    def forget(self, count: int) -> None:
        """All but the first `count`."""
        del self.pieces[count:], self.texts[count:]


class SourceFile:
    """An Editable of text, in its charset."""

    def __init__(self, places: Places, charset: Charset, unencodable: Callable[[str], str]) -> None:
        self._places = places
        self._charset = charset
        self._unencodable = unencodable

    @property
    def texts(self) -> Sequence[str]:
        return self._places.texts

    def write(self, edits: Sequence[Sequence[Edit]]) -> Iterator[bytes]:
        source, charset = self._places.source, self._charset
        if charset.mark:
            yield charset.mark
        done = 0
        for start, end, new in sorted(self._changes(edits)):
            yield from self._unchanged(done, start)
            yield charset.encode(charset.fit(new, self._unencodable))
            done = end
        yield from self._unchanged(done, len(source))

    def _unchanged(self, start: int, end: int) -> Iterator[bytes]:
        for block in range(start, end, _BLOCK_CHARS):
            yield self._charset.encode(self._places.source[block : min(block + _BLOCK_CHARS, end)])

    def _changes(self, edits: Sequence[Sequence[Edit]]) -> Iterator[tuple[int, int, str]]:
        source = self._places.source
        for pieces, wanted in zip(self._places.pieces, edits, strict=True):
            if not wanted:
                continue
            raws = [source[piece.start : piece.end] for piece in pieces]
            lengths = [len(piece.codec.read(raw)) for piece, raw in zip(pieces, raws, strict=True)]
            parts = spread(lengths, wanted, [piece.codec.is_fixed for piece in pieces])
            for piece, raw, part in zip(pieces, raws, parts, strict=True):
                if part:
                    yield piece.start, piece.end, piece.codec.rewrite(raw, part)


def has_words(text: str) -> bool:
    """Whether there is a letter or digit: nothing else can identify anybody."""
    return _WORD.search(text) is not None
