"""A job as its client sees it: the record, with its metadata opened and its place in the queue."""

import json
from typing import Any

from gateway.services import Services
from shared.cipher import Field
from shared.jobs.job import Job
from shared.jobs.reads import read_position
from shared.jobs.states import State
from shared.jobs.view import JobView, QueueView, view


async def seen(job: Job, services: Services) -> JobView:
    """Raises StoreUnavailable, UndecipherablePayload."""
    position = await services.store.run(read_position(job)) if job.state is State.QUEUED else None
    return await seen_at(job, position, services)


async def seen_at(job: Job, position: int | None, services: Services) -> JobView:
    """As `seen`, for a place in the queue that is known."""
    queue = None
    if position is not None:
        wait_s = await services.rates.wait_s(job.lane, position)
        queue = QueueView(position=position, estimated_wait_s=wait_s)
    return view(job, metadata_of(job, services), queue)


def metadata_of(job: Job, services: Services) -> dict[str, Any]:
    box = job.fields.get(b"metadata")
    if box is None:
        return {}
    cipher = services.key_ring.job(job.client, job.id, job.wrapped_key)
    return dict(json.loads(cipher.open(Field.METADATA, box)))
