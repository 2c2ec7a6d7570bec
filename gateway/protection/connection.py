"""uvicorn's HTTP/1.1 connection with bounds: of what a client may send before it is answered, and of how slowly.

uvicorn 0.54 bounds neither the headers nor any time but that between two requests. All times of all connections are
kept by one sweep, not by a timer each: a request pays for it with a few comparisons.
"""

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

import httptools
from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.protection.refusal import answer, too_many_connections
from shared.errors import (
    HeadersTooLarge,
    MalformedRequest,
    RequestTimeout,
    ServiceError,
    TargetTooLong,
    TooManyConnections,
)
from shared.metrics.names import REFUSED

#: Requests that a client may send before the first of them is answered.
_MOST_PIPELINED: Final = 16
#: Of a body that nobody wants any more so much time is taken in, for a client that reads its answer only then.
_LINGER_S: Final = 5.0
#: Beyond MAX_CONNECTIONS these hear a 503; all further ones nothing.
_REFUSED_POLITELY: Final = 256
#: A healthy gateway that is full must not be restarted for it.
_ALWAYS_SERVED: Final = b"/health/"


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    max_connections: int = 10_000
    #: Of the request line and all headers.
    max_header_bytes: int = 32_768
    max_headers: int = 100
    max_target_bytes: int = 8_192
    #: From the first byte of a request to the end of its headers.
    header_timeout_s: float = 10.0
    #: How long a body may take, beside the time that min_bytes_per_s gives it.
    body_timeout_s: float = 20.0
    #: How long an answer may wait for a client that takes less than min_bytes_per_s.
    send_timeout_s: float = 30.0
    min_bytes_per_s: int = 1_000
    #: Between two requests.
    keep_alive_s: float = 5.0


class GuardedConfig(Config):
    """uvicorn's configuration, and the limits of each connection."""

    def __init__(self, app: Any, limits: ConnectionLimits, **options: Any) -> None:
        self.limits = limits
        #: By problem, since they were last told; one that is refused must not cost a line in the log.
        self.refused: Counter[str] = Counter()
        super().__init__(
            app, http=GuardedConnection, ws="none", timeout_keep_alive=math.ceil(limits.keep_alive_s), **options
        )


class _Refusal(Exception):
    def __init__(self, error: ServiceError) -> None:
        super().__init__()
        self.error = error


class GuardedConnection(HttpToolsProtocol):
    """Refuses by a problem where an answer can still be sent, and by the end of the connection where not."""

    config: GuardedConfig

    def __init__(self, config: GuardedConfig, *arguments: Any, **options: Any) -> None:
        super().__init__(config, *arguments, **options)
        self._limits = config.limits
        self._served_app = self.app
        self._now = self.loop.time
        #: When the client must have sent what it owes; infinite while it owes nothing.
        self._due_at = math.inf
        self._head_bytes = 0
        self._body_bytes = 0
        self._body_began_at = 0.0
        self._is_in_head = False
        self._is_in_body = False
        #: What was still to be sent, and when, as the client stopped reading.
        self._stuck: tuple[int, float] | None = None

    # --- what the client sends

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._due_at = self._now() + self._limits.header_timeout_s
        if len(self.connections) > self._limits.max_connections + _REFUSED_POLITELY:
            self._count(TooManyConnections)
            transport.abort()

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        was_in_head = self._is_in_head
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserCallbackError as error:
            cause = error.__context__
            self._refuse(cause.error if isinstance(cause, _Refusal) else MalformedRequest())
        except httptools.HttpParserUpgrade:
            # Nothing is upgraded to; what follows the request would be another protocol.
            return
        except httptools.HttpParserError:
            self._refuse(MalformedRequest())
        else:
            if was_in_head and self._is_in_head:
                self._head_bytes += len(data)
                if self._head_bytes > self._limits.max_header_bytes:
                    self._refuse(HeadersTooLarge())
            elif self._is_in_body and len(self.headers) > self._limits.max_headers:
                # A chunked body's trailers come as headers too.
                self._refuse(HeadersTooLarge())

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_in_head, self._is_in_body, self._head_bytes = True, False, 0
        self._due_at = self._now() + self._limits.header_timeout_s

    def on_headers_complete(self) -> None:
        limits = self._limits
        if len(self.url) > limits.max_target_bytes:
            raise _Refusal(TargetTooLong())
        if len(self.headers) > limits.max_headers:
            raise _Refusal(HeadersTooLarge())
        hosts, sent_bytes = 0, len(self.url)
        for name, value in self.headers:
            hosts += name == b"host"
            sent_bytes += len(name) + len(value)
        if sent_bytes > limits.max_header_bytes:
            raise _Refusal(HeadersTooLarge())
        if hosts > 1 or (hosts == 0 and self.parser.get_http_version() == "1.1"):
            raise _Refusal(MalformedRequest())
        if len(self.pipeline) >= _MOST_PIPELINED:
            raise _Refusal(MalformedRequest())
        is_full = len(self.connections) > limits.max_connections and not self.url.startswith(_ALWAYS_SERVED)
        self.app = too_many_connections if is_full else self._served_app
        if is_full:
            self._count(TooManyConnections)
        self._is_in_head, self._is_in_body, self._body_bytes = False, True, 0
        self._body_began_at = self._now()
        self._due_at = self._body_began_at + limits.body_timeout_s
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        self._body_bytes += len(body)
        if not self.cycle.response_complete:
            limits = self._limits
            self._due_at = self._body_began_at + limits.body_timeout_s + self._body_bytes / limits.min_bytes_per_s

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._is_in_body = False
        self._due_at = math.inf if not self.cycle.response_complete else self._now() + self._limits.keep_alive_s

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._is_in_body:
            self._due_at = min(self._due_at, self._now() + _LINGER_S)

    # --- what the client reads

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stuck = (self._unsent_bytes(), self._now())

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stuck = None

    def _unsent_bytes(self) -> int:
        return self.transport.get_write_buffer_size()

    # --- the sweep

    def sweep(self, now: float, passed_s: float) -> None:
        """End the connection if its client is late; `passed_s` since the last sweep."""
        is_closing = self.transport.is_closing()
        if is_closing and self._stuck is None:
            # It ends when all is sent, which is up to the client.
            self._stuck = (self._unsent_bytes(), now)
        if self._stuck is not None and self._takes_too_little(*self._stuck, now):
            self._count(RequestTimeout)
            self.transport.abort()
            return
        if is_closing:
            return
        if self.flow.read_paused:
            # It is we who do not read.
            self._body_began_at += passed_s
            self._due_at += passed_s
        elif now > self._due_at:
            self._end_late()

    def _takes_too_little(self, unsent_bytes: int, since: float, now: float) -> bool:
        passed_s = now - since
        if passed_s < self._limits.send_timeout_s:
            return False
        left_bytes = self._unsent_bytes()
        self._stuck = (left_bytes, now)
        return unsent_bytes - left_bytes < self._limits.min_bytes_per_s * passed_s

    def _end_late(self) -> None:
        has_begun = self._is_in_head or (self._is_in_body and not self.cycle.response_complete)
        if has_begun:
            self._refuse(RequestTimeout())
        else:
            self.transport.close()

    # --- refusing

    def _refuse(self, error: ServiceError) -> None:
        """An answer if none is under way, and the end of the connection."""
        self._count(type(error))
        cycle = self.cycle
        is_free = cycle is None or cycle.response_complete or (self._is_in_body and not cycle.response_started)
        if cycle is not None and not cycle.response_complete:
            # The application hears that its client is gone, and what it still sends goes nowhere.
            cycle.disconnected = True
            cycle.message_event.set()
        if is_free and not self.pipeline:
            self.transport.write(answer(error, self.server_state.default_headers))
            self.transport.close()
        else:
            self.transport.abort()

    def _count(self, error: type[ServiceError]) -> None:
        self.config.refused[error.problem] += 1
        REFUSED.labels(error.problem).inc()
