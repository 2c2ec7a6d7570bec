"""An admitted job becomes a stored one: sealed, staged, submitted, published."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from gateway.access.limits import job_limits
from gateway.audit.noting import Auditor
from gateway.served_models import Served
from gateway.services import Services
from gateway.waiting import Waiter
from shared.audit import Action
from shared.cipher import Field, JobCipher
from shared.errors import NotDurable, ServiceError
from shared.jobs.durability import FIELD, Durability, durability_of, mark_durability
from shared.jobs.job import Job
from shared.jobs.parts import Part
from shared.jobs.payload import Document, Payload
from shared.jobs.reads import drop_staged, erase, read_job, stage, stage_for
from shared.jobs.script import Argument
from shared.jobs.store import AsyncStore
from shared.jobs.transitions import NewJob, NewPart, Submitted, submit
from shared.traces import Kind

#: What was staged for a job that is never submitted goes away after so long.
STAGED_MS: Final = 3_600_000
#: Parts that are sealed and sent together: about 1 MB.
_STAGED_TOGETHER: Final = 30
#: Where a job of several parts keeps what they share.
OPTIONS: Final = "options"


@dataclass(frozen=True, slots=True)
class Admitted:
    """A job that may be stored. `payload` has no documents where they stand in `parts`."""

    job_id: str
    client: str
    #: Where its only part, or its last step, waits.
    lane: str
    payload: Payload
    served: Served
    cipher: JobCipher
    wrapped_key: bytes
    #: Empty: the job is its own and only part.
    parts: tuple[Part, ...] = ()
    deadline_in_ms: int | None = None
    fields: Mapping[str, Argument] = field(default_factory=dict)


def new_job_id() -> str:
    return f"job_{secrets.token_hex(16)}"


async def store_job(admitted: Admitted, auditor: Auditor, services: Services) -> Submitted:
    """Stored, on disk as far as its `durability` says, and its messages on the way.

    Raises QueueFull and NotDurable, then nothing is kept, and StoreUnavailable.
    """
    epoch = await services.durable.begin()
    if services.settings.require_durable and not services.durable.is_offered:
        await services.store.run(drop_staged(admitted.job_id))
        raise NotDurable
    # What most likely is true is written: nobody can ask before the answer, and then it is put right.
    hoped = Durability.FSYNC if services.durable.is_offered else Durability.MEMORY
    hoping = replace(admitted, fields={**admitted.fields, FIELD: hoped})
    submitted = await store_unconfirmed(hoping, auditor, services)
    return replace(submitted, job=await kept(submitted.job, epoch, services))


async def kept(job: Job, epoch: int, services: Services) -> Job:
    """As `confirmed`. Raises NotDurable where it must be on disk and is not: then it is dropped."""
    job = await confirmed(job, epoch, services)
    if services.settings.require_durable and durability_of(job) is Durability.MEMORY:
        # A worker may have begun it; what it wrote goes too.
        await discard(job.id, services)
        raise NotDurable
    return job


async def discard(job_id: str, services: Services) -> None:
    """A job that is refused after it was stored: nothing of it stays, no receipt either. Raises StoreUnavailable."""
    await services.store.run(erase(job_id, b"", receipt_ms=1, retention_ms=services.retention_ms))


async def confirmed(job: Job, epoch: int, services: Services) -> Job:
    """The job, with its record put right where that says something else of its durability than the store does now.

    `epoch`: what `begin` gave before it was written, or read. Raises StoreUnavailable.
    """
    durability = await services.durable.of(job.id, epoch)
    if durability is durability_of(job):
        return job
    revision = await services.store.run(mark_durability(job.id, durability))
    return replace(
        job, revision=revision or job.revision, fields={**job.fields, FIELD.encode(): durability.value.encode()}
    )


async def store_unconfirmed(admitted: Admitted, auditor: Auditor, services: Services) -> Submitted:
    """As `store_job`, for a caller who waits for the end and asks nothing of the disk."""
    attributes = {"job.id": admitted.job_id, "job.lane": admitted.lane}
    with services.traces.span("enqueue", Kind.PRODUCER, attributes=attributes) as span:
        # The record carries it on: a message may be lost, doubled, or take other jobs along.
        traced = {} if span.traceparent is None else {"traceparent": span.traceparent}
        return await _store(replace(admitted, fields={**admitted.fields, **traced}), auditor, services)


async def _store(admitted: Admitted, auditor: Auditor, services: Services) -> Submitted:
    settings = services.settings
    box = admitted.cipher.seal(Field.PAYLOAD, _json(admitted.payload), OPTIONS if _is_shared(admitted) else "0")
    if _is_shared(admitted):
        await _stage(admitted, box, services)
    try:
        new = _new_job(admitted, None if _is_shared(admitted) else box)
        command = submit(
            new,
            max_hints=admitted.served.max_hints(admitted.lane),
            hint_lost_ms=services.hint_lost_ms,
            max_queued_ms=int(settings.max_queued_s * 1000),
            max_depth=settings.max_queue_depth,
            limits=job_limits(settings),
        )
        submitted = await services.store.run(auditor.noted(command, Action.SUBMIT, new.id, count=new.total))
    except ServiceError:
        if _is_shared(admitted):
            await services.store.run(drop_staged(admitted.job_id))
        raise
    for hint in submitted.publish:
        services.publisher.publish(hint.lane, hint.unit)
    return submitted


def _is_shared(admitted: Admitted) -> bool:
    """Whether the payload is what parts share, or what tells how to open a file."""
    return bool(admitted.parts) or admitted.payload.file is not None


def _new_job(admitted: Admitted, payload: bytes | None) -> NewJob:
    documents: Sequence[Document] = [document for part in admitted.parts for document in part.documents]
    documents = documents or admitted.payload.documents
    file = admitted.payload.file
    return NewJob(
        id=admitted.job_id,
        client=admitted.client,
        lane=admitted.lane,
        # A file's bytes stand for its characters until it is opened.
        characters=sum(len(document.text) for document in documents) if file is None else file.size_bytes,
        total=max(1, len(documents)),
        wrapped_key=admitted.wrapped_key,
        payload=payload,
        parts=tuple(NewPart(part.lane, part.characters, len(part.documents)) for part in admitted.parts),
        deadline_in_ms=admitted.deadline_in_ms,
        fields=admitted.fields,
    )


async def _stage(admitted: Admitted, shared: bytes, services: Services) -> None:
    """The payloads of all parts, before the one call that makes them a job."""
    job_id, cipher, contract = admitted.job_id, admitted.cipher, admitted.payload.contract
    await services.store.run_all([stage("payload", job_id, OPTIONS, shared), stage_for("payload", job_id, STAGED_MS)])
    for start in range(0, len(admitted.parts), _STAGED_TOGETHER):
        commands = []
        for number, part in enumerate(admitted.parts[start : start + _STAGED_TOGETHER], start):
            payload = Payload(contract=contract, documents=part.documents)
            box = cipher.seal(Field.PAYLOAD, _json(payload), str(number))
            commands.append(stage("payload", job_id, str(number), box))
        await services.store.run_all(commands)


def _json(payload: Payload) -> bytes:
    return payload.model_dump_json().encode()


async def wait_for_end(job: Job, waiter: Waiter, timeout_s: float, store: AsyncStore) -> Job:
    """The job when it has ended, or as it is after `timeout_s`. `waiter` was entered before `job` was read."""
    if job.is_terminal:
        return job
    async for _ in waiter.wakes(timeout_s):
        seen = await store.run(read_job(job.id))
        if seen is None or seen.is_terminal:
            return seen or job
    return await store.run(read_job(job.id)) or job
