"""A finished job's result, opened."""

from shared.cipher import Field, JobCipher
from shared.errors import JobFailed, JobNotFinished, JobNotFound, error_of
from shared.jobs.job import Job
from shared.jobs.states import State
from shared.jobs.store import AsyncStore
from shared.jobs.transitions import read_job, read_result


def unless_succeeded(job: Job) -> None:
    """Raises JobNotFinished, or JobFailed with the reason that the job gives."""
    if not job.is_terminal:
        raise JobNotFinished
    if job.state is not State.SUCCEEDED:
        reason = error_of(job.problem)().detail if job.problem else f"The job is {job.state}."
        raise JobFailed(f"The job ended without a result: {reason}")


async def read_end(job_id: str, store: AsyncStore) -> tuple[Job, bytes | None]:
    """The record and its sealed result, if there is one yet. Raises JobNotFound, StoreUnavailable."""
    job, box = await store.run_all([read_job(job_id), read_result(job_id)])
    if job is None:
        raise JobNotFound
    return job, box


def open_result(job: Job, box: bytes | None, cipher: JobCipher) -> bytes:
    """The result's JSON.

    Raises JobNotFinished, JobFailed, JobNotFound when its retention has run out, UndecipherablePayload.
    """
    unless_succeeded(job)
    if box is None:
        raise JobNotFound
    return cipher.open(Field.RESULT, box)
