"""A finished job's result, opened."""

import json
from typing import Any, cast

from shared.cipher import Field, JobCipher
from shared.errors import JobFailed, JobNotFinished, JobNotFound, error_of
from shared.jobs.job import Job
from shared.jobs.states import State
from shared.jobs.store import AsyncStore
from shared.jobs.transitions import read_result


def unless_succeeded(job: Job) -> None:
    """Raises JobNotFinished, or JobFailed with the reason that the job gives."""
    if not job.is_terminal:
        raise JobNotFinished
    if job.state is not State.SUCCEEDED:
        reason = error_of(job.problem)().detail if job.problem else f"The job is {job.state}."
        raise JobFailed(f"The job ended without a result: {reason}")


async def read_plain_result(job: Job, cipher: JobCipher, store: AsyncStore) -> bytes:
    """The result's JSON. Raises JobNotFound when its retention has run out, UndecipherablePayload, StoreUnavailable."""
    box = await store.run(read_result(job.id))
    if box is None:
        raise JobNotFound
    return cipher.open(Field.RESULT, box)


async def open_result(job: Job, cipher: JobCipher, store: AsyncStore) -> dict[str, Any]:
    """The result as JSON values; raises as `read_plain_result`."""
    return cast(dict[str, Any], json.loads(await read_plain_result(job, cipher, store)))
