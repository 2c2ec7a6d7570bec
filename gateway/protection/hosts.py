"""Requests for hosts that this service is not reached by."""

from collections.abc import Collection

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.problems import of_error
from shared.errors import HostNotServed


class AllowedHosts:
    """ASGI middleware: 421 for any other Host (RFC 9110, 15.5.20), whatever its port.

    It keeps pages of other names, which DNS rebinding points at this address, from reading answers.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str], *, any_host: Collection[str] = ()) -> None:
        """`any_host`: paths that are answered by whatever name they are asked for."""
        self._app = app
        self._any_host = frozenset(any_host)
        self._hosts = frozenset(host.lower().encode() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._is_allowed(scope):
            await self._app(scope, receive, send)
        else:
            await of_error(HostNotServed(), Request(scope))(scope, receive, send)

    def _is_allowed(self, scope: Scope) -> bool:
        if scope["path"].startswith("/health/") or scope["path"] in self._any_host:
            # Balancers and Prometheus ask by address.
            return True
        return any(name == b"host" and _without_port(value) in self._hosts for name, value in scope["headers"])


def _without_port(host: bytes) -> bytes:
    name, colon, port = host.lower().rpartition(b":")
    return name if colon and port.isdigit() else host.lower()
