"""Jobs: look, wait, list, cancel, erase. Submitting them has a file of its own."""

import base64
import binascii
import json
import re
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from gateway.answers import job_answer
from gateway.audit.noting import Audit
from gateway.dependencies import Client, Context, Identity
from gateway.find import JobId, find_job, is_job_id
from gateway.job_request import deadline_ms
from gateway.job_view import seen
from gateway.moments import Moment
from gateway.preferences import IfNoneMatchHeader, PreferHeader, applied, wait_s
from gateway.problem_responses import JOB_HEADERS, problems
from gateway.submission import wait_for_end
from shared.audit import Action
from shared.errors import (
    FieldError,
    InvalidRequest,
    JobErased,
    JobNotFound,
    StoreUnavailable,
    UndecipherablePayload,
)
from shared.jobs.reads import erase, list_jobs, read_event_client
from shared.jobs.receipt import make_late_receipt, make_receipt
from shared.jobs.states import State
from shared.jobs.transitions import cancel
from shared.jobs.view import JobView

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

_CURSOR: Final = re.compile(r"\d{1,18}", re.ASCII)
_MISSING: Final = (InvalidRequest, JobNotFound, JobErased, StoreUnavailable)
_PROBLEMS: Final = (*_MISSING, UndecipherablePayload)
Cursor = Annotated[str, Field(max_length=100)]


class JobsView(BaseModel):
    jobs: list[JobView] = Field(description="Newest first.")
    next_cursor: str | None = Field(description="For the next page; null at the end. A page before it may be short.")


class Signature(BaseModel):
    key_id: str
    value: str = Field(
        description="Base64: ed25519 over the bytes of `statement`, by one of `receipt_keys` of GET /v1/webhook-keys."
    )


class Receipt(BaseModel):
    statement: str = Field(
        description="JSON, exactly as it was signed: job_id, erased_at, erased_by (the API key), erased."
    )
    signature: Signature


@router.get(
    "",
    response_model=JobsView,
    summary="Jobs, newest first",
    responses=problems(InvalidRequest, StoreUnavailable, UndecipherablePayload),
)
async def get_jobs(
    services: Context,
    client: Client,
    state: Annotated[list[State] | None, Query(max_length=len(State), description="Of these states alone.")] = None,
    created_after: Annotated[Moment | None, Query(description="RFC 3339; this moment included.")] = None,
    created_before: Annotated[Moment | None, Query(description="RFC 3339; this moment included.")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[Cursor | None, Query(description="`next_cursor` of the page before.")] = None,
) -> Response:
    page = await services.store.run(
        list_jobs(
            client,
            before=_position(cursor),
            from_ms=deadline_ms(created_after),
            to_ms=deadline_ms(created_before),
            states=state or (),
            limit=limit,
        )
    )
    jobs = [await seen(job, services) for job in page.jobs]
    shown = JobsView(jobs=jobs, next_cursor=_cursor(page.next))
    return JSONResponse(shown.model_dump(mode="json"), headers={"Cache-Control": "no-store"})


@router.get(
    "/{job_id}",
    response_model=JobView,
    summary="A job, now or when it ends",
    responses={
        200: {"headers": JOB_HEADERS},
        304: {"description": "The client has this version.", "headers": JOB_HEADERS},
        **problems(*_PROBLEMS),
    },
)
async def get_job(
    job_id: JobId,
    services: Context,
    client: Client,
    prefer: PreferHeader = None,
    if_none_match: IfNoneMatchHeader = None,
) -> Response:
    wait = wait_s(prefer, services.settings.max_wait_s)
    if wait is None:
        job = await find_job(job_id, client, services)
    else:
        async with services.wakeups.waiter(job_id) as waiter:
            job = await wait_for_end(await find_job(job_id, client, services), waiter, wait, services.store)
    return await job_answer(job, services, applied(prefer, wait), if_none_match=if_none_match)


@router.post(
    "/{job_id}/cancel",
    response_model=JobView,
    summary="Stop a job",
    description="What is done already is kept: a job of several parts gives the results of those that ran. "
    "A job that has ended stays as it is.",
    responses={200: {"headers": JOB_HEADERS}, **problems(*_PROBLEMS)},
)
async def post_cancel(job_id: JobId, services: Context, client: Client, auditor: Audit) -> Response:
    await find_job(job_id, client, services)
    command = cancel(job_id, retention_ms=services.retention_ms)
    _, hints = await services.store.run(auditor.noted(command, Action.CANCEL, job_id))
    for hint in hints:
        services.publisher.publish(hint.lane, hint.unit)
    return await job_answer(await find_job(job_id, client, services), services, {})


@router.delete(
    "/{job_id}",
    response_model=Receipt,
    summary="Erase a job",
    description="Stops it if it runs; texts, result, files, metadata and the key they were encrypted with are gone at "
    "once. From then on the job's addresses answer 410. A job whose retention has run out can be "
    "erased as long as it has deliveries.",
    responses=problems(*_MISSING),
)
async def delete_job(job_id: JobId, services: Context, caller: Identity, auditor: Audit) -> Response:
    try:
        job = await find_job(job_id, caller.client, services)
        receipt, documents = make_receipt(job, by=caller.name, key_ring=services.key_ring), job.total
    except JobNotFound:
        if not is_job_id(job_id) or await services.store.run(read_event_client(job_id)) != caller.client:
            raise
        receipt, documents = make_late_receipt(job_id, by=caller.name, key_ring=services.key_ring), 0
    command = erase(
        job_id,
        caller.client.encode() + b"\n" + receipt,
        receipt_ms=int(services.settings.receipt_s * 1000),
        retention_ms=services.retention_ms,
    )
    kept = await services.store.run(auditor.noted(command, Action.ERASE, job_id, count=documents))
    if kept is None:
        raise JobNotFound
    body: dict[str, Any] = json.loads(kept.partition(b"\n")[2])
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


def _cursor(position: int | None) -> str | None:
    return None if position is None else base64.urlsafe_b64encode(str(position).encode()).decode().rstrip("=")


def _position(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    try:
        position = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        position = ""
    if not _CURSOR.fullmatch(position):
        raise InvalidRequest(errors=(FieldError("/query/cursor", "Is not a cursor of this service."),))
    return int(position)
