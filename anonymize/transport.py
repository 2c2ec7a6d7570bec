"""Between a plan's values and the HTTP client: what both of its kinds, sync and async, need."""

from typing import Any, Final

import httpx2 as httpx

from anonymize.connection import Connection
from anonymize.exchange import Answer, Ask, Lost

_CONNECT_S: Final = 10.0
#: Nothing of these requests has reached the service.
_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


def client_options(connection: Connection) -> dict[str, Any]:
    # No redirects: one would take texts and key to a host that nobody named.
    return {"base_url": connection.url, "headers": connection.headers, "follow_redirects": False}


def request_options(ask: Ask, timeout_s: float) -> dict[str, Any]:
    timeout = httpx.Timeout(timeout_s, connect=min(_CONNECT_S, timeout_s), read=timeout_s + ask.wait_s, pool=None)
    return {
        "method": ask.method,
        "url": ask.path,
        "params": list(ask.query) or None,
        "headers": dict(ask.headers),
        "content": ask.body or None,
        "timeout": timeout,
    }


def answer_of(response: httpx.Response, elapsed_s: float) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, headers, response.content, elapsed_s)


def lost(error: httpx.RequestError, url: str, elapsed_s: float) -> Lost:
    """The kind of error alone: its message may hold what was sent."""
    was_sent = not isinstance(error, _NOT_SENT)
    what = "timed out" if isinstance(error, httpx.TimeoutException) else "the connection broke"
    return Lost(f"{url}: {what if was_sent else 'no connection'}", was_sent, elapsed_s)
