"""A span of each request, for whoever wants traces (docs/traces.md). The route as the source has it, never the path."""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars

from gateway.protection.edge import METHODS
from shared.traces import NEW_TRACE, Kind, Span, Traces

#: Asked every few seconds by whoever watches us.
_QUIET: Final = ("/health/", "/metrics")


class RequestTraces:
    """ASGI middleware, within `Edge`; added only where traces are wanted."""

    def __init__(self, app: ASGIApp, *, traces: Traces) -> None:
        self._app = app
        self._traces = traces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Goes on with the trace that a `traceparent` names (W3C Trace Context), if the header is a sound one."""
        if scope["type"] != "http" or scope["path"].startswith(_QUIET):
            await self._app(scope, receive, send)
            return
        method = scope["method"] if scope["method"] in METHODS else "_OTHER"
        with self._traces.span(method, Kind.SERVER, parent=_parent(scope)) as span:
            # Not taken back: the server gives each request a context of its own, and Edge logs after this.
            bind_contextvars(trace_id=span.trace_id)

            async def send_noted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    _note_status(span, message["status"])
                await send(message)

            try:
                await self._app(scope, receive, send_noted)
            finally:
                _note_route(span, method, scope)


def _parent(scope: Scope) -> str:
    sent = [value for name, value in scope["headers"] if name == b"traceparent"]
    return sent[0].decode("latin-1") if len(sent) == 1 else NEW_TRACE


def _note_status(span: Span, status: int) -> None:
    span.note({"http.response.status_code": status})
    if status >= 500:
        span.fail(str(status))


def _note_route(span: Span, method: str, scope: Scope) -> None:
    """Known once the router has seen the request."""
    route = getattr(scope.get("route"), "path", "")
    span.name(f"{method} {route}".rstrip())
    span.note({"http.request.method": method, "request.id": scope["state"]["request_id"]})
    if route:
        span.note({"http.route": route})
