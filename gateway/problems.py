"""Errors as `application/problem+json` (RFC 9457). No body repeats what the client sent."""

import json
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from shared.errors import FieldError, InvalidRequest, ServiceError, problem_uri

MEDIA_TYPE: Final = "application/problem+json"
#: A body of 10,000 wrong documents has as many errors; nobody reads them.
_MOST_ERRORS: Final = 100

#: pydantic's error types in our words; its own messages may repeat the input, so none is passed on.
_DETAILS: Final[Mapping[str, str]] = {
    "missing": "This field is required.",
    "string_type": "Must be a string.",
    "int_type": "Must be a whole number.",
    "bool_type": "Must be true or false.",
    "dict_type": "Must be an object.",
    "model_type": "Must be an object.",
    "model_attributes_type": "Must be an object.",
    "list_type": "Must be an array.",
    "tuple_type": "Must be an array.",
    "json_invalid": "The body is not valid JSON.",
    "extra_forbidden": "This field is not known; see /docs.",
    "string_too_short": "Must not be empty.",
    "string_too_long": "Is too long.",
    "string_unicode": "Must be valid Unicode.",
    "union_tag_not_found": "Must have a name.",
    "text_or_documents": "Send either text or documents.",
    "rfc_3339": "Must be a date and time as RFC 3339 has them, with a time zone: Z, or as in +01:00.",
    "datetime_from_date_parsing": "There is no such date.",
}
_METHODS: Final = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
#: A word that a client may be shown again: the name of a parameter or an entity type, a place in a list; not a text.
_PLAIN_NAME: Final = re.compile(r"[a-z_]{1,40}|[A-Z][A-Z0-9_]{0,63}|\d{1,9}", re.ASCII)


def problem(
    status: int,
    kind: str,
    title: str,
    detail: str,
    *,
    request: Request,
    errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """One response shape for every error."""
    request_id = request.scope.get("state", {}).get("request_id", "")
    body = _body(status, kind, title, detail, request_id=request_id, errors=errors)
    return Response(body, status, headers={"Cache-Control": "no-store", **(headers or {})}, media_type=MEDIA_TYPE)


def of_error(error: ServiceError, request: Request) -> Response:
    return problem(
        error.status,
        error.problem,
        error.title,
        error.detail,
        request=request,
        errors=error.errors,
        headers=retry_headers(error),
    )


def retry_headers(error: ServiceError) -> dict[str, str]:
    return {} if error.retry_after_s is None else {"Retry-After": str(error.retry_after_s)}


def written(error: ServiceError, request_id: str) -> bytes:
    """The body alone, where there is no request."""
    return _body(error.status, error.problem, error.title, error.detail, request_id=request_id, errors=error.errors)


def _body(status: int, kind: str, title: str, detail: str, *, request_id: str, errors: Sequence[FieldError]) -> bytes:
    body: dict[str, Any] = {
        "type": kind if kind == "about:blank" else problem_uri(kind),
        "title": title,
        "status": status,
        "detail": detail,
        # Not the path: a client may have put a name into it.
        "instance": f"urn:request:{request_id}",
        "request_id": request_id,
    }
    if errors:
        shown = errors[:_MOST_ERRORS]
        body["errors"] = [{"pointer": each.pointer, "detail": each.detail} for each in shown]
    return json.dumps(body).encode()


def install(app: FastAPI) -> None:
    """Every way in which a route can fail gives a problem; faults that nobody expected are `Edge`'s."""

    async def service(request: Request, error: Exception) -> Response:
        assert isinstance(error, ServiceError)  # noqa: S101  narrows the type that Starlette dispatched on
        return of_error(error, request)

    async def validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101  narrows the type that Starlette dispatched on
        return of_error(InvalidRequest(errors=field_errors(error.errors())), request)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101  narrows the type that Starlette dispatched on
        headers = dict(error.headers or {})
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = _allowed(request)
        if error.status_code == HTTPStatus.BAD_REQUEST:
            # FastAPI's answer to a body that is not JSON at all (bad UTF-8, nested too deeply).
            return of_error(InvalidRequest(errors=(FieldError("", _DETAILS["json_invalid"]),)), request)
        # Starlette puts nothing of the client's into its own details.
        return problem(
            error.status_code,
            "about:blank",
            error.detail,
            f"{error.detail}; see /docs.",
            request=request,
            headers=headers,
        )

    app.add_exception_handler(ServiceError, service)
    app.add_exception_handler(RequestValidationError, validation)
    app.add_exception_handler(HTTPException, http)


def _allowed(request: Request) -> str:
    """All methods of a place: Starlette names those of the first route that it finds there (RFC 9110, 10.2.1)."""
    routes = request.app.routes
    return ", ".join(
        method
        for method in _METHODS
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    )


def field_errors(errors: Sequence[Any]) -> tuple[FieldError, ...]:
    """pydantic's errors as pointers and sentences of ours. Names of unknown fields are the client's, so left out."""
    found = []
    for error in errors:
        location = [_shown(str(part)) for part in error["loc"] if part != "body"]
        kind = error["type"]
        if kind == "json_invalid":
            location = []
        found.append(FieldError("".join(f"/{part}" for part in location), _detail(error)))
    return tuple(dict.fromkeys(found))


def _detail(error: Any) -> str:
    kind, context = error["type"], error.get("ctx") or {}
    words = {
        "literal_error": f"Must be one of {context.get('expected')}.",
        "enum": f"Must be one of {context.get('expected')}.",
        "greater_than_equal": f"Must be at least {context.get('ge')}.",
        "string_pattern_mismatch": f"Must match {context.get('pattern')}",
        "less_than_equal": f"Must be at most {context.get('le')}.",
        "too_long": f"Must not have more than {context.get('max_length')} entries.",
        "union_tag_invalid": _unknown_tag(str(context.get("tag")), context.get("expected_tags")),
        "unknown_entity_type": f"GET /v1/entity-types does not list the type {_shown(str(context.get('name')))}.",
        "unusable_pattern": f"The pattern {context.get('name')}.",
        # Raised by our own validators, whose messages hold no input.
        "value_error": str(context.get("error", "Is not valid; see /docs.")),
    }
    return _DETAILS.get(kind) or words.get(kind, "Is not valid; see /docs.")


def _shown(name: str) -> str:
    return name if _PLAIN_NAME.fullmatch(name) else "*"


def _unknown_tag(tag: str, expected: Any) -> str:
    named = f"{tag} is unknown; it" if _PLAIN_NAME.fullmatch(tag) else "It"
    return f"{named} must be one of {expected}."
