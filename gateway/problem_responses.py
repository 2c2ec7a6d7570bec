"""The errors of a route, for its part of the OpenAPI document."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import BaseModel, Field

from gateway.problems import MEDIA_TYPE
from shared.errors import (
    DeadlinePassed,
    FieldError,
    InvalidRequest,
    InvalidText,
    ServiceError,
    WebhookUrlRefused,
    all_errors,
    problem_uri,
)
from shared.jobs.view import FieldProblem


class Problem(BaseModel):
    """RFC 9457."""

    type: str = Field(description="A name, not a page; docs/problems.md explains each.")
    title: str
    status: int
    detail: str = Field(description="What to do; repeats nothing of the request.")
    instance: str
    request_id: str = Field(description="What to quote; also in X-Request-Id.")
    errors: list[FieldProblem] | None = Field(
        default=None, description="Where in the request; absent where there is nothing to point to."
    )


def _header(description: str, kind: str = "string", *, is_always_there: bool = False) -> dict[str, Any]:
    return {"schema": {"type": kind}, "description": description, "required": is_always_there}


_SEEN: Final[dict[str, Any]] = {
    "ETag": _header("Of this version of the job; for If-None-Match.", is_always_there=True),
    "Retry-After": _header("Seconds after which to look again, while the job has not ended.", "integer"),
}
#: Of what was made.
LOCATION: Final[dict[str, Any]] = {"Location": _header("The address of what was made.", is_always_there=True)}
#: Headers of an answer that is a job.
JOB_HEADERS: Final[dict[str, Any]] = {**_SEEN, "Preference-Applied": _header("What of the Prefer header was done.")}
#: Headers of an answer to a submit, beside Location.
SUBMIT_HEADERS: Final[dict[str, Any]] = {
    **JOB_HEADERS,
    "Idempotency-Replayed": _header("`true` where an earlier request with this key made the job."),
}
#: Headers of a job that its submit could not wait for.
UNFINISHED_HEADERS: Final[dict[str, Any]] = {**_SEEN, **LOCATION}

#: Problems whose own sentence sends the reader to `errors`.
_FIELD_EXAMPLES: Final[Mapping[type[ServiceError], FieldError]] = {
    InvalidRequest: FieldError("/language", "Must be a string."),
    InvalidText: FieldError("/text", "The text is empty or blank; send at least one word."),
    DeadlinePassed: FieldError("/deadline", "Is in the past."),
    WebhookUrlRefused: FieldError("/webhook/url", "The URL has a fragment (#...), which is never sent."),
}


_EXAMPLE_AT: Final = "#/components/examples/"


def problems(*errors: type[ServiceError]) -> dict[int | str, dict[str, Any]]:
    """FastAPI's `responses` for these errors and for a fault of ours, those of one status together."""
    by_status: dict[int, list[type[ServiceError]]] = {}
    named: tuple[type[ServiceError], ...] = (*errors, ServiceError)
    for error in dict.fromkeys(named):
        by_status.setdefault(error.status, []).append(error)
    return {status: _response(found) for status, found in by_status.items()}


def problem_examples() -> dict[str, Any]:
    """For the document's components: one of each problem."""
    return {error.problem: {"value": _example(error)} for error in all_errors()}


def _response(errors: list[type[ServiceError]]) -> dict[str, Any]:
    response: dict[str, Any] = {
        "description": ", ".join(error.title for error in errors),
        "content": {
            MEDIA_TYPE: {
                "schema": _schema(error.problem for error in errors),
                "examples": {error.problem: {"$ref": _EXAMPLE_AT + error.problem} for error in errors},
            }
        },
    }
    waits = [error.retry_after_s is not None for error in errors]
    if any(waits):
        response["headers"] = {
            "Retry-After": _header("Seconds after which to try again.", "integer", is_always_there=all(waits))
        }
    return response


def _schema(names: Iterable[str]) -> dict[str, Any]:
    """A problem of one of these types."""
    types = {"type": {"enum": [problem_uri(name) for name in names]}}
    return {"allOf": [{"$ref": "#/components/schemas/Problem"}, {"properties": types}]}


def _example(error: type[ServiceError]) -> dict[str, Any]:
    example: dict[str, Any] = {
        "type": problem_uri(error.problem),
        "title": error.title,
        "status": error.status,
        "detail": error().detail,
        "instance": "urn:request:req_0123456789abcdef01234567",
        "request_id": "req_0123456789abcdef01234567",
    }
    field = _FIELD_EXAMPLES.get(error)
    if field is not None:
        example["errors"] = [{"pointer": field.pointer, "detail": field.detail}]
    return example
