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
    error_of,
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


def header(description: str, kind: str = "string", *, is_always_there: bool = False) -> dict[str, Any]:
    """A header of an answer, for the document."""
    return {"schema": {"type": kind}, "description": description, "required": is_always_there}


_SEEN: Final[dict[str, Any]] = {
    "ETag": header("Of this version of the job; for If-None-Match.", is_always_there=True),
    "Retry-After": header("Seconds after which to look again, while the job has not ended.", "integer"),
}
#: Of what was made.
LOCATION: Final[dict[str, Any]] = {"Location": header("The address of what was made.", is_always_there=True)}
#: Headers of an answer that is a job.
JOB_HEADERS: Final[dict[str, Any]] = {**_SEEN, "Preference-Applied": header("What of the Prefer header was done.")}
#: Headers of an answer to a submit, beside Location.
SUBMIT_HEADERS: Final[dict[str, Any]] = {
    **JOB_HEADERS,
    "Idempotency-Replayed": header("`true` where an earlier request with this key made the job."),
}
#: Headers of a job that its submit could not wait for.
UNFINISHED_HEADERS: Final[dict[str, Any]] = {**_SEEN, **LOCATION}

#: Of a stream that is to be read as it comes.
STREAM_HEADERS: Final[dict[str, Any]] = {
    "X-Accel-Buffering": header("`no`: a proxy shall pass on what it has."),
}

#: Problems whose own sentence sends the reader to `errors`.
_FIELD_EXAMPLES: Final[Mapping[type[ServiceError], FieldError]] = {
    InvalidRequest: FieldError("/language", "Must be a string."),
    InvalidText: FieldError("/text", "The text is empty or blank; send at least one word."),
    DeadlinePassed: FieldError("/deadline", "Is in the past."),
    WebhookUrlRefused: FieldError("/webhook/url", "The URL has a fragment (#...), which is never sent."),
}


_EXAMPLE_AT: Final = "#/components/examples/"
_RESPONSE_AT: Final = "#/components/responses/"


def problems(*errors: type[ServiceError]) -> dict[int | str, dict[str, Any]]:
    """FastAPI's `responses` for these errors and for a fault of ours, those of one status together."""
    by_status: dict[int, list[type[ServiceError]]] = {}
    named: tuple[type[ServiceError], ...] = (*errors, ServiceError)
    for error in dict.fromkeys(named):
        by_status.setdefault(error.status, []).append(error)
    return {status: _response(found) for status, found in by_status.items()}


def add_problems(responses: dict[str, Any], components: dict[str, Any], errors: Iterable[type[ServiceError]]) -> None:
    """Adds them to an operation's `responses` in the document; what has one problem alone goes to `components`."""
    shared = components.setdefault("responses", {})
    by_status = {status: _named(response, shared) for status, response in responses.items()}
    for error in errors:
        by_status.setdefault(str(error.status), []).append(error)
    for status, named in by_status.items():
        if len(named) == 1:
            (error,) = named
            shared.setdefault(error.__name__, _response(named))
            responses[status] = {"$ref": _RESPONSE_AT + error.__name__}
        elif named:
            responses[status] = _response(list(dict.fromkeys(named)))


def _named(response: Mapping[str, Any], shared: Mapping[str, Any]) -> list[type[ServiceError]]:
    whole = shared[response["$ref"].removeprefix(_RESPONSE_AT)] if "$ref" in response else response
    return [error_of(name) for name in whole.get("content", {}).get(MEDIA_TYPE, {}).get("examples", {})]


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
            "Retry-After": header("Seconds after which to try again.", "integer", is_always_there=all(waits))
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
