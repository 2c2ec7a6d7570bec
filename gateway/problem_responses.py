"""The errors of a route, for its part of the OpenAPI document."""

from typing import Any, Final

from pydantic import BaseModel

from gateway.problems import MEDIA_TYPE
from shared.errors import ServiceError, problem_uri


class FieldProblem(BaseModel):
    pointer: str
    detail: str


class Problem(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[FieldProblem] | None = None


def _header(description: str, kind: str = "string") -> dict[str, Any]:
    return {"schema": {"type": kind}, "description": description}


#: Headers of an answer that is a job.
JOB_HEADERS: Final[dict[str, Any]] = {
    "ETag": _header("Of this version of the job; for If-None-Match."),
    "Retry-After": _header("Seconds after which to look again, while the job has not ended.", "integer"),
    "Preference-Applied": _header("What of the Prefer header was done."),
}
#: Headers of an answer to a submit.
SUBMIT_HEADERS: Final[dict[str, Any]] = {
    **JOB_HEADERS,
    "Location": _header("The job's address."),
    "Idempotency-Replayed": _header("`true` where an earlier request with this key made the job."),
}


def problems(*errors: type[ServiceError]) -> dict[int | str, dict[str, Any]]:
    """FastAPI's `responses` for these errors, those of one status together."""
    by_status: dict[int | str, dict[str, Any]] = {}
    for error in errors:
        entry = by_status.setdefault(error.status, {"description": "", "content": {MEDIA_TYPE: {"examples": {}}}})
        content = entry["content"][MEDIA_TYPE]
        content["schema"] = Problem.model_json_schema()
        content["examples"][error.problem] = {"value": _example(error)}
        entry["description"] = ", ".join(filter(None, (entry["description"], error.title)))
        if error.retry_after_s is not None:
            entry["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
    return by_status


def _example(error: type[ServiceError]) -> dict[str, Any]:
    return {
        "type": problem_uri(error.problem),
        "title": error.title,
        "status": error.status,
        "detail": error().detail,
        "instance": "urn:request:req_0123456789abcdef01234567",
        "request_id": "req_0123456789abcdef01234567",
    }
