"""Answers GET /metrics for a worker or courier, from a process of its own.

Forked before anything is loaded: it costs a few MB, answers while the worker's loop hangs or waits for its store, and
leaves no thread in a process that forks.
"""

import os
import signal
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from typing import Any, Final, NoReturn

from shared.exposure import is_loopback
from shared.metrics.exposition import exposition, may_read
from shared.metrics.memory import memory_families
from shared.metrics.processes import forget, share
from shared.process import die_with_parent, name_process
from shared.settings import Settings

PROCESS_NAME: Final = "metrics"
_PATH: Final = "/metrics"
_TIMEOUT_S: Final = 5


def start_metrics_server(settings: Settings) -> None:
    """Forks it where METRICS_PORT is set; it ends with the calling process, however that ends.

    Raises ValueError where it cannot listen, or anybody could read from it.
    """
    if settings.metrics_port is None:
        return
    if settings.metrics_token is None and not is_loopback(settings.metrics_host):
        raise ValueError("METRICS_HOST is no loopback address: set METRICS_TOKEN")
    try:
        server = _Server((settings.metrics_host, settings.metrics_port), _Handler, bind_and_activate=True)
    except OSError as error:
        raise ValueError(f"METRICS_PORT {settings.metrics_port} cannot be used ({error.strerror})") from None
    server.settings = settings
    server.folder = share()
    worker = os.getpid()
    if os.fork():
        server.socket.close()
        return
    _serve(server, worker)


def _serve(server: "_Server", worker: int) -> NoReturn:
    def end(_: int, __: FrameType | None) -> None:
        forget(server.folder)
        os._exit(0)

    # Ctrl-C in a terminal reaches this process too; the worker then goes on for as long as its tasks do.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, end)
    server.worker = worker
    name_process(PROCESS_NAME)
    die_with_parent(signal.SIGTERM, worker)
    server.serve_forever()
    os._exit(1)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    settings: Settings
    #: Where the worker's processes count.
    folder: Path
    worker: int

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away; there is nothing to say."""


class _Handler(BaseHTTPRequestHandler):
    timeout = _TIMEOUT_S
    server: _Server

    def do_GET(self) -> None:
        if self.path != _PATH:
            self._answer(HTTPStatus.NOT_FOUND)
        elif not may_read(self.server.settings.metrics_token, self.headers.get("Authorization")):
            self._answer(HTTPStatus.UNAUTHORIZED, (("WWW-Authenticate", "Bearer"),))
        else:
            families = memory_families(self.server.worker, without=os.getpid())
            text, media_type = exposition(self.headers.get("Accept", ""), self.server.folder, families)
            self._answer(HTTPStatus.OK, (("Content-Type", media_type), ("Cache-Control", "no-store")), text)

    def send_error(self, code: int, *_: Any, **__: Any) -> None:
        """The status alone: the usual page repeats what was sent."""
        self._answer(HTTPStatus(code))

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: it would be the request's line."""

    def version_string(self) -> str:
        return "anonymization-api"

    def _answer(self, status: HTTPStatus, headers: tuple[tuple[str, str], ...] = (), body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in (*headers, ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
