"""The one door: every request's key, scope and rate, before any of its body is read. One call to the store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pydantic import SecretStr
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as Connection

from gateway.access.api_key import Pepper, Presented, is_among, presented
from gateway.access.caller import ANONYMOUS, Caller
from gateway.access.limits import rate_headers
from gateway.access.scopes import Level, Need, Scope, need_of
from gateway.problems import of_error
from gateway.routes import metrics
from gateway.services import Services
from shared.api_keys import Allowance, enter
from shared.errors import RateLimited, ScopeMissing, ServiceError, Unauthenticated
from shared.metrics.exposition import may_read

_REALM: Final = 'Bearer realm="anonymization-api"'
_SCOPES: Final = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class _Checked:
    """What came of looking at a request: who asks, or why not; and headers for the answer."""

    caller: Caller | None
    refusal: ServiceError | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Entrance:
    """ASGI middleware: puts a `Caller` into the request's state, or answers 401, 403, 429 or 503 itself."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        """Raises nothing of its own: a refusal is an answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        token = self._services.settings.metrics_token
        if token is not None and scope["path"] == metrics.PATH:
            checked = _check_token(token, scope)
        else:
            checked = await self._check(scope)
        if checked.caller is not None:
            scope.setdefault("state", {})["caller"] = checked.caller
        forward = _sending(send, checked.headers) if checked.headers else send
        if checked.refusal is None:
            await self._app(scope, receive, forward)
        else:
            await of_error(checked.refusal, Request(scope))(scope, receive, forward)

    async def _check(self, scope: Connection) -> _Checked:
        pepper = self._services.pepper
        if pepper is None:
            return _Checked(ANONYMOUS)
        need = need_of(scope["method"], scope["path"])
        if need is Level.PUBLIC:
            return _Checked(None)
        sent = key_of(Headers(scope=scope))
        if sent is None:
            return _Checked(None, Unauthenticated(), {"WWW-Authenticate": _REALM})
        key = presented(sent)
        try:
            found = None if key is None else await self._enter(key, pepper)
        except ServiceError as error:
            return _Checked(None, error)
        if found is None:
            challenge = f'{_REALM}, error="invalid_token"'
            return _Checked(None, Unauthenticated(), {"WWW-Authenticate": challenge})
        caller, allowance = found
        return _decided(caller, allowance, need)

    async def _enter(self, key: Presented, pepper: Pepper) -> tuple[Caller, Allowance | None] | None:
        """None where the key does not count. Raises StoreUnavailable."""
        settings, digest = self._services.settings, pepper.digest(key)
        entered = await self._services.store.run(
            enter(key.id, digest, rate_per_s=settings.rate_limit_per_s, burst=settings.rate_burst)
        )
        if entered is None or not is_among(digest, entered.digests):
            return None
        # A later version may know more scopes.
        scopes = frozenset(Scope(each) for each in _SCOPES.intersection(entered.scopes))
        return Caller(entered.client, key.id, scopes), entered.allowance


def _check_token(token: SecretStr, scope: Connection) -> _Checked:
    """Without the store: when that is away there is most to see."""
    if may_read(token, Headers(scope=scope).get("authorization")):
        return _Checked(ANONYMOUS)
    return _Checked(None, Unauthenticated(), {"WWW-Authenticate": _REALM})


def key_of(headers: Headers) -> str | None:
    """What a request sends as its key, in `Authorization: Bearer` (RFC 6750) or `X-API-Key`."""
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    return headers.get("x-api-key")


def _decided(caller: Caller, allowance: Allowance | None, need: Need) -> _Checked:
    headers = rate_headers(allowance) if allowance is not None else {}
    if allowance is not None and not allowance.is_allowed:
        return _Checked(caller, RateLimited(retry_after_s=allowance.retry_s), headers)
    if isinstance(need, Scope) and need not in caller.scopes:
        challenge = f'{_REALM}, error="insufficient_scope", scope="{need}"'
        return _Checked(
            caller, ScopeMissing(f"This needs a key with the scope {need}."), headers | {"WWW-Authenticate": challenge}
        )
    return _Checked(caller, headers=headers)


def _sending(send: Send, headers: Mapping[str, str]) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(raw=message.setdefault("headers", [])).update(headers)
        await send(message)

    return send_with_headers
