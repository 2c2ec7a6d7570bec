"""What the headers of a submit ask for, and how it is answered: at once, at the end, or as an earlier one was."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final

from fastapi import Response

from gateway.answers import job_answer, submitted_answer
from gateway.audit.noting import Auditor
from gateway.find import find_job
from gateway.idempotency import abandon
from gateway.preferences import applied
from gateway.services import Services
from gateway.submission import Admitted, confirmed, discard, store_job, wait_for_end
from shared.errors import NotDurable, ServiceError, UnreadableFile, UnsupportedFile, error_of
from shared.jobs.durability import Durability, durability_of
from shared.jobs.job import Job
from shared.jobs.reads import read_job

#: So long a submit waits to hear whether its file can be read; a queue may be longer, and then the job says it.
_OPENED_WITHIN_S: Final = 5.0
_REFUSALS: Final = frozenset({UnreadableFile.problem, UnsupportedFile.problem})


@dataclass(frozen=True, slots=True)
class Order:
    client: str
    auditor: Auditor
    idempotency_key: str | None
    cancel_after_ms: int | None
    wait_s: float | None
    prefer: str | None

    @property
    def headers(self) -> dict[str, str]:
        return applied(self.prefer, self.wait_s)

    def limited(self, admitted: Admitted) -> Admitted:
        """With the deadline of `Cancel-After`, where that is sooner."""
        if self.cancel_after_ms is None:
            return admitted
        return replace(
            admitted, deadline_in_ms=min(self.cancel_after_ms, admitted.deadline_in_ms or self.cancel_after_ms)
        )


@asynccontextmanager
async def freeing_key(job_id: str, order: Order, services: Services) -> AsyncIterator[None]:
    """A request that is refused gives its Idempotency-Key back, so that a corrected one may use it."""
    try:
        yield
    except ServiceError:
        await abandon(order.idempotency_key, order.client, job_id, services)
        raise


async def stored(admitted: Admitted, order: Order, services: Services) -> Response:
    """Raises QueueFull, StoreUnavailable."""
    async with services.wakeups.waiter(admitted.job_id) as waiter:
        submitted = await store_job(order.limited(admitted), order.auditor, services)
        if order.wait_s is None:
            return await submitted_answer(submitted, services, order.headers)
        job = await wait_for_end(submitted.job, waiter, order.wait_s, services.store)
    return await job_answer(job, services, order.headers, status=200 if job.is_terminal else 202)


async def stored_file(admitted: Admitted, order: Order, services: Services) -> Response:
    """As `stored`; raises UnreadableFile or UnsupportedFile where a worker finds soon that the file cannot be read."""
    job_id = admitted.job_id
    async with services.wakeups.watcher(job_id) as watcher:
        submitted = await store_job(order.limited(admitted), order.auditor, services)
        job = submitted.job
        async for _ in watcher.wakes(_OPENED_WITHIN_S):
            seen = await services.store.run(read_job(job_id))
            job = seen or job
            if job.is_terminal or job.parts > 1:
                break
    if job.problem in _REFUSALS:
        await discard(job_id, services)
        raise _refusal(job)
    if order.wait_s is None:
        return await job_answer(job, services, order.headers, status=202)
    async with services.wakeups.waiter(job_id) as waiter:
        job = await wait_for_end(await find_job(job_id, order.client, services), waiter, order.wait_s, services.store)
    return await job_answer(job, services, order.headers, status=200 if job.is_terminal else 202)


def _refusal(job: Job) -> ServiceError:
    return error_of(job.problem or "")(job.problem_detail, errors=job.problem_errors)


async def replayed(job_id: str, order: Order, services: Services) -> Response:
    """The job that an earlier request with this key made. Raises JobErased, JobNotFound, StoreUnavailable."""
    headers = {**order.headers, "Idempotency-Replayed": "true"}
    epoch = await services.durable.begin()
    async with services.wakeups.waiter(job_id) as waiter:
        # Confirmed again: the request that stored it may not have heard yet.
        job = await confirmed(await find_job(job_id, order.client, services), epoch, services)
        if services.settings.require_durable and durability_of(job) is Durability.MEMORY:
            raise NotDurable
        if order.wait_s is not None:
            job = await wait_for_end(job, waiter, order.wait_s, services.store)
    return await job_answer(job, services, headers, status=200 if order.wait_s and job.is_terminal else 202)
