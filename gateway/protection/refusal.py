"""Answers that no route and no middleware makes: in bytes, and as an application of their own."""

import secrets

from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from gateway.problems import MEDIA_TYPE, retry_headers, written
from gateway.protection.security_headers import SECURITY_HEADERS
from shared.errors import ServiceError, TooManyConnections

Header = tuple[bytes, bytes]


def new_request_id() -> str:
    """What to quote. It is ours alone: a client's own would be a way for its words into our logs."""
    return f"req_{secrets.token_hex(12)}"


def answer(error: ServiceError, default_headers: list[Header]) -> bytes:
    """The whole HTTP/1.1 answer; the connection ends with it."""
    headers, body = _parts(error)
    lines = [name + b": " + value + b"\r\n" for name, value in (*default_headers, *headers)]
    return b"".join((STATUS_LINE[error.status], *lines, b"\r\n", body))


async def too_many_connections(_: Scope, __: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """An ASGI application that answers 503 to everything."""
    error = TooManyConnections()
    headers, body = _parts(error)
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _parts(error: ServiceError) -> tuple[list[Header], bytes]:
    request_id = new_request_id()
    body = written(error, request_id)
    headers = {
        "content-type": MEDIA_TYPE,
        "content-length": str(len(body)),
        "connection": "close",
        "cache-control": "no-store",
        "x-request-id": request_id,
        **retry_headers(error),
    }
    named = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    return [*named, *SECURITY_HEADERS], body
