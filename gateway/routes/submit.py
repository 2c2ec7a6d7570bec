"""POST /v1/jobs: a text, documents or a file become a job."""

from typing import Annotated, Final

from fastapi import APIRouter, Header, Request, Response
from pydantic import Field

from gateway.admission import admit
from gateway.audit.noting import Audit
from gateway.dependencies import Client, Context
from gateway.file_submission import is_upload, receive
from gateway.idempotency import abandon, begin
from gateway.job_request import JobRequest, parse
from gateway.order import Order, freeing_key, replayed, stored, stored_file
from gateway.preferences import CancelAfterHeader, PreferHeader, cancel_after_ms, wait_s
from gateway.problem_responses import LOCATION, SUBMIT_HEADERS, problems
from gateway.services import Services
from gateway.submission import new_job_id
from gateway.submit_examples import REQUEST_BODY
from shared.errors import (
    BodyTooLarge,
    DeadlinePassed,
    FileTooLarge,
    IdempotencyInFlight,
    IdempotencyMismatch,
    InvalidRequest,
    InvalidText,
    JobErased,
    ModelUnavailable,
    NotDurable,
    NoWorker,
    QueueFull,
    RequestTimeout,
    StoreUnavailable,
    TemplateNotFound,
    TextTooLong,
    TooManyDocuments,
    TooManyJobs,
    UndecipherablePayload,
    UnreadableFile,
    UnsupportedFile,
    WebhookUrlRefused,
)
from shared.jobs.view import JobView

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

#: As `parse_key` has it.
_KEY: Final = r'^([!#-~][!-~]{0,254}|"([!#-\[\]-~]|\\["\\]){1,255}")$'
IdempotencyKeyHeader = Annotated[
    Annotated[str, Field(json_schema_extra={"pattern": _KEY})] | None,
    Header(
        description="For 24 hours the same key with the same body gives the same job (bare, or as a quoted string)."
    ),
]
_PROBLEMS: Final = (
    BodyTooLarge,
    DeadlinePassed,
    FileTooLarge,
    IdempotencyInFlight,
    IdempotencyMismatch,
    InvalidRequest,
    InvalidText,
    JobErased,
    ModelUnavailable,
    NotDurable,
    NoWorker,
    QueueFull,
    StoreUnavailable,
    TemplateNotFound,
    TextTooLong,
    TooManyDocuments,
    TooManyJobs,
    UndecipherablePayload,
    UnreadableFile,
    UnsupportedFile,
    RequestTimeout,
    WebhookUrlRefused,
)


@router.post(
    "",
    status_code=202,
    response_model=JobView,
    summary="Queue a text, documents or a file",
    openapi_extra={"requestBody": REQUEST_BODY},
    responses={
        200: {
            "model": JobView,
            "description": "With `Prefer: wait=N`: the job ended in time.",
            "headers": SUBMIT_HEADERS,
        },
        202: {"description": "Queued.", "headers": {**SUBMIT_HEADERS, **LOCATION}},
        **problems(*_PROBLEMS),
    },
)
async def post_job(
    request: Request,
    services: Context,
    client: Client,
    auditor: Audit,
    prefer: PreferHeader = None,
    cancel_after: CancelAfterHeader = None,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response:
    order = Order(
        client=client,
        auditor=auditor,
        idempotency_key=idempotency_key,
        cancel_after_ms=cancel_after_ms(cancel_after),
        wait_s=wait_s(prefer, services.settings.max_wait_s),
        prefer=prefer,
    )
    if is_upload(request):
        return await _post_file(request, order, services)
    job_id, body = new_job_id(), await request.body()
    begun = await begin(idempotency_key, client, body, job_id, services)
    if begun.is_replay:
        return await replayed(begun.job_id, order, services)
    async with freeing_key(begun.job_id, order, services):
        admitted = await admit(parse(JobRequest, body), begun.job_id, client, services)
        return await stored(admitted, order, services)


async def _post_file(request: Request, order: Order, services: Services) -> Response:
    received = await receive(request, new_job_id(), order.client, services)
    begun = await begin(order.idempotency_key, order.client, received.fingerprint, received.job_id, services)
    if not begun.is_replay and begun.job_id != received.job_id:
        # Taken over from a request that died; but these pieces are sealed for an id of their own.
        await abandon(order.idempotency_key, order.client, begun.job_id, services)
        begun = await begin(order.idempotency_key, order.client, received.fingerprint, received.job_id, services)
    if begun.is_replay:
        await received.drop(services)
        return await replayed(begun.job_id, order, services)
    async with freeing_key(begun.job_id, order, services):
        return await stored_file(await received.admit(services), order, services)
