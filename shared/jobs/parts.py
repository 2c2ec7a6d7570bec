"""How a job's documents are cut into parts: units of work of about equal size, each of one lane."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.jobs.payload import Document
from shared.model_catalogue import BULK


@dataclass(frozen=True, slots=True)
class Part:
    lane: str
    documents: tuple[Document, ...]

    @property
    def characters(self) -> int:
        return sum(len(document.text) for document in self.documents)


def cut(
    documents: Sequence[Document], lane_of: Callable[[Document], str], *, max_characters: int, max_documents: int
) -> list[Part]:
    """Parts of at most so many documents and, but for a longer document, characters; documents keep their order.

    What does not fit into one part is bulk: it waits in lanes of its own, where it holds up no small job.
    """
    by_lane: dict[str, list[Document]] = {}
    for document in documents:
        by_lane.setdefault(lane_of(document), []).append(document)
    is_bulk = len(documents) > max_documents or sum(len(document.text) for document in documents) > max_characters
    suffix = BULK if is_bulk else ""
    return [
        Part(lane + suffix, piece)
        for lane, members in by_lane.items()
        for piece in _pieces(members, max_characters, max_documents)
    ]


def _pieces(documents: Sequence[Document], max_characters: int, max_documents: int) -> list[tuple[Document, ...]]:
    """As few as fit, all filled alike: the last of ten parts is not a tenth of the others."""
    characters = sum(len(document.text) for document in documents)
    count = max(math.ceil(characters / max_characters), math.ceil(len(documents) / max_documents))
    target = characters / max(count, 1)
    pieces: list[tuple[Document, ...]] = []
    piece: list[Document] = []
    filled = passed = 0
    for document in documents:
        length = len(document.text)
        is_full = len(piece) == max_documents or filled + length > max_characters
        if piece and (is_full or passed + length / 2 > target * (len(pieces) + 1)):
            pieces.append(tuple(piece))
            piece, filled = [], 0
        piece.append(document)
        filled += length
        passed += length
    return [*pieces, tuple(piece)]
