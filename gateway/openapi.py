"""The OpenAPI document: FastAPI's own, and what all answers have in common, which it does not know of."""

from collections.abc import Iterator
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
#: Where a job is made, and the operations that take its id from the answer.
_MADE_AT: Final = (("/v1/jobs", "202"), ("/v1/jobs", "200"), ("/entities", "202"))
_JOB_PATH: Final = "/v1/jobs/{job_id}"

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
        _name_headers(operation)
        for status, response in operation["responses"].items():
            _add_headers(path, status, response)
    _link(document)


def _name_headers(operation: Operation) -> None:
    """FastAPI writes them in small letters."""
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "header":
            parameter["name"] = "-".join(word.capitalize() for word in parameter["name"].split("-"))


def _add_headers(path: str, status: str, response: dict[str, Any]) -> None:
    is_kept = path in _PUBLIC and status.startswith("2")
    response["headers"] = {**_HEADERS, **({} if is_kept else _NO_STORE), **response.get("headers", {})}


def _link(document: dict[str, Any]) -> None:
    """Where to go on with a job's id."""
    names = [
        operation["operationId"]
        for _, path, operation in operations(document)
        if path.startswith(_JOB_PATH) and path.count("{") == 1
    ]
    parameters = {"job_id": "$response.body#/id"}
    document["components"]["links"] = {name: {"operationId": name, "parameters": parameters} for name in names}
    for path, status in _MADE_AT:
        links = {name: {"$ref": f"#/components/links/{name}"} for name in names}
        document["paths"][path]["post"]["responses"][status]["links"] = links
