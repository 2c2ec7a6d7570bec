"""A file as a job sees it: texts to anonymize, and the same file again with what came of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from shared.files import FileKind
from shared.jobs.payload import DocumentResult
from worker.files.editing import FAILED, Edit, Editable, apply, whole

#: Where a text that is too long for one document is cut, the best first.
_CUTS: Final = ("\n\n", "\r\n\r\n", "\n", "\r", ". ", " ")


@dataclass(frozen=True, slots=True)
class FileLimits:
    """What a file may cost; beyond it the file is refused, not cut."""

    #: Of all that is unpacked or decoded, together; a file that is not packed counts as it is.
    max_unpacked_bytes: int = 200_000_000
    #: Unpacked to packed, asked only beyond `free_bytes`; text of machines packs up to about 100 to 1.
    max_ratio: int = 250
    free_bytes: int = 1_000_000
    #: Texts in the file, the same ones counted again; about 0.7 kB of memory each.
    max_texts: int = 500_000
    #: A longer text becomes several documents, cut at a paragraph's end.
    max_segment_chars: int = 30_000
    #: Levels of json.
    max_depth: int = 200
    max_zip_entries: int = 2_000
    #: Of all XML parts of a docx, together: parsed they take about twenty times as much memory.
    max_xml_bytes: int = 30_000_000
    #: Parts of an eml, those within parts included.
    max_parts: int = 1_000


@dataclass(frozen=True, slots=True)
class Replacement:
    """What comes in a segment's place. Without edits that lead to `text` it goes to the first piece as a whole."""

    text: str
    edits: tuple[Edit, ...] = ()

    @classmethod
    def of_result(cls, result: DocumentResult) -> "Replacement | None":
        """None for a document that failed. The job's `offset_unit` must have been "codepoint"."""
        text = result.anonymized_text
        if text is None or result.state != "succeeded":
            return None
        edits = (Edit(e.start, e.end, text[e.anonymized_start : e.anonymized_end]) for e in result.entities)
        return cls(text, tuple(sorted(edits, key=lambda edit: edit.start)))


@dataclass(frozen=True, slots=True)
class _Cut:
    """A stretch of a text of the file: which segment it is, and where it starts."""

    segment: int
    start: int


class OpenedFile:
    """`segments` are distinct and never blank: equal texts are one, since one job makes the same of them."""

    __slots__ = ("_cuts", "_editable", "kind", "segments")

    def __init__(self, kind: FileKind, editable: Editable, limits: FileLimits) -> None:
        self.kind = kind
        self._editable = editable
        #: By text of the file.
        self._cuts: list[tuple[_Cut, ...]] = []
        known: dict[str, int] = {}
        for text in editable.texts:
            cuts, start = [], 0
            for part in _parts(text, limits.max_segment_chars):
                if not part.isspace():
                    cuts.append(_Cut(known.setdefault(part, len(known)), start))
                start += len(part)
            self._cuts.append(tuple(cuts))
        self.segments: tuple[str, ...] = tuple(known)

    def rebuild(self, replacements: Sequence[Replacement | None]) -> Iterator[bytes]:
        """The same kind of file, one replacement a segment; `<FAILED>` stands where there is None.

        Raises ValueError when their number is not that of the segments.
        """
        if len(replacements) != len(self.segments):
            raise ValueError("one replacement a segment")
        edits = [_edits(text, new) for text, new in zip(self.segments, replacements, strict=True)]
        return self._editable.write([_moved(cuts, edits) for cuts in self._cuts])


def _parts(text: str, max_chars: int) -> Iterator[str]:
    start = 0
    while len(text) - start > max_chars:
        end = start + max_chars
        # Not in the first half: a thousand short lines are not a thousand documents.
        ends = (text.rfind(cut, start + max_chars // 2, end) + len(cut) for cut in _CUTS)
        cut_at = next((at for at in ends if at > start + max_chars // 2), end)
        yield text[start:cut_at]
        start = cut_at
    if start < len(text):
        yield text[start:]


def _edits(text: str, new: Replacement | None) -> tuple[Edit, ...]:
    """Only what the engine said is written: edits that do not lead to its text do not count."""
    if new is None:
        return whole(text, FAILED)
    if new.text == text:
        return ()
    is_ordered = all(a.end <= b.start for a, b in zip(new.edits, new.edits[1:], strict=False))
    is_inside = all(0 <= edit.start <= edit.end <= len(text) for edit in new.edits)
    if new.edits and is_ordered and is_inside and apply(text, new.edits) == new.text:
        return tuple(edit for edit in new.edits if text[edit.start : edit.end] != edit.text)
    return whole(text, new.text)


def _moved(cuts: Sequence[_Cut], edits: Sequence[Sequence[Edit]]) -> list[Edit]:
    return [
        Edit(cut.start + edit.start, cut.start + edit.end, edit.text) for cut in cuts for edit in edits[cut.segment]
    ]
