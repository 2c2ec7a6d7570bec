"""The last step of a job of several parts: all that was found becomes its result, page by page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from shared.cipher import Field
from shared.errors import NoDocumentSucceeded, UndecipherablePayload
from shared.jobs.payload import Document, DocumentResult, Payload
from shared.jobs.reads import read_parts
from shared.jobs.states import State
from shared.jobs.transitions import write
from shared.model_catalogue import BULK
from worker.context import Context
from worker.documents import Task, failed_document, name_and_replace
from worker.file_work import give_back
from worker.found import Finding, from_bytes
from worker.unit import Done, Opened, Outcome, done, page_of

#: Parts that are read, and pages that are written, in one round trip: some MB.
_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class _Part:
    number: int
    documents: tuple[Document, ...]
    findings: list[Finding]


def assemble(units: Sequence[Opened], lane: str, context: Context) -> list[Outcome]:
    """The ends of jobs whose parts are done or lost."""
    size = lane.removesuffix(BULK).partition("_")[2]
    return [
        (
            unit.claimed,
            _named(unit, lane, size, context) if unit.claimed.job.assembles else _told(unit, lane, size, context),
        )
        for unit in units
    ]


def _named(unit: Opened, lane: str, size: str, context: Context) -> Done:
    """Names, numbers and pseudonyms settled over the whole job, in the documents' own order."""
    job = unit.claimed.job
    pairs = sorted(
        (
            pair
            for part in _parts(unit, range(job.parts), context)
            for pair in zip(part.documents, part.findings, strict=True)
        ),
        key=lambda pair: pair[0].index,
    )
    documents = tuple(document for document, _ in pairs)
    task = Task(job.id, documents, unit.task(lane).language, unit.options)
    results = name_and_replace(task, [finding for _, finding in pairs], context.key_ring.keys[0], job.client, size)
    _write_pages(unit, _split(results, job.parts), context)
    if unit.payload.file is not None:
        give_back(unit, results, context)
    return done(unit, results, with_page=False)


def _told(unit: Opened, lane: str, size: str, context: Context) -> Done:
    """Parts that share nothing wrote their own pages; here the documents of lost parts are told to have failed."""
    job, task = unit.claimed.job, unit.task(lane)
    lost = context.store.run(read_parts("lost", job.id, [str(number) for number in range(job.parts)]))
    pages = {
        part.number: [
            failed_document(document, str(finding), task, size)
            for document, finding in zip(part.documents, part.findings, strict=True)
        ]
        for part in _parts(unit, [number for number, problem in enumerate(lost) if problem], context)
    }
    _write_pages(unit, pages, context)
    state, problem = (State.SUCCEEDED, None) if job.succeeded else (State.FAILED, NoDocumentSucceeded.problem)
    return Done(state, job.succeeded, job.failed, problem, None)


def _parts(unit: Opened, numbers: Sequence[int], context: Context) -> Iterator[_Part]:
    """Raises UndecipherablePayload for a part that nobody can open, or that is gone."""
    job_id = unit.claimed.job.id
    for start in range(0, len(numbers), _AT_ONCE):
        names = [str(number) for number in numbers[start : start + _AT_ONCE]]
        rows = context.store.run_all([read_parts(kind, job_id, names) for kind in ("payload", "found", "lost")])
        for name, payload, found, problem in zip(names, *rows, strict=True):
            if payload is None or (found is None and problem is None):
                raise UndecipherablePayload
            opened = unit.cipher.open(Field.PAYLOAD, payload, name)
            documents = Payload.model_validate_json(opened).documents
            if problem is not None:
                yield _Part(int(name), documents, [document.problem or problem.decode() for document in documents])
            else:
                yield _Part(int(name), documents, from_bytes(unit.cipher.open(Field.FOUND, found, name)))


def _split(results: Sequence[DocumentResult], pages: int) -> dict[int, Sequence[DocumentResult]]:
    """As many pages as the job has parts, in the documents' order."""
    borders = [len(results) * number // pages for number in range(pages + 1)]
    return {number: results[borders[number] : borders[number + 1]] for number in range(pages)}


def _write_pages(unit: Opened, pages: Mapping[int, Sequence[DocumentResult]], context: Context) -> None:
    """Readers that follow the running job see each group of pages as soon as it stands."""
    numbers = list(pages)
    for start in range(0, len(numbers), _AT_ONCE):
        boxes = {
            str(number): unit.cipher.seal(Field.RESULT, page_of(pages[number]), str(number))
            for number in numbers[start : start + _AT_ONCE]
        }
        # A stale token is noticed by the end of the unit.
        context.store.run(write(unit.claimed.unit, unit.claimed.token, "result", boxes))
