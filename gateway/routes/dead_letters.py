"""Jobs that their worker did not outlive: looked at, and done again. For an operator, over all clients."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from gateway.audit.noting import Audit
from gateway.dependencies import Context
from gateway.find import JobId
from gateway.problem_responses import LOCATION, problems
from gateway.replay import replay
from shared.clock import rfc3339
from shared.errors import (
    DeadLetterNotFound,
    IdempotencyInFlight,
    InvalidRequest,
    ModelUnavailable,
    NotDurable,
    NoWorker,
    QueueFull,
    RateLimited,
    StoreUnavailable,
    TooManyJobs,
    UndecipherablePayload,
    problem_uri,
)
from shared.jobs.dead_letters import REPLAY_OF, REPLAYED_AS, list_dead_letters
from shared.jobs.job import Job
from shared.jobs.states import State

router = APIRouter(prefix="/v1/dead-letters", tags=["operation"])

_NO_STORE: Final = {"Cache-Control": "no-store"}


class DeadLetterView(BaseModel):
    """Nothing of what the client sent."""

    id: str
    client: str
    model: str
    problem: str = Field(description="Its type.")
    attempts: int
    documents: int
    characters: int
    created_at: str
    failed_at: str
    expires_at: str = Field(description="Until then it is kept, payload and all, and can be done again.")
    replay_of: str | None = Field(description="The dead letter that it was made from.")
    replayed_as: str | None = Field(description="The job that was made from it.")


class DeadLettersView(BaseModel):
    dead_letters: list[DeadLetterView]
    next_cursor: str | None = Field(description="For `cursor`; null at the end.")


class ReplayView(BaseModel):
    id: str = Field(description="Of the new job, which is the same client's.")
    state: State
    replay_of: str


@router.get(
    "",
    response_model=DeadLettersView,
    summary="Jobs that their worker did not outlive, newest first",
    responses=problems(InvalidRequest, StoreUnavailable),
)
async def get_dead_letters(
    services: Context,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=200, description="`next_cursor` of the page before.")] = None,
) -> Response:
    """Each failed with `poison`, `timed-out` or `out-of-memory` after MAX_ATTEMPTS."""
    page = await services.store.run(list_dead_letters(before=cursor, limit=limit))
    shown = DeadLettersView(dead_letters=[_view(job) for job in page.jobs], next_cursor=page.next)
    return JSONResponse(shown.model_dump(mode="json"), headers=_NO_STORE)


@router.post(
    "/{job_id}/replay",
    status_code=202,
    response_model=ReplayView,
    summary="Have it done again, as a new job",
    responses={
        202: {"headers": LOCATION},
        **problems(
            InvalidRequest,
            DeadLetterNotFound,
            IdempotencyInFlight,
            ModelUnavailable,
            NoWorker,
            NotDurable,
            QueueFull,
            RateLimited,
            TooManyJobs,
            StoreUnavailable,
            UndecipherablePayload,
        ),
    },
)
async def post_replay(job_id: JobId, services: Context, auditor: Audit) -> Response:
    """Of the same client, with its options, metadata and webhook. Asked for again, it gives the same new job."""
    job = await replay(job_id, auditor, services)
    view = ReplayView(id=job.id, state=job.state, replay_of=job_id)
    headers = {**_NO_STORE, "Location": f"/v1/jobs/{job.id}"}
    return JSONResponse(view.model_dump(mode="json"), status_code=202, headers=headers)


def _view(job: Job) -> DeadLetterView:
    return DeadLetterView(
        id=job.id,
        client=job.client,
        model=job.model,
        problem=problem_uri(job.problem or ""),
        attempts=job.attempts,
        documents=job.total,
        characters=job.characters,
        created_at=rfc3339(job.created_ms) or "",
        failed_at=rfc3339(job.finished_ms) or "",
        expires_at=rfc3339(job.expires_ms) or "",
        replay_of=_id(job, REPLAY_OF),
        replayed_as=_id(job, REPLAYED_AS),
    )


def _id(job: Job, field: str) -> str | None:
    name = job.fields.get(field.encode())
    return name.decode() if name else None
