"""Whether an answer is one that the OpenAPI document has: its status, its headers, its problem type."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

import httpx2 as httpx

from gateway.contract import contract
from gateway.problems import MEDIA_TYPE
from gateway.protection.security_headers import SECURITY_HEADERS, STRICT_TRANSPORT

#: Of HTTP itself and of the server (RFC 9110), which a document does not repeat; `Allow` belongs to every 405. And
#: those that tell browsers what an answer may do, which are of all answers; with CORS_ORIGINS there are some more.
_OF_EVERY_ANSWER: Final = frozenset(
    {"allow", "connection", "content-length", "content-type", "date", "server", "transfer-encoding", "vary"}
    | {f"access-control-{name}" for name in ("allow-credentials", "allow-origin", "expose-headers")}
    | {name.decode() for name, _ in (*SECURITY_HEADERS, STRICT_TRANSPORT)}
)


def check_documented(answer: httpx.Response) -> None:
    """An event hook of httpx. Raises AssertionError for an answer of an operation that the document does not have."""
    operation = _operation(answer.request.method.lower(), answer.request.url.path)
    if operation is None:
        return
    name = f"{operation['operationId']} {answer.status_code}"
    assert str(answer.status_code) in operation["responses"], f"{name}: the document has no such status"
    response = resolved(operation["responses"][str(answer.status_code)], document())
    unknown = undocumented_headers(answer.headers, response)
    assert not unknown, f"{name}: the document does not have the headers {unknown}"
    if answer.status_code >= 400:
        answer.read()
        kind = answer.json()["type"]
        assert kind in problem_types(response), f"{name}: the document does not have the problem {kind}"


def undocumented_headers(sent: Iterable[str], response: Mapping[str, Any]) -> list[str]:
    """Names, in small letters, that the document's `response` lacks."""
    described = {name.lower() for name in response.get("headers", {})}
    return sorted({name.lower() for name in sent} - _OF_EVERY_ANSWER - described)


def problem_types(response: Mapping[str, Any]) -> list[str]:
    """The URIs that the document's `response` may have as its type."""
    _, kind = response["content"][MEDIA_TYPE]["schema"]["allOf"]
    return list(kind["properties"]["type"]["enum"])


def resolved(part: Mapping[str, Any], whole: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a `$ref` of the document stands for, or the part itself."""
    *_, kind, name = part.get("$ref", "/").split("/")
    return dict(whole["components"][kind][name]) if name else part


@cache
def document() -> dict[str, Any]:
    """As the code has it; that the live one is the same is a test of its own."""
    return dict(json.loads(contract()))


def _operation(method: str, path: str) -> dict[str, Any] | None:
    for template, methods in document()["paths"].items():
        if method in methods and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            return dict(methods[method])
    return None
