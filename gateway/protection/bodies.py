"""Bodies are measured while they stream, and refused by their length header before they do."""

from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.problems import of_error
from gateway.protection.json_shape import JsonShape
from shared.errors import BodyTooLarge, ServiceError

#: Of a length that can be meant; Python itself refuses numbers of thousands of digits.
_MAX_DIGITS: Final = 18
_WITHOUT_BODY: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class BodyLimit:
    """ASGI middleware: 413 for a body above `max_bytes`, 422 for JSON that is too deep or has too many values."""

    def __init__(
        self, app: ASGIApp, *, max_bytes: int, max_json_depth: int, max_json_values: int, max_upload_bytes: int = 0
    ) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._max_upload_bytes = max_upload_bytes
        self._max_json_depth = max_json_depth
        self._max_json_values = max_json_values

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises nothing of its own: the refusal is an answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_form = _is_form(scope)
        # A form streams through; its reader says more exactly what is too large in it.
        max_bytes = self._max_upload_bytes + 1 if is_form else self._max_bytes
        shape = None if is_form else JsonShape(self._max_json_depth, self._max_json_values)
        received_bytes = 0
        is_started = False

        async def receive_measured() -> Message:
            nonlocal received_bytes
            message = await receive()
            body = message.get("body", b"")
            if body:
                received_bytes += len(body)
                if received_bytes > max_bytes:
                    raise _Refused(BodyTooLarge())
                if shape is not None:
                    _look_at(shape, body)
            return message

        async def send_noted(message: Message) -> None:
            nonlocal is_started
            is_started = True
            await send(message)

        try:
            if not is_form and scope["method"] not in _WITHOUT_BODY and _declared_length(scope) > max_bytes:
                raise _Refused(BodyTooLarge())
            await self._app(scope, receive_measured, send_noted)
        except _Refused as refused:
            if not is_started:
                await of_error(refused.error, Request(scope))(scope, receive, send)


class _Refused(BaseException):
    """Not an Exception: FastAPI turns those that reading a body raises into a 400 of its own."""

    def __init__(self, error: ServiceError) -> None:
        super().__init__()
        self.error = error


def _look_at(shape: JsonShape, body: bytes) -> None:
    try:
        shape.take(body)
    except ServiceError as error:
        raise _Refused(error) from None


def _is_form(scope: Scope) -> bool:
    if scope["path"] != "/v1/jobs":
        return False
    return any(name == b"content-type" and value.lower().startswith(b"multipart/") for name, value in scope["headers"])


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() and len(value) <= _MAX_DIGITS else 0
    return 0
