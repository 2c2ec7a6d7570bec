"""Jobs that are made of a file: its texts become documents, and it is given back with them replaced."""

import json
from collections.abc import Iterator, Sequence
from typing import Final

from shared.cipher import Field
from shared.errors import ProcessingFailed, ServiceError, UndecipherablePayload
from shared.jobs.parts import Part, cut
from shared.jobs.payload import Document, DocumentResult, Payload, UploadedFile
from shared.jobs.reads import read_piece, stage
from shared.jobs.transitions import write
from shared.model_catalogue import BULK
from worker.careful import detect_unit
from worker.context import Context
from worker.documents import Task, name_and_replace
from worker.files.open_file import open_file
from worker.files.opened_file import FileLimits, OpenedFile, Replacement
from worker.metrics import count_words
from worker.unit import Done, Expand, Opened, Outcome, done

_PIECE_BYTES: Final = 256_000
#: Pieces or parts that are written in one round trip: some MB.
_AT_ONCE: Final = 20


def open_files(units: Sequence[Opened], lane: str, context: Context) -> list[Outcome]:
    """Small files are done at once; the documents of large ones become parts."""
    outcomes: list[Outcome] = []
    for unit in units:
        try:
            outcomes.append((unit.claimed, _opened(unit, lane, context)))
        except ServiceError as error:
            outcomes.append((unit.claimed, error))
    return outcomes


def give_back(unit: Opened, results: Sequence[DocumentResult], context: Context) -> None:
    """Write the file with its texts replaced, in sealed pieces. Raises what opening it raises."""
    file = _file_of(unit)
    _write_file(unit, _read_file(unit, file, context), results, context)


def _opened(unit: Opened, lane: str, context: Context) -> Done | Expand:
    settings, base = context.settings, lane.removesuffix(BULK)
    file = _file_of(unit)
    opened = _read_file(unit, file, context)
    documents = tuple(Document(text=text, index=index) for index, text in enumerate(opened.segments))
    parts = cut(
        documents,
        lambda _: base,
        max_characters=settings.part_max_chars,
        max_documents=settings.part_max_documents,
    )
    if len(parts) > 1:
        _stage(unit, parts, context)
        return Expand(tuple(parts))
    count_words(base, opened.segments)
    language, _, size = base.partition("_")
    task = Task(unit.claimed.job.id, documents, language, unit.options)
    findings = detect_unit(unit, task, lane, context)
    results = name_and_replace(task, findings, context.key_ring.keys[0], unit.claimed.job.client, size)
    _write_file(unit, opened, results, context)
    end = done(unit, results)
    end.fields["total"] = len(documents)
    return end


def _file_of(unit: Opened) -> UploadedFile:
    if unit.payload.file is None:
        raise ProcessingFailed
    return unit.payload.file


def _read_file(unit: Opened, file: UploadedFile, context: Context) -> OpenedFile:
    settings = context.settings
    content = b"".join(_pieces(unit, file, context))
    limits = FileLimits(max_unpacked_bytes=settings.max_unpacked_bytes, max_segment_chars=settings.part_max_chars)
    return open_file(file.kind, content, file.options, limits)


def _pieces(unit: Opened, file: UploadedFile, context: Context) -> Iterator[bytes]:
    job_id = unit.claimed.job.id
    for start in range(0, file.pieces, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, file.pieces))
        boxes = context.store.run_all([read_piece("file", job_id, number) for number in numbers])
        for number, box in zip(numbers, boxes, strict=True):
            if box is None:
                raise UndecipherablePayload
            yield unit.cipher.open(Field.FILE, box, str(number))


def _stage(unit: Opened, parts: Sequence[Part], context: Context) -> None:
    contract = unit.payload.contract
    for start in range(0, len(parts), _AT_ONCE):
        commands = []
        for number, part in enumerate(parts[start : start + _AT_ONCE], start):
            plain = Payload(contract=contract, documents=part.documents).model_dump_json().encode()
            box = unit.cipher.seal(Field.PAYLOAD, plain, str(number))
            commands.append(stage("payload", unit.claimed.job.id, str(number), box))
        context.store.run_all(commands)


def _write_file(unit: Opened, opened: OpenedFile, results: Sequence[DocumentResult], context: Context) -> None:
    """Piece 0 says what the others are."""
    number = size_bytes = 0
    boxes: dict[str, bytes] = {}
    for piece in _even(opened.rebuild([Replacement.of_result(result) for result in results])):
        number += 1
        size_bytes += len(piece)
        boxes[str(number)] = unit.cipher.seal(Field.OUTPUT, piece, str(number))
        if len(boxes) == _AT_ONCE:
            _write(unit, boxes, context)
            boxes = {}
    # Not the name that the file came with, which may be somebody's.
    about = {
        "name": f"anonymized.{opened.kind}",
        "media_type": opened.kind.media_type,
        "pieces": number,
        "size_bytes": size_bytes,
    }
    boxes["0"] = unit.cipher.seal(Field.OUTPUT, json.dumps(about).encode())
    _write(unit, boxes, context)


def _write(unit: Opened, boxes: dict[str, bytes], context: Context) -> None:
    # A stale token is noticed by the end of the unit.
    context.store.run(write(unit.claimed.unit, unit.claimed.token, "output", boxes))


def _even(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of one size: each costs a seal and a place in the store."""
    kept = bytearray()
    for piece in pieces:
        kept += piece
        while len(kept) >= _PIECE_BYTES:
            yield bytes(kept[:_PIECE_BYTES])
            del kept[:_PIECE_BYTES]
    if kept:
        yield bytes(kept)
