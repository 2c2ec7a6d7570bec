"""The job record: the truth about a job. A Celery message is only a hint that there is one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.jobs.states import State

#: Written into every record; a reader refuses a major version that it does not know.
RECORD_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Job:
    """One job, as it stands in Redis. Times are milliseconds since the epoch on the store's clock."""

    id: str
    client: str
    model: str
    state: State
    #: Grows with every change; the ETag is made from it.
    revision: int
    #: Fencing token: grows with every claim; a write with an older one is refused.
    token: int
    attempts: int
    #: Place in the order of submission, over all models.
    sequence: int
    characters: int
    total: int
    succeeded: int
    failed: int
    created_ms: int
    started_ms: int | None
    finished_ms: int | None
    expires_ms: int | None
    #: The job's data key, wrapped by the key ring; without it payload and result cannot be read.
    wrapped_key: bytes
    #: Problem type of a failed job, None otherwise.
    problem: str | None

    @property
    def is_terminal(self) -> bool:
        return self.state.is_terminal

    @property
    def progress(self) -> float:
        return (self.succeeded + self.failed) / self.total


def job_from_hash(fields: Mapping[bytes, bytes]) -> Job:
    """A job from the reply to HGETALL of its key.

    Raises KeyError when a field is missing and ValueError when the record's version is not known.
    """
    if int(fields[b"version"]) != RECORD_VERSION:
        raise ValueError("job record of an unknown version")

    def number(name: bytes) -> int:
        return int(fields[name])

    def moment(name: bytes) -> int | None:
        return int(fields[name]) if name in fields else None

    problem = fields.get(b"problem")
    return Job(
        id=fields[b"id"].decode(),
        client=fields[b"client"].decode(),
        model=fields[b"model"].decode(),
        state=State(fields[b"state"].decode()),
        revision=number(b"revision"),
        token=number(b"token"),
        attempts=number(b"attempts"),
        sequence=number(b"sequence"),
        characters=number(b"characters"),
        total=number(b"total"),
        succeeded=number(b"succeeded"),
        failed=number(b"failed"),
        created_ms=number(b"created_ms"),
        started_ms=moment(b"started_ms"),
        finished_ms=moment(b"finished_ms"),
        expires_ms=moment(b"expires_ms"),
        wrapped_key=fields[b"wrapped_key"],
        problem=problem.decode() if problem else None,
    )
