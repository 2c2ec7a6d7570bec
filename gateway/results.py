"""A job's result: pages of JSON lines, opened one after the other and never all at once."""

import json
from collections.abc import AsyncIterator
from typing import Any, Final

from gateway.waiting import Waiter
from shared.cipher import Field, JobCipher
from shared.errors import JobFailed, JobNotFinished, JobNotFound, error_of, problem_uri
from shared.jobs.job import Job
from shared.jobs.reads import read_job, read_pages
from shared.jobs.script import Command
from shared.jobs.states import State
from shared.jobs.store import AsyncStore

#: Pages that are read in one round trip: about 1 MB.
_AT_ONCE: Final = 10
#: How often a reader that follows a running job looks again when nothing wakes it.
_LOOK_S: Final = 30.0


def refuse_without_result(job: Job) -> None:
    """Raises JobNotFinished, or JobFailed with the reason that the job gives."""
    if not job.is_terminal:
        raise JobNotFinished
    if job.state is State.SUCCEEDED:
        # Its retention has run out between two looks.
        raise JobNotFound
    reason = error_of(job.problem)().detail if job.problem else f"The job is {job.state}."
    raise JobFailed(f"The job ended without a result: {reason}")


async def read_end(job_id: str, store: AsyncStore, *with_it: Command[Any]) -> tuple[Job | None, bytes | None]:
    """The record and the sealed first page of its result, if there is one yet. Raises StoreUnavailable.

    `with_it`: sent in the same round trip.
    """
    job, (page,), *_ = await store.run_all([read_job(job_id), read_pages(job_id, [0]), *with_it])
    return job, page


def open_page(job: Job, box: bytes | None, cipher: JobCipher) -> bytes:
    """The only page of a job of one part, as JSON lines. Raises as `refuse_without_result`, UndecipherablePayload."""
    if box is None or not job.is_terminal:
        refuse_without_result(job)
    return cipher.open(Field.RESULT, box or b"")


async def as_json(job: Job, first: bytes, cipher: JobCipher, store: AsyncStore) -> AsyncIterator[bytes]:
    """`{"job_id": ..., "documents": [...]}` of a job that has ended, in pieces. `first`: its first page, sealed."""
    yield b'{"job_id":"%s","documents":[' % job.id.encode()
    yield _joined(cipher.open(Field.RESULT, first))
    for start in range(1, job.parts, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, job.parts))
        boxes: list[bytes | None] = await store.run(read_pages(job.id, numbers))
        for number, box in zip(numbers, boxes, strict=True):
            if box is not None:
                yield b"," + _joined(cipher.open(Field.RESULT, box, str(number)))
    yield b"]}"


def _joined(page: bytes) -> bytes:
    # Within JSON strings a line feed is written as an escape: the bare ones part documents.
    return page.replace(b"\n", b",")


async def as_lines(job: Job, cipher: JobCipher, watcher: Waiter, store: AsyncStore) -> AsyncIterator[bytes]:
    """A line a document in the job's order, each page as soon as it is written; ends with the job.

    Where the job ends without all its pages, the last line says so: `{"state", "problem"}` without an index.
    """
    number = 0
    while True:
        seen = await store.run(read_job(job.id))
        # Read after the record: what an ended job has is there.
        boxes: list[bytes | None] = await store.run(read_pages(job.id, range(number, number + _AT_ONCE)))
        for box in boxes:
            if box is None:
                break
            yield cipher.open(Field.RESULT, box, str(number)) + b"\n"
            number += 1
        if seen is None or seen.is_terminal:
            if seen is None or number >= seen.parts:
                return
            if boxes[0] is None:
                state, problem = seen.state.value, seen.problem
                yield (
                    json.dumps({"state": state, "problem": problem_uri(problem) if problem else None}).encode() + b"\n"
                )
                return
        elif boxes[-1] is None:
            async for _ in watcher.wakes(_LOOK_S):
                break
            if watcher.is_dismissed:
                return
