"""A job as the body of an answer, with the headers that go with it."""

from fastapi import Response
from fastapi.responses import JSONResponse

from gateway.job_view import seen, seen_at
from gateway.preferences import is_known
from gateway.queue_rates import retry_after_s
from gateway.services import Services
from shared.jobs.job import Job
from shared.jobs.transitions import Submitted
from shared.jobs.view import JobView


async def submitted_answer(submitted: Submitted, services: Services, headers: dict[str, str]) -> Response:
    """202: queued."""
    return _answer(submitted.job, await seen_at(submitted.job, submitted.position, services), 202, headers)


async def job_answer(
    job: Job, services: Services, headers: dict[str, str], *, status: int = 200, if_none_match: str | None = None
) -> Response:
    """The job as it is; 304 without a body where the client has it."""
    return _answer(job, await seen(job, services), status, headers, if_none_match)


def _answer(
    job: Job, shown: JobView, status: int, headers: dict[str, str], if_none_match: str | None = None
) -> Response:
    # A queued job moves up without a change of its record.
    place = f"-{shown.queue.position}" if shown.queue else ""
    etag = f'"{job.revision}{place}"'
    headers = {"ETag": etag, "Cache-Control": "no-store", **headers}
    if not job.is_terminal:
        headers["Retry-After"] = str(retry_after_s(shown.queue.estimated_wait_s if shown.queue else None))
    if is_known(if_none_match, etag):
        return Response(status_code=304, headers=headers)
    if status == 202:
        headers["Location"] = shown.links.self
    return JSONResponse(shown.model_dump(mode="json"), status, headers=headers)
