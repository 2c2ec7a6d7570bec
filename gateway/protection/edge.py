"""The outermost of our own: request ids, security headers, the line in the log, and faults that nobody expected."""

import time
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, reset_contextvars

from gateway.metrics.requests import NO_ROUTE, count_request
from gateway.problems import of_error
from gateway.protection.refusal import new_request_id
from gateway.protection.security_headers import (
    CONTENT_SECURITY_POLICY,
    OTHER_SECURITY_HEADERS,
    SECURITY_HEADERS,
    STRICT_TRANSPORT,
)
from shared.errors import ServiceError
from shared.log import get_logger

#: Those that are named in logs and traces: a client may send any word.
METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
#: As nginx logs a client that was gone, or cut off, before its answer.
_CLIENT_GONE: Final = 499
#: Asked every few seconds by whoever watches us.
_QUIET: Final = ("/health/", "/metrics")


class Edge:
    """ASGI middleware; `is_https` where a proxy before us speaks TLS, whatever the scheme it asks us by."""

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        self._app = app
        self._is_https = is_https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        request_id = new_request_id()
        scope.setdefault("state", {})["request_id"] = request_id
        own = (b"x-request-id", request_id.encode())
        is_https = self._is_https or scope["scheme"] == "https"
        status = 0

        async def send_guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _with_ours(message.get("headers", ()), own, is_https=is_https)
            await send(message)

        bound = bind_contextvars(request_id=request_id)
        try:
            await self._app(scope, receive, send_guarded)
        except ClientDisconnect:
            status = _CLIENT_GONE
        except Exception as error:  # noqa: BLE001  the outer edge of a request: whatever it was is told as a 500
            _report(error)
            # Half an answer is ended by uvicorn, with the connection: that tells that it is none.
            if not status:
                await of_error(ServiceError(), Request(scope))(scope, receive, send_guarded)
        finally:
            _log(scope, status, time.perf_counter() - began)
            reset_contextvars(**bound)


def _report(error: Exception) -> None:
    get_logger().error("request_failed", exc_info=error)


def _with_ours(headers: Any, own: tuple[bytes, bytes], *, is_https: bool) -> list[tuple[bytes, bytes]]:
    has_policy = any(name == CONTENT_SECURITY_POLICY for name, _ in headers)
    added = OTHER_SECURITY_HEADERS if has_policy else SECURITY_HEADERS
    return [*headers, own, *added, *((STRICT_TRANSPORT,) if is_https else ())]


def _log(scope: Scope, status: int, duration_s: float) -> None:
    """The route as it is written in the source, never the path: a client may have put a name into one."""
    route = getattr(scope.get("route"), "path", "") or NO_ROUTE
    method = scope["method"] if scope["method"] in METHODS else "other"
    count_request(method, route, status, duration_s)
    log = get_logger().debug if route.startswith(_QUIET) else get_logger().info
    caller = scope["state"].get("caller")
    log(
        "request",
        method=method,
        route=route,
        status=status,
        duration_ms=round(duration_s * 1000, 1),
        client=getattr(caller, "client", None),
    )
