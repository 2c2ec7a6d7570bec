"""What is done to a text: edits by code points, and how they fall on the pieces that the text is made of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

#: Stands where a text could not be anonymized: the text itself is never given back.
FAILED: Final = "<FAILED>"


@dataclass(frozen=True, slots=True)
class Edit:
    """`start` and `end` count code points of the text before any edit; `end` is exclusive."""

    start: int
    end: int
    text: str


class Editable(Protocol):
    """A file, or a part of one, as the texts that stand in it."""

    @property
    def texts(self) -> Sequence[str]:
        """Every text that may identify somebody, in the file's order."""

    def write(self, edits: Sequence[Sequence[Edit]]) -> Iterator[bytes]:
        """The file with the edits of each text done, `edits[n]` to `texts[n]`: in order, not overlapping."""


def apply(text: str, edits: Sequence[Edit]) -> str:
    """The text with its edits done."""
    parts, done = [], 0
    for edit in edits:
        parts += [text[done : edit.start], edit.text]
        done = edit.end
    parts.append(text[done:])
    return "".join(parts)


def whole(text: str, new: str) -> tuple[Edit, ...]:
    """One edit that leaves nothing of the text."""
    return (Edit(0, len(text), new),)


def spread(lengths: Sequence[int], edits: Sequence[Edit], is_fixed: Sequence[bool]) -> list[list[Edit]]:
    """The edits of a text that is made of pieces, for each piece: new text goes to the first one touched.

    Fixed pieces (a line break that is a tag) take no edit. An edit that touches nothing else is left out.
    """
    found: list[list[Edit]] = [[] for _ in lengths]
    piece, before = 0, 0
    for edit in edits:
        while piece < len(lengths) - 1 and before + lengths[piece] <= edit.start:
            before += lengths[piece]
            piece += 1
        new, here, start = edit.text, piece, before
        while here < len(lengths) and start < max(edit.end, edit.start + 1):
            if not is_fixed[here]:
                first, last = max(edit.start - start, 0), min(edit.end - start, lengths[here])
                if first < last or new:
                    found[here].append(Edit(first, max(first, last), new))
                    new = ""
            start += lengths[here]
            here += 1
    return found
