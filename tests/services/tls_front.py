"""TLS before a server that has none: what a client sends is decrypted here, and passed on."""

import contextlib
import selectors
import socket
import ssl
import threading
from types import TracebackType
from typing import Self


class TlsFront:
    """Listens on 127.0.0.1, speaks TLS by `context`, and connects each client to `port`."""

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        self._behind = port
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        #: Clients with whom the handshake succeeded.
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, place: TracebackType | None
    ) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        # A client that does not trust us, or goes, is the test's own affair.
        with contextlib.suppress(OSError), self._context.wrap_socket(client, server_side=True) as outside:
            self.connections += 1
            with socket.create_connection(("127.0.0.1", self._behind)) as inside:
                _pass_on(outside, inside)


def _pass_on(outside: ssl.SSLSocket, inside: socket.socket) -> None:
    """One thread alone touches the TLS side: an SSLSocket is not made for two."""
    outside.setblocking(False)
    inside.setblocking(False)
    with selectors.DefaultSelector() as selector:
        selector.register(outside, selectors.EVENT_READ, inside)
        selector.register(inside, selectors.EVENT_READ, outside)
        while True:
            for key, _ in selector.select():
                data = _read(key.fileobj)  # type: ignore[arg-type]  # only sockets are registered
                if data == b"":
                    return
                if data is not None:
                    key.data.setblocking(True)
                    key.data.sendall(data)
                    key.data.setblocking(False)


def _read(source: socket.socket) -> bytes | None:
    """All that is there; None: nothing yet."""
    found = b""
    while True:
        try:
            part = source.recv(65_536)
        except (BlockingIOError, ssl.SSLWantReadError):
            return found or None
        if not part:
            return found
        found += part
