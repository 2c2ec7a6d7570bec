"""What keys, scopes and limits add to the OpenAPI document."""

from collections.abc import Iterator
from typing import Any, Final

from gateway.access.scopes import Level, Scope, need_of
from shared.errors import RateLimited, ScopeMissing, ServiceError, StoreUnavailable, Unauthenticated

_HEADER_AT: Final = "#/components/headers/"
_RESPONSE_AT: Final = "#/components/responses/"
_BEARER: Final = "bearer"
_HEADER: Final = "header"
_SCHEMES: Final[dict[str, Any]] = {
    _BEARER: {"type": "http", "scheme": "bearer", "bearerFormat": "ak_<id>_<secret>"},
    _HEADER: {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}
#: Of every answer to a client that has a limit (draft-ietf-httpapi-ratelimit-headers-10).
_RATE_HEADERS: Final[dict[str, Any]] = {
    "RateLimit-Policy": {
        "schema": {"type": "string"},
        "description": "How many requests at once, and the seconds in which as many more may come.",
        "example": '"requests";q=200;w=2',
    },
    "RateLimit": {
        "schema": {"type": "string"},
        "description": "How many requests are left, and the seconds until all of them are there again.",
        "example": '"requests";r=199;t=1',
    },
}
_CHALLENGE: Final[dict[str, Any]] = {
    "schema": {"type": "string"},
    "description": "What is missing (RFC 6750).",
    "example": 'Bearer realm="anonymization-api"',
    "required": True,
}
_CHALLENGES: Final = {str(Unauthenticated.status), str(ScopeMissing.status)}


def refusals(method: str, path: str) -> Iterator[type[ServiceError]]:
    """What gateway/access/entrance.py may answer before the route is asked."""
    need = need_of(method.upper(), path)
    if need is Level.PUBLIC:
        return
    yield from (Unauthenticated, RateLimited, StoreUnavailable)
    if isinstance(need, Scope):
        yield ScopeMissing


def add_access(document: dict[str, Any], *, asks_for_keys: bool) -> None:
    """Headers everywhere; that a key is needed only where it is."""
    components = document["components"]
    components["headers"] = {**components.get("headers", {}), **_RATE_HEADERS, "WWW-Authenticate": _CHALLENGE}
    if asks_for_keys:
        components["securitySchemes"] = _SCHEMES
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            need = need_of(method.upper(), path)
            if asks_for_keys:
                operation["security"] = [] if need is Level.PUBLIC else _requirements(need)
            if need is Level.PUBLIC:
                continue
            if isinstance(need, Scope):
                told = operation.get("description", "")
                operation["description"] = f"{told}\n\nScope: `{need}`.".lstrip()
            for status, response in operation["responses"].items():
                _add_headers(_whole(response, components), status)


def _requirements(need: Scope | Level) -> list[dict[str, list[str]]]:
    """Either scheme, with the scope as the role that it needs (OpenAPI 3.1, 4.8.30)."""
    roles = [str(need)] if isinstance(need, Scope) else []
    return [{_BEARER: roles}, {_HEADER: roles}]


def _whole(response: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in response:
        return response
    shared: dict[str, Any] = components["responses"][response["$ref"].removeprefix(_RESPONSE_AT)]
    return shared


def _add_headers(response: dict[str, Any], status: str) -> None:
    # Refused before anything was counted.
    names = [] if status == str(Unauthenticated.status) else list(_RATE_HEADERS)
    if status in _CHALLENGES:
        names.append("WWW-Authenticate")
    references = {name: {"$ref": _HEADER_AT + name} for name in names}
    response["headers"] = {**response.get("headers", {}), **references}
