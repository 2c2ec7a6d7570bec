"""Jobs: submit, look, wait, read the result."""

import re
from typing import Annotated, Final

from fastapi import APIRouter, Body, Path, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from gateway.dependencies import Context
from gateway.preferences import PreferHeader, applied, wait_s
from gateway.problem_responses import problems
from gateway.results import open_result, read_end
from gateway.submission import Services, check_text, new_job_id, submit_job, wait_for_end
from shared.errors import (
    BodyTooLarge,
    InvalidRequest,
    InvalidText,
    JobFailed,
    JobNotFinished,
    JobNotFound,
    ModelUnavailable,
    NoWorker,
    StoreUnavailable,
    TextTooLong,
)
from shared.jobs.job import Job
from shared.jobs.payload import Contract, Document, Payload, Result
from shared.jobs.transitions import read_job, read_position
from shared.jobs.view import JobView, view
from shared.options import Options

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

_ID: Final = re.compile(r"job_[0-9a-f]{32}", re.ASCII)
JobId = Annotated[str, Path(description="The id that the job was given.", max_length=200)]


class JobRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str
    language: str = Field(default="en", max_length=20, description='A served language, or "auto".')
    model_size: str = Field(default="sm", max_length=20, description="A size that GET /v1/models lists.")
    options: Options = Options()


_EXAMPLES = {
    "Plain": {"value": {"text": "Angela Merkel met Emmanuel Macron in Paris on 3 May 2019."}},
    "French, language found by itself": {"value": {"text": "Marie Curie est née à Varsovie.", "language": "auto"}},
    "Operators": {
        "value": {
            "text": "Write to jane.doe@example.org, or call Jane Doe at +44 20 7946 0958.",
            "options": {
                "operators": {"default": {"name": "replace", "numbered": True}, "PERSON": {"name": "pseudonym"}}
            },
        }
    },
}


@router.post(
    "",
    status_code=202,
    response_model=JobView,
    summary="Queue a text",
    responses={
        200: {"model": JobView, "description": "With `Prefer: wait=N`: the job ended in time."},
        **problems(
            InvalidRequest, InvalidText, ModelUnavailable, BodyTooLarge, TextTooLong, NoWorker, StoreUnavailable
        ),
    },
)
async def post_job(
    request: Annotated[JobRequest, Body(openapi_examples=_EXAMPLES)],
    services: Context,
    prefer: PreferHeader = None,
) -> Response:
    settings = services.settings
    check_text(request.text, settings)
    lane, served = await services.models.lane(request.language, request.model_size, fields=("language", "model_size"))
    payload = Payload(contract=Contract.ENGINE, documents=(Document(text=request.text),), options=request.options)
    job_id, wait = new_job_id(), wait_s(prefer, settings.max_wait_s)
    async with services.wakeups.waiter(job_id) as waiter:
        submitted, _ = await submit_job(job_id, lane, payload, served, services)
        if wait is None:
            return _answer(submitted.job, submitted.position, status=202)
        job = await wait_for_end(submitted.job, waiter, wait, services.store)
    return _answer(job, await _position(job, services), status=200 if job.is_terminal else 202, wait=wait)


@router.get(
    "/{job_id}",
    response_model=JobView,
    summary="A job, now or when it ends",
    responses=problems(InvalidRequest, JobNotFound, StoreUnavailable),
)
async def get_job(job_id: JobId, services: Context, prefer: PreferHeader = None) -> Response:
    wait = wait_s(prefer, services.settings.max_wait_s)
    if wait is None:
        job = await _find(job_id, services)
        return _answer(job, await _position(job, services), status=200)
    async with services.wakeups.waiter(job_id) as waiter:
        job = await wait_for_end(await _find(job_id, services), waiter, wait, services.store)
    return _answer(job, await _position(job, services), status=200, wait=wait)


@router.get(
    "/{job_id}/result",
    response_model=Result,
    summary="What came out",
    responses=problems(InvalidRequest, JobNotFound, JobNotFinished, JobFailed, StoreUnavailable),
)
async def get_result(job_id: JobId, services: Context) -> Response:
    if not _ID.fullmatch(job_id):
        raise JobNotFound
    job, box = await read_end(job_id, services.store)
    plain = open_result(job, box, services.key_ring.job(job.client, job.id, job.wrapped_key))
    return Response(plain, media_type="application/json", headers={"Cache-Control": "no-store"})


async def _find(job_id: str, services: Services) -> Job:
    job = await services.store.run(read_job(job_id)) if _ID.fullmatch(job_id) else None
    if job is None:
        raise JobNotFound
    return job


async def _position(job: Job, services: Services) -> int | None:
    return None if job.is_terminal else await services.store.run(read_position(job))


def _answer(job: Job, position: int | None, *, status: int, wait: float | None = None) -> Response:
    seen = view(job, position)
    headers = {"ETag": f'"{job.revision}"', "Cache-Control": "no-store", **applied(wait)}
    if status == 202:
        headers["Location"] = seen.links.self
    if not job.is_terminal:
        headers["Retry-After"] = "1"
    return JSONResponse(seen.model_dump(mode="json"), status, headers=headers)
