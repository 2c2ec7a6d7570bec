"""A job's life as server-sent events (WHATWG HTML, 9.2): what is told when, and how it is written."""

import asyncio
import re
from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Final

from fastapi.sse import format_sse_event

from gateway.find import find_job
from gateway.job_view import seen
from gateway.services import Services
from shared.errors import JobErased, JobNotFound, StoreUnavailable
from shared.jobs.job import Job

#: Between two looks at a job: bursts of progress become one event. A stream has at most five events a second, its last
#: one included, which does not wait.
_PAUSE_S: Final = 0.25
HEARTBEAT: Final = b": heartbeat\n\n"

_EVENT_ID: Final = re.compile(r"\d{1,15}", re.ASCII)


class EventKind(StrEnum):
    #: Sent first, and when the state changes.
    STATE = "state"
    #: More documents are done.
    PROGRESS = "progress"
    #: The last one.
    FINISHED = "finished"


def event_of(before: Job | None, job: Job) -> EventKind | None:
    """What to tell somebody who was told about `before`, when it ran; None: nothing."""
    if job.is_terminal:
        return EventKind.FINISHED
    if before is None or job.state is not before.state:
        return EventKind.STATE
    if (job.total, job.succeeded, job.failed) != (before.total, before.succeeded, before.failed):
        return EventKind.PROGRESS
    return None


def frame(kind: EventKind, revision: int, data: str) -> bytes:
    """`data`: one line."""
    return format_sse_event(event=kind, data_str=data, id=str(revision))


def last_seen(header: str | None, job: Job) -> int | None:
    """The revision that `Last-Event-ID` names; None where it names none that this job has had."""
    if header is None or not _EVENT_ID.fullmatch(header) or int(header) > job.revision:
        return None
    return int(header)


async def events(job_id: str, client: str, seen_revision: int | None, services: Services) -> AsyncIterator[bytes]:
    """Frames until the job has ended, is gone, or the process stops; heartbeats in between."""
    now, heartbeat_s = asyncio.get_running_loop().time, services.settings.sse_heartbeat_s
    beat_at = now() + heartbeat_s
    before: Job | None = None
    async with services.wakeups.watcher(job_id) as waiter:
        while not waiter.is_dismissed:
            try:
                job = await find_job(job_id, client, services)
                is_seen = before is None and job.revision == seen_revision
                kind = None if is_seen else event_of(before, job)
                data = (await seen(job, services)).model_dump_json() if kind else ""
            except (JobNotFound, JobErased):
                return
            except StoreUnavailable:
                # The look is made again at the next wake, or the next heartbeat at the latest.
                kind = None
            else:
                before = job
            if kind:
                yield frame(kind, job.revision, data)
                beat_at = now() + heartbeat_s
            if kind is EventKind.FINISHED:
                return
            await waiter.pause(_PAUSE_S)
            if not await waiter.woken(beat_at - now()):
                yield HEARTBEAT
                beat_at = now() + heartbeat_s
