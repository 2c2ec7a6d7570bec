"""Jobs that their worker did not outlive, as pure values: listed, and marked when they are done again."""

from dataclasses import dataclass
from typing import Any

from shared import keys
from shared.jobs.job import Job, job_from_hash
from shared.jobs.script import Command, call, pairs

#: Fields of the two records.
REPLAY_OF, REPLAYED_AS = "replay_of", "replayed_as"


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """Newest first."""

    jobs: tuple[Job, ...]
    #: The cursor that goes on; None at the end.
    next: str | None


def list_dead_letters(*, before: str | None, limit: int) -> Command[DeadLetters]:
    """Of all clients. `before`: a cursor."""

    def read(reply: list[Any]) -> DeadLetters:
        cursor, *records = reply
        jobs = tuple(job_from_hash(pairs(record)) for record in records)
        return DeadLetters(jobs, cursor.decode() or None)

    return Command(call("dead_letters", before or "", limit), read)


def mark_replayed(job_id: str, replayed_as: str) -> Command[bool]:
    """False: there is no such dead letter."""
    return Command(call("mark_replayed", job_id, replayed_as), bool)


def read_boxes(kind: str, job_id: str) -> Command[dict[str, bytes]]:
    """All of "payload" by part."""
    return Command(
        ("HGETALL", keys.hash_of(kind, job_id)),
        lambda reply: {name.decode(): box for name, box in pairs(reply).items()},
    )


def reserve_replay(job_id: str, *, milliseconds: int) -> Command[bool]:
    """Whether nobody else is at it."""
    return Command(("SET", keys.replay(job_id), "1", "NX", "PX", milliseconds), bool)
