"""POST /entities: the original synchronous contract, unchanged for old clients; it goes through the queue and waits."""

import json
from typing import Annotated

from fastapi import APIRouter, Body, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from gateway.admission import check_text
from gateway.answers import job_answer
from gateway.audit.noting import Audit
from gateway.dependencies import Client, Context
from gateway.find import find_job
from gateway.problem_responses import UNFINISHED_HEADERS, problems
from gateway.results import open_page, read_end
from gateway.submission import Admitted, kept, new_job_id, store_unconfirmed
from shared.errors import (
    BodyTooLarge,
    InvalidRequest,
    InvalidText,
    JobErased,
    JobFailed,
    ModelUnavailable,
    NotDurable,
    NoWorker,
    QueueFull,
    StoreUnavailable,
    TextTooLong,
    TooManyJobs,
    UndecipherablePayload,
)
from shared.jobs.payload import Contract, Document, Payload
from shared.jobs.view import JobView

router = APIRouter(tags=["entities"])


class EntitiesRequest(BaseModel):
    """Fields that are not named here are ignored, as they always were."""

    text: str
    model_language: str = Field(default="en", max_length=20, description="A language that GET /v1/models lists.")
    model_size: str = Field(default="sm", max_length=20, description="A size that GET /v1/models lists.")


class OriginalEntity(BaseModel):
    start: int = Field(description="Code points from 0.")
    end: int = Field(description="Exclusive.")
    type: str = Field(description="spaCy's own label.")
    text: str


class EntitiesResponse(BaseModel):
    entities: list[OriginalEntity]
    anonymized_text: str = Field(description="Every character of every entity is X: the length is kept.")


_EXAMPLES = {
    "English": {"value": {"text": "Angela Merkel met Emmanuel Macron in Paris on 3 May 2019."}},
    "French": {"value": {"text": "Marie Curie est née à Varsovie.", "model_language": "fr", "model_size": "sm"}},
}


@router.post(
    "/entities",
    response_model=EntitiesResponse,
    summary="Find entities and mask them, synchronously",
    responses={
        202: {
            "model": JobView,
            "description": "Not done within SYNC_WAIT_S: the job, to be polled.",
            "headers": UNFINISHED_HEADERS,
        },
        **problems(
            InvalidRequest,
            InvalidText,
            ModelUnavailable,
            BodyTooLarge,
            TextTooLong,
            TooManyJobs,
            JobErased,
            JobFailed,
            NotDurable,
            NoWorker,
            QueueFull,
            StoreUnavailable,
            UndecipherablePayload,
        ),
    },
)
async def post_entities(
    request: Annotated[EntitiesRequest, Body(openapi_examples=_EXAMPLES)],
    services: Context,
    client: Client,
    auditor: Audit,
) -> Response:
    settings = services.settings
    check_text(request.text, settings)
    lane, served = await services.models.lane(
        request.model_language, request.model_size, fields=("model_language", "model_size")
    )
    payload = Payload(contract=Contract.ORIGINAL, documents=(Document(text=request.text),))
    job_id = new_job_id()
    cipher, wrapped_key = services.key_ring.new_job(client, job_id)
    async with services.wakeups.waiter(job_id) as waiter:
        admitted = Admitted(job_id, client, lane, payload, served, cipher, wrapped_key)
        await store_unconfirmed(admitted, auditor, services)
        async for _ in waiter.wakes(settings.sync_wait_s):
            job, page = await read_end(job_id, services.store)
            if job is None or job.is_terminal:
                break
        else:
            job, page = await read_end(job_id, services.store)
    if job is None:
        raise JobErased
    if not job.is_terminal:
        epoch = await services.durable.begin()
        job = await kept(await find_job(job_id, client, services), epoch, services)
        return await job_answer(job, services, {}, status=202)
    document = json.loads(open_page(job, page, cipher))
    entities = [{name: entity[name] for name in ("start", "end", "type", "text")} for entity in document["entities"]]
    return JSONResponse(
        {"entities": entities, "anonymized_text": document["anonymized_text"]}, headers={"Cache-Control": "no-store"}
    )
