"""A client's job by its id."""

import re
from typing import Annotated, Final

from fastapi import Path

from gateway.services import Services
from shared.errors import JobErased, JobNotFound
from shared.jobs.job import Job
from shared.jobs.reads import read_job, read_receipt

_ID: Final = re.compile(r"job_[0-9a-f]{32}", re.ASCII)
JobId = Annotated[str, Path(description="The id that the job was given.", max_length=200)]


def is_job_id(word: str) -> bool:
    """Whether it looks like one; anything else in its place may be a text."""
    return bool(_ID.fullmatch(word))


async def find_job(job_id: str, client: str, services: Services) -> Job:
    """Raises JobNotFound, for a job of another client too, JobErased, StoreUnavailable."""
    job = await services.store.run(read_job(job_id)) if is_job_id(job_id) else None
    return await check_found(job, job_id, client, services)


async def check_found(job: Job | None, job_id: str, client: str, services: Services) -> Job:
    """The record if it was read and is the client's. Raises as `find_job`."""
    if job is not None and job.client == client:
        return job
    if job is None and is_job_id(job_id):
        receipt = await services.store.run(read_receipt(job_id))
        if receipt is not None and receipt_client(receipt) == client:
            raise JobErased
    raise JobNotFound


def receipt_client(receipt: bytes) -> str:
    """Whose job it was: a kept receipt is the client, a line feed, and the receipt's JSON."""
    return receipt.partition(b"\n")[0].decode()
