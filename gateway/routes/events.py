"""GET /v1/jobs/{id}/events: a job's state and progress as they change."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Response
from fastapi.responses import StreamingResponse

from gateway.audit.noting import Audit
from gateway.dependencies import Client, Context
from gateway.event_stream import EventKind, events, last_seen
from gateway.find import JobId, find_job
from gateway.problem_responses import STREAM_HEADERS, problems
from shared.audit import Action
from shared.errors import InvalidRequest, JobErased, JobNotFound, StoreUnavailable, UndecipherablePayload

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

_HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_EXAMPLE: Final = 'event: state\ndata: {"id":"job_...","state":"running",...}\nid: 2\n\n: heartbeat\n\n'
#: One event of the stream, as schemas speak of them.
_EVENT: Final = {
    "type": "object",
    "properties": {
        "event": {"enum": [kind.value for kind in EventKind]},
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {"$ref": "#/components/schemas/JobView"},
        },
        "id": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "required": ["event", "data", "id"],
}
_STREAM: Final[dict[str, Any]] = {
    "description": (
        "`state` at once and when the state changes, `progress` when more documents are done (at most five events a "
        "second), `finished` last. `data` is the job, `id` its revision."
    ),
    "content": {"text/event-stream": {"schema": _EVENT, "example": _EXAMPLE}},
    "headers": STREAM_HEADERS,
}


@router.get(
    "/{job_id}/events",
    response_class=StreamingResponse,
    summary="A job's state and progress as they change",
    responses={
        200: _STREAM,
        204: {
            "description": "`Last-Event-ID` is that of `finished`: nothing will follow.",
            "headers": STREAM_HEADERS,
        },
        **problems(InvalidRequest, JobNotFound, JobErased, StoreUnavailable, UndecipherablePayload),
    },
)
async def get_events(
    job_id: JobId,
    services: Context,
    client: Client,
    auditor: Audit,
    last_event_id: Annotated[
        str | None, Header(description="The last `id` that was read: what it told is not told again.")
    ] = None,
) -> Response:
    await services.store.run(auditor.asked(Action.READ_EVENTS, job_id))
    job = await find_job(job_id, client, services)
    seen_revision = last_seen(last_event_id, job)
    if job.is_terminal and seen_revision == job.revision:
        return Response(status_code=204, headers=_HEADERS)
    stream = events(job_id, client, seen_revision, services)
    return StreamingResponse(stream, headers=_HEADERS, media_type="text/event-stream")
