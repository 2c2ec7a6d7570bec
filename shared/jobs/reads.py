"""What is read of jobs, and what a client does to one that exists, as pure values. `store.py` runs them."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from shared import keys
from shared.jobs.job import Job, job_from_hash
from shared.jobs.script import RATE_MEMORY_S, Command, call, pairs
from shared.jobs.states import State


@dataclass(frozen=True, slots=True)
class Page:
    """Jobs of a client, newest first."""

    jobs: tuple[Job, ...]
    #: The cursor that goes on; None at the end.
    next: int | None


def read_job(job_id: str) -> Command[Job | None]:
    """The record, None when there is none."""
    return Command(("HGETALL", keys.job(job_id)), lambda reply: job_from_hash(pairs(reply)) if reply else None)


def read_exists(job_id: str) -> Command[bool]:
    return Command(("EXISTS", keys.job(job_id)), bool)


def read_pages(job_id: str, pages: Sequence[int]) -> Command[list[bytes | None]]:
    """Pages of the encrypted result; None for each that is not there (yet)."""
    return Command(("HMGET", keys.result(job_id), *map(str, pages)), list)


def read_position(job: Job) -> Command[int | None]:
    """How many queued units of its lane stand before this job; None when it is not queued."""
    unit = job.id if job.parts == 1 else f"{job.id}.0"
    return Command(("ZRANK", keys.lane(job.lane), unit), lambda reply: reply)


def read_queued(lane: str) -> Command[int]:
    """How many units of work wait in a lane."""
    return Command(("ZCARD", keys.lane(lane)), int)


def read_rate(lane: str) -> Command[float]:
    """Units a second that were claimed from a lane lately: an exponentially forgetting count by its memory."""

    def read(reply: Any) -> float:
        (count, at_ms), (seconds, micros) = reply
        if count is None:
            return 0.0
        age_s = int(seconds) + int(micros) / 1e6 - int(at_ms) / 1000
        return float(count) * math.exp(-max(age_s, 0.0) / RATE_MEMORY_S) / RATE_MEMORY_S

    return Command(call("rate", lane), read)


def read_piece(kind: str, job_id: str, piece: int) -> Command[bytes | None]:
    """A piece of the job's file ("file") or of the one it gives back ("output")."""
    return Command(("HGET", keys.hash_of(kind, job_id), str(piece)), lambda reply: reply)


def read_parts(kind: str, job_id: str, parts: Sequence[str]) -> Command[list[bytes | None]]:
    """Boxes of "payload", "found" or "lost" by part."""
    return Command(("HMGET", keys.hash_of(kind, job_id), *parts), list)


def stage(kind: str, job_id: str, name: str, box: bytes) -> Command[None]:
    """Put a piece of "payload" or "file" there before the job is submitted; see `stage_for`."""
    return Command(("HSET", keys.hash_of(kind, job_id), name, box), lambda _: None)


def stage_for(kind: str, job_id: str, milliseconds: int) -> Command[None]:
    """What was staged for a job that never came goes away by itself."""
    return Command(("PEXPIRE", keys.hash_of(kind, job_id), milliseconds), lambda _: None)


def drop_staged(job_id: str) -> Command[None]:
    return Command(("DEL", keys.hash_of("payload", job_id), keys.hash_of("file", job_id)), lambda _: None)


def erase(job_id: str, receipt: bytes, *, receipt_ms: int, retention_ms: int) -> Command[bytes | None]:
    """Everything of the job goes but the receipt: this one, or that of an earlier erasure. None: no such job."""
    return Command(call("erase", job_id, receipt, receipt_ms, retention_ms), lambda reply: reply)


def read_event_client(job_id: str) -> Command[str | None]:
    """Whose job it was, where its deliveries outlive it; None where nothing is left."""
    return Command(("HGET", keys.event(job_id), "client"), lambda reply: reply.decode() if reply else None)


def read_receipt(job_id: str) -> Command[bytes | None]:
    """The receipt of an erased job."""
    return Command(("GET", keys.receipt(job_id)), lambda reply: reply)


def list_jobs(
    client: str,
    *,
    before: int | None,
    from_ms: int | None,
    to_ms: int | None,
    states: Collection[State],
    limit: int,
    max_scanned: int = 2_000,
) -> Command[Page]:
    """Newest first; created from `from_ms` to `to_ms`, both included. A page may be short and yet have a next one."""

    def read(reply: list[Any]) -> Page:
        cursor, *records = reply
        return Page(tuple(job_from_hash(pairs(record)) for record in records), int(cursor) if cursor else None)

    bounds = ("" if bound is None else bound for bound in (before, from_ms, to_ms))
    return Command(call("list", client, *bounds, limit, max_scanned, *sorted(states)), read)
