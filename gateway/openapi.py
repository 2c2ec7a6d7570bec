"""The OpenAPI document: FastAPI's own, and what all answers have in common, which it does not know of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi import FastAPI

from gateway.access.documentation import add_access, refusals
from gateway.problem_responses import Problem, add_problems, problem_examples
from gateway.schema_facts import add_facts
from gateway.submit_examples import SCHEMAS
from shared.errors import (
    BodyTooLarge,
    HeadersTooLarge,
    HostNotServed,
    JsonTooComplex,
    MalformedRequest,
    RequestTimeout,
    ServiceError,
    TargetTooLong,
    TooManyConnections,
    UnknownVersion,
)

_SCHEMAS_AT: Final = "#/components/schemas/{model}"
_HEADER_AT: Final = "#/components/headers/"
#: Of every answer. Those of gateway/protection/security_headers.py, which are for browsers, are not written down here.
_REQUEST_ID: Final = "X-Request-Id"
#: Of every answer that is not `_PUBLIC`.
_CACHE_CONTROL: Final = "Cache-Control"
_HEADERS: Final[dict[str, Any]] = {
    _REQUEST_ID: {"schema": {"type": "string"}, "description": "What to quote in a question.", "required": True},
    _CACHE_CONTROL: {"schema": {"const": "no-store"}, "description": "Not to be kept.", "required": True},
}
#: What gateway/protection refuses before a route is asked: whatever the operation, below these places not, and where
#: there is a body.
_REFUSED: Final = (MalformedRequest, RequestTimeout, TargetTooLong, HeadersTooLarge)
_REFUSED_BUT_FOR_HEALTH: Final = (HostNotServed, TooManyConnections)
_HEALTH: Final = "/health/"
_REFUSED_BODY: Final = (BodyTooLarge, JsonTooComplex)
#: Where records of jobs are read; while a new version is being put in place, one may be of that.
_JOBS: Final = ("/entities", "/v1/jobs", "/v1/dead-letters")
#: Their answers hold nothing of a client's; a problem is never kept.
_PUBLIC: Final = frozenset({"/health/live", "/health/ready", "/v1/models", "/v1/entity-types", "/v1/webhook-keys"})


@dataclass(frozen=True, slots=True)
class _Way:
    """From an operation's answers to the operations at a place and below it that take these parameters."""

    method: str
    path: str
    statuses: tuple[str, ...]
    to: str
    parameters: Mapping[str, str]


_JOB: Final = {"job_id": "$response.body#/id"}
_NAME: Final = {"name": "$request.path.name"}
_ENDPOINT: Final = {"endpoint_id": "$request.path.endpoint_id"}
_DELIVERY: Final = {"job_id": "$request.path.job_id", "delivery_id": "$response.body#/deliveries/0/id"}
_WAYS: Final = (
    _Way("post", "/v1/jobs", ("200", "202"), "/v1/jobs/{job_id}", _JOB),
    _Way("post", "/entities", ("202",), "/v1/jobs/{job_id}", _JOB),
    _Way("get", "/v1/jobs/{job_id}/deliveries", ("200",), "/v1/jobs/{job_id}/deliveries", _DELIVERY),
    _Way("put", "/v1/templates/{name}", ("200", "201"), "/v1/templates/{name}", _NAME),
    _Way(
        "put", "/v1/webhook-endpoints/{endpoint_id}", ("200", "201"), "/v1/webhook-endpoints/{endpoint_id}", _ENDPOINT
    ),
)

Operation = dict[str, Any]


def install(app: FastAPI) -> None:
    """Replaces `app.openapi`; the document is made once."""
    made_by_fastapi = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = made_by_fastapi()
            _complete(document)
            add_access(document, asks_for_keys=app.state.services.pepper is not None)
        return made_by_fastapi()

    # FastAPI's own way to extend the document is to replace this method.
    app.openapi = openapi  # type: ignore[method-assign]


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, Operation]]:
    """Method, path and operation."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def _complete(document: dict[str, Any]) -> None:
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    # The routes whose bodies FastAPI does not read name these, and problems are made outside of its routes.
    for name, schema in {**SCHEMAS, "Problem": Problem.model_json_schema(ref_template=_SCHEMAS_AT)}.items():
        schema.pop("$defs", None)
        schemas.setdefault(name, schema)
    add_facts(schemas)
    document["components"]["examples"] = problem_examples()
    components = document["components"]
    components["headers"] = _HEADERS
    for method, path, operation in operations(document):
        add_problems(operation["responses"], components, _refused(method, path, operation))
        for parameter in operation.get("parameters", ()):
            _correct(parameter)
        for status, response in operation["responses"].items():
            _add_headers(response, is_kept=path in _PUBLIC and status.startswith("2"))
    for response in components["responses"].values():
        _add_headers(response, is_kept=False)
    _link(document)


def _refused(method: str, path: str, operation: Operation) -> Iterator[type[ServiceError]]:
    yield from _REFUSED
    yield from refusals(method, path)
    if not path.startswith(_HEALTH):
        yield from _REFUSED_BUT_FOR_HEALTH
    if path.startswith(_JOBS):
        yield UnknownVersion
    if "requestBody" in operation:
        yield from _REFUSED_BODY
    elif method != "get":
        yield BodyTooLarge


def _correct(parameter: dict[str, Any]) -> None:
    """FastAPI writes headers in small letters, and says of a parameter that may be missing that it may be null."""
    if parameter["in"] == "header":
        parameter["name"] = "-".join(word.capitalize() for word in parameter["name"].split("-"))
    schema = parameter["schema"]
    schema.pop("description", None)
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1:
        del schema["anyOf"]
        schema |= kinds[0]


def _add_headers(response: dict[str, Any], *, is_kept: bool) -> None:
    if "$ref" in response:
        return
    names = (_REQUEST_ID,) if is_kept else (_REQUEST_ID, _CACHE_CONTROL)
    common = {name: {"$ref": _HEADER_AT + name} for name in names}
    response["headers"] = {**common, **response.get("headers", {})}


def _link(document: dict[str, Any]) -> None:
    """Where to go on with what was made."""
    links: dict[str, Any] = document["components"].setdefault("links", {})
    for way in _WAYS:
        for _, path, operation in operations(document):
            if (path != way.to and not path.startswith(f"{way.to}/")) or path.count("{") != len(way.parameters):
                continue
            name = operation["operationId"]
            links[name] = {"operationId": name, "parameters": dict(way.parameters)}
            source = document["paths"][way.path][way.method]["responses"]
            for status in way.statuses:
                source[status].setdefault("links", {})[name] = {"$ref": f"#/components/links/{name}"}
