"""Whether a job would outlive the death of the store, as its record and its view say it."""

from enum import StrEnum

from shared.jobs.job import Job
from shared.jobs.script import Command, call


class Durability(StrEnum):
    #: The record was in the append-only file, on disk, before the answer.
    FSYNC = "fsync"
    #: It was in the store's memory, and in the file when the store next wrote it.
    MEMORY = "memory"


#: The record's field; without it: memory.
FIELD = "durability"


def durability_of(job: Job) -> Durability:
    return Durability(job.fields.get(FIELD.encode(), Durability.MEMORY.encode()).decode())


def mark_durability(job_id: str, durability: Durability) -> Command[int | None]:
    """Put right what the record says; gives its new revision, None where there is no record."""
    return Command(call("mark_durability", job_id, durability), lambda reply: reply)
