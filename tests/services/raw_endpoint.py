"""An endpoint that answers in bytes of the test's choice, or not at all."""

import contextlib
import itertools
import re
import socket
import ssl
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Self

ACCEPTED = b"HTTP/1.1 204 No Content\r\n\r\n"


class RawEndpoint:
    """Reads each request whole, then sends the parts of `answer` one by one, `pause_s` apart, and closes.

    With None for an answer it says nothing, and keeps the connection open until it ends. `reads` False: it accepts, and
    does not even read.
    """

    def __init__(
        self,
        answer: Iterable[bytes] | None = (ACCEPTED,),
        *,
        address: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
        pause_s: float = 0.0,
        reads: bool = True,
    ) -> None:
        self.requests: list[bytes] = []
        #: Names that were asked for by SNI.
        self.server_names: list[str | None] = []
        self.connections = 0
        self._answer = answer
        self._tls = tls
        self._pause_s = pause_s
        self._reads = reads
        self._has_ended = threading.Event()
        self._listener = socket.create_server(
            (address, 0), family=socket.AF_INET6 if ":" in address else socket.AF_INET
        )
        self.address, self.port = self._listener.getsockname()[:2]
        if tls is not None:
            # What is called has no use for the connection and the context.
            tls.sni_callback = lambda _, name, __: self.server_names.append(name)

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._has_ended.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        # The client goes away in the middle of many of these tests.
        with contextlib.suppress(OSError), connection:
            stream = connection if self._tls is None else self._tls.wrap_socket(connection, server_side=True)
            with stream:
                if self._reads:
                    self.requests.append(_whole_request(stream))
                if self._answer is None:
                    self._has_ended.wait()
                    return
                for part in self._answer:
                    stream.sendall(part)
                    if self._pause_s and self._has_ended.wait(self._pause_s):
                        return
                stream.shutdown(socket.SHUT_WR)


def endless(part: bytes, *, after: bytes = b"") -> Iterable[bytes]:
    return itertools.chain([after], itertools.repeat(part))


def _whole_request(stream: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        received += _some(stream)
    head, _, body = received.partition(b"\r\n\r\n")
    stated = re.search(rb"(?i)^content-length: *(\d+)", head, re.MULTILINE)
    while len(body) < int(stated[1] if stated else 0):
        body += _some(stream)
    return head + b"\r\n\r\n" + body


def _some(stream: socket.socket) -> bytes:
    part = stream.recv(65_536)
    if not part:
        raise ConnectionError
    return part
