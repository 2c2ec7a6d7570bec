"""The OpenAPI document: FastAPI's own, and what all answers have in common, which it does not know of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi import FastAPI

from gateway.problem_responses import Problem, problem_examples
from gateway.schema_facts import add_facts
from gateway.submit_examples import SCHEMAS

_SCHEMAS_AT: Final = "#/components/schemas/{model}"
#: Of every answer.
_HEADERS: Final[dict[str, Any]] = {
    "X-Request-Id": {"schema": {"type": "string"}, "description": "What to quote in a question.", "required": True},
}
_NO_STORE: Final[dict[str, Any]] = {
    "Cache-Control": {"schema": {"const": "no-store"}, "description": "Not to be kept.", "required": True},
}
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
            _complete(made_by_fastapi())
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
    for _, path, operation in operations(document):
        for parameter in operation.get("parameters", ()):
            _correct(parameter)
        for status, response in operation["responses"].items():
            _add_headers(path, status, response)
    _link(document)


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


def _add_headers(path: str, status: str, response: dict[str, Any]) -> None:
    is_kept = path in _PUBLIC and status.startswith("2")
    response["headers"] = {**_HEADERS, **({} if is_kept else _NO_STORE), **response.get("headers", {})}


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
