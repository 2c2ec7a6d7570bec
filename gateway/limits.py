"""Bodies are counted while they stream, and refused by their length header before they do."""

import secrets
from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.problems import of_error
from shared.errors import BodyTooLarge

REQUEST_ID: Final = b"x-request-id"


class BodyLimit:
    """ASGI middleware: 413 for a body above `max_bytes`, and a request id for every request."""

    def __init__(self, app: ASGIApp, max_bytes: int, max_upload_bytes: int = 0) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._max_upload_bytes = max_upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises nothing of its own: the refusal is an answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = f"req_{secrets.token_hex(12)}"
        scope.setdefault("state", {})["request_id"] = request_id
        is_started = False

        async def send_with_id(message: Message) -> None:
            nonlocal is_started
            if message["type"] == "http.response.start":
                is_started = True
                message["headers"] = [*message.get("headers", ()), (REQUEST_ID, request_id.encode())]
            await send(message)

        received = 0
        # A form streams through; its reader says more exactly what is too large in it.
        max_bytes = self._max_upload_bytes + 1 if _is_form(scope) else self._max_bytes

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > max_bytes:
                raise _TooLarge
            return message

        try:
            if _declared_length(scope) > max_bytes and not _is_form(scope):
                raise _TooLarge
            await self._app(scope, receive_counted, send_with_id)
        except _TooLarge:
            if not is_started:
                await of_error(BodyTooLarge(), Request(scope))(scope, receive, send_with_id)


class _TooLarge(BaseException):
    """Not an Exception: FastAPI turns those that reading a body raises into a 400 of its own."""


def _is_form(scope: Scope) -> bool:
    if scope["path"] != "/v1/jobs":
        return False
    return any(name == b"content-type" and value.lower().startswith(b"multipart/") for name, value in scope["headers"])


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0
