"""The transitions of jobs and their parts as pure values. `store.py` runs them; `transitions/*.lua` does them.

Those that a death makes necessary stand in `repair.py`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.jobs.blame import Blame, blames_of
from shared.jobs.job import Job, job_from_hash
from shared.jobs.limits import UNLIMITED, JobLimits, check_taken
from shared.jobs.script import Argument, Command, as_bytes, call, flat, pairs
from shared.jobs.states import State


@dataclass(frozen=True, slots=True)
class NewPart:
    """A part of a job, as the queue sees it."""

    lane: str
    characters: int
    documents: int


@dataclass(frozen=True, slots=True)
class NewJob:
    id: str
    client: str
    lane: str
    characters: int
    total: int
    wrapped_key: bytes
    #: Of a job of one part; None where the payloads of the parts were staged before.
    payload: bytes | None
    #: Empty: the job is its own and only part.
    parts: tuple[NewPart, ...] = ()
    #: Milliseconds from now until the job expires, whatever its state then; None: it expires only while it is queued.
    deadline_in_ms: int | None = None
    #: Further fields of the record (shared/jobs/job.py).
    fields: Mapping[str, Argument] | None = None


@dataclass(frozen=True, slots=True)
class Hint:
    """A Celery message to publish: this lane has work, such as this unit."""

    lane: str
    unit: str


#: Whether the token still held, and the messages to publish for what comes next.
Ended = tuple[bool, tuple[Hint, ...]]


@dataclass(frozen=True, slots=True)
class Submitted:
    job: Job
    #: Empty when enough messages are under way already.
    publish: tuple[Hint, ...]
    #: Queued units of its lane before this job.
    position: int | None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A unit of work under a lease: a job of one part, a part of a larger one, or its last step."""

    unit: str
    token: int
    attempts: int
    job: Job
    #: None: the payload is gone, or the unit has none of its own.
    payload: bytes | None
    #: The options of a job of several parts, sealed.
    options: bytes | None
    #: Documents (by their place in the unit) at which a worker died while it tried them by themselves.
    blame: tuple[Blame, ...] = ()
    #: From when to when it waited, on the store's clock.
    queued_ms: int = 0
    claimed_ms: int = 0

    @property
    def part(self) -> str:
        """ "0" for a job of one part, the number of a part, or "end"."""
        return self.unit.partition(".")[2] or "0"

    @property
    def is_whole(self) -> bool:
        """Whether the unit is a job of one part."""
        return self.unit == self.job.id


def submit(
    job: NewJob, *, max_hints: int, hint_lost_ms: int, max_queued_ms: int, max_depth: int, limits: JobLimits = UNLIMITED
) -> Command[Submitted]:
    """Store a queued job. The same id again changes nothing and gives the same answer.

    Reading the reply raises QueueFull, TooManyJobs, RateLimited; nothing was stored then.
    """

    def read(reply: list[Any]) -> Submitted:
        check_taken(reply)
        sequence, created_ms, deadline_ms, position, publish = reply
        queued = Job(
            id=job.id,
            client=job.client,
            lane=job.lane,
            state=State.QUEUED,
            sequence=sequence,
            characters=job.characters,
            total=job.total,
            created_ms=created_ms,
            deadline_ms=deadline_ms,
            wrapped_key=job.wrapped_key,
            parts=max(1, len(job.parts)),
            fields={name.encode(): as_bytes(value) for name, value in (job.fields or {}).items()},
        )
        return Submitted(queued, hints_of(publish), position)

    return Command(
        call(
            "submit",
            *(job.id, job.client, job.lane, job.characters, job.total, job.wrapped_key, job.payload or b""),
            _parts(job.parts),
            *(max_hints, hint_lost_ms, max_queued_ms),
            "" if job.deadline_in_ms is None else job.deadline_in_ms,
            *(max_depth, limits.max_jobs, limits.characters_per_minute),
            *flat(job.fields or {}),
        ),
        read,
    )


def expand(
    job_id: str,
    token: int,
    parts: Sequence[NewPart],
    *,
    characters: int,
    total: int,
    max_hints: int,
    hint_lost_ms: int,
    fields: Mapping[str, Argument],
) -> Command[Ended]:
    """A running job whose documents were found in its file becomes one of several parts."""
    return Command(
        call("expand", job_id, token, _parts(parts), characters, total, max_hints, hint_lost_ms, *flat(fields)),
        lambda reply: (bool(reply[0]), hints_of(reply[1]) if reply[0] else ()),
    )


def claim(
    lanes: Sequence[str],
    *,
    hint_lane: str,
    hint: str,
    worker: str,
    node: str,
    lease_ms: int,
    max_jobs: int,
    max_characters: int,
    retention_ms: int,
    long_characters: int,
    max_long: int,
) -> Command[tuple[str, tuple[Claimed, ...]]]:
    """Take the oldest queued units of the first of `lanes` that has any, under a lease; gives that lane too.

    `hint`: the unit that the Celery message named, or "". `max_long`: units of `long_characters` or more that the node
    may run at once.
    """

    def read(reply: list[Any]) -> tuple[str, tuple[Claimed, ...]]:
        lane, units = reply
        return lane.decode(), tuple(_claimed(*unit) for unit in units)

    limits = (lease_ms, max_jobs, max_characters, retention_ms, long_characters, max_long)
    return Command(call("claim", hint_lane, hint, worker, node, *limits, *lanes), read)


def renew(leases: Mapping[str, int], *, lease_ms: int) -> Command[frozenset[str]]:
    """Prolong leases (unit -> token); gives the units that are no longer held."""
    return Command(call("renew", lease_ms, *flat(leases)), lambda reply: frozenset(names_of(reply)))


def write(unit: str, token: int, kind: str, boxes: Mapping[str, bytes]) -> Command[bool]:
    """Pages of a result ("result") or pieces of a file ("output"), while the unit runs. False: the token is stale."""
    return Command(call("write", unit, token, kind, *flat(boxes)), bool)


def finish(
    unit: str,
    token: int,
    state: State,
    *,
    succeeded: int,
    failed: int,
    problem: str | None,
    page: bytes | None,
    retention_ms: int,
    fields: Mapping[str, Argument] | None = None,
) -> Command[Ended]:
    """End a running job by its only unit or its last step; with a stale token nothing is written."""
    arguments = (unit, token, state, succeeded, failed, problem or "", page or b"", retention_ms)
    return Command(call("finish", *arguments, *flat(fields or {})), lambda reply: (bool(reply), ()))


def finish_part(
    unit: str, token: int, kind: str, box: bytes, *, succeeded: int, failed: int, retention_ms: int
) -> Command[Ended]:
    """End a part; where it was the last one, the job's last step comes next."""
    return Command(call("finish_part", unit, token, kind, box, succeeded, failed, retention_ms), _ended)


def cancel(job_id: str, *, retention_ms: int) -> Command[Ended]:
    """Stop a job, if there is something to stop; its last step comes next where partial results are to be written."""
    return Command(call("cancel", job_id, retention_ms), _ended)


def _claimed(
    unit: bytes,
    token: bytes,
    attempts: bytes,
    record: list[bytes],
    payload: bytes | None,
    options: bytes | None,
    blame: list[bytes],
    queued_ms: bytes | None,
    claimed_ms: bytes,
) -> Claimed:
    job = job_from_hash(pairs(record))
    waited_ms = (int(queued_ms or job.created_ms), int(claimed_ms))
    return Claimed(unit.decode(), int(token), int(attempts), job, payload, options, blames_of(pairs(blame)), *waited_ms)


def _ended(reply: Sequence[Any]) -> Ended:
    return bool(reply[0]), hints_of(reply[1:])


def names_of(reply: Sequence[bytes]) -> tuple[str, ...]:
    """Units or jobs, as the script lists them."""
    return tuple(name.decode() for name in reply)


def hints_of(flat: Sequence[bytes]) -> tuple[Hint, ...]:
    """The messages that the script wants published."""
    return tuple(Hint(lane.decode(), unit.decode()) for lane, unit in zip(flat[::2], flat[1::2], strict=True))


def _parts(parts: Sequence[NewPart]) -> str:
    return json.dumps([[part.lane, part.characters, part.documents] for part in parts])
