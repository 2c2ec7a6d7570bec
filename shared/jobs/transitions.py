"""Job transitions and reads as pure values: what to send, and how to read the reply. `store.py` runs them."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from shared import keys
from shared.jobs.job import RECORD_VERSION, Job, job_from_hash
from shared.jobs.states import State, legal_moves_as_lua

Reply = TypeVar("Reply")
Argument = str | bytes | int


@dataclass(frozen=True, slots=True)
class Command(Generic[Reply]):
    """A Redis command and the meaning of its reply."""

    arguments: tuple[Argument, ...]
    read: Callable[[Any], Reply]


@dataclass(frozen=True, slots=True)
class NewJob:
    id: str
    client: str
    model: str
    characters: int
    total: int
    wrapped_key: bytes
    payload: bytes


@dataclass(frozen=True, slots=True)
class Submitted:
    job: Job
    #: Whether a Celery message is needed: not when enough of them are under way already.
    publish: bool
    #: Queued jobs of its model before this one.
    position: int | None


@dataclass(frozen=True, slots=True)
class Claimed:
    job: Job
    #: None: the payload is gone, the job cannot be done.
    payload: bytes | None


@dataclass(frozen=True, slots=True)
class Reconciled:
    requeued: tuple[str, ...]
    poisoned: tuple[str, ...]
    expired: tuple[str, ...]
    #: (model, job id) of each message to publish.
    publish: tuple[tuple[str, str], ...]


@cache
def script() -> str:
    """The Lua source with the key prefix and the table of legal moves filled in."""
    source = Path(__file__).with_name("transitions.lua").read_text(encoding="utf-8")
    for name, value in (
        ("@PREFIX@", keys.PREFIX),
        ("@MOVES@", keys.JOB_MOVES),
        ("@ENDS@", keys.JOB_ENDS),
        ("@VERSION@", str(RECORD_VERSION)),
        ("@LEGAL_MOVES@", legal_moves_as_lua()),
    ):
        source = source.replace(name, value)
    return source


@cache
def script_sha() -> str:
    """The name under which Redis keeps the script (EVALSHA)."""
    return hashlib.sha1(script().encode(), usedforsecurity=False).hexdigest()


def _call(operation: str, *arguments: Argument) -> tuple[Argument, ...]:
    return ("EVALSHA", script_sha(), 0, operation, *arguments)


def submit(job: NewJob, *, max_hints: int, hint_lost_ms: int, max_queued_ms: int) -> Command[Submitted]:
    """Store a queued job. The same id again changes nothing and gives the same answer."""

    def read(reply: list[int]) -> Submitted:
        sequence, created_ms, publish, position = reply
        queued = Job(
            id=job.id,
            client=job.client,
            model=job.model,
            state=State.QUEUED,
            revision=1,
            token=0,
            attempts=0,
            sequence=sequence,
            characters=job.characters,
            total=job.total,
            succeeded=0,
            failed=0,
            created_ms=created_ms,
            started_ms=None,
            finished_ms=None,
            expires_ms=None,
            wrapped_key=job.wrapped_key,
            problem=None,
        )
        return Submitted(queued, bool(publish), position)

    stored = (job.id, job.client, job.model, job.characters, job.total, job.wrapped_key, job.payload)
    return Command(_call("submit", *stored, max_hints, hint_lost_ms, max_queued_ms), read)


def claim(
    model: str, *, hint: str, worker: str, lease_ms: int, max_jobs: int, max_characters: int, retention_ms: int
) -> Command[tuple[Claimed, ...]]:
    """Take the oldest queued jobs of a model, under a lease. `hint`: the id that the Celery message carried, or ""."""

    def read(reply: list[tuple[list[bytes], bytes | None]]) -> tuple[Claimed, ...]:
        return tuple(Claimed(job_from_hash(_pairs(record)), payload) for record, payload in reply)

    return Command(_call("claim", model, hint, worker, lease_ms, max_jobs, max_characters, retention_ms), read)


def renew(leases: Mapping[str, int], *, lease_ms: int) -> Command[frozenset[str]]:
    """Prolong leases (job id -> token); gives the ids that are no longer held."""
    arguments: list[Argument] = []
    for job_id, token in leases.items():
        arguments += [job_id, token]
    return Command(_call("renew", lease_ms, *arguments), lambda reply: frozenset(name.decode() for name in reply))


def finish(
    job_id: str,
    token: int,
    state: State,
    *,
    succeeded: int,
    failed: int,
    problem: str | None,
    result: bytes | None,
    retention_ms: int,
) -> Command[bool]:
    """End a running job; False when the token is stale, and then nothing was written."""
    arguments = (job_id, token, state, succeeded, failed, problem or "", result or b"", retention_ms)
    return Command(_call("finish", *arguments), bool)


def release(job_id: str, token: int) -> Command[bool]:
    """Give a running job back, to its old place in the lane; the attempt does not count. False: the token is stale."""
    return Command(_call("release", job_id, token), bool)


def reconcile(*, max_attempts: int, hint_lost_ms: int, retention_ms: int, limit: int = 200) -> Command[Reconciled]:
    """Lost leases back to their lanes or to `failed`, overdue jobs to `expired`, and which messages to send again."""

    def read(reply: tuple[list[bytes], list[bytes], list[bytes], list[bytes]]) -> Reconciled:
        requeued, poisoned, expired, publish = (tuple(name.decode() for name in names) for names in reply)
        return Reconciled(requeued, poisoned, expired, tuple(zip(publish[::2], publish[1::2], strict=True)))

    return Command(_call("reconcile", max_attempts, hint_lost_ms, retention_ms, limit), read)


def read_job(job_id: str) -> Command[Job | None]:
    """The record, None when there is none."""
    return Command(("HGETALL", keys.job(job_id)), lambda reply: job_from_hash(_pairs(reply)) if reply else None)


def read_result(job_id: str) -> Command[bytes | None]:
    """The encrypted result, None when there is none."""
    return Command(("GET", keys.result(job_id)), lambda reply: reply)


def read_position(job: Job) -> Command[int | None]:
    """How many queued jobs of its model stand before this one; None when it is not queued."""
    return Command(("ZRANK", keys.lane(job.model), job.id), lambda reply: reply)


def _pairs(flat: Any) -> Mapping[bytes, bytes]:
    if isinstance(flat, dict):  # RESP3, and redis-py's own reading of HGETALL
        return flat
    return dict(zip(flat[::2], flat[1::2], strict=True))
