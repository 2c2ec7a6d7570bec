"""A real HTTP server on 127.0.0.1 that takes webhooks and answers as the test says."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Received:
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass(frozen=True, slots=True)
class Reply:
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Answer only when this is set.
    when: threading.Event | None = None


class Receiver:
    """`reply`: what to answer to the n-th request of a path, from 1."""

    def __init__(self, reply: Callable[[str, int], Reply] | None = None, *, host: str = "127.0.0.1") -> None:
        self.host = host
        self.received: list[Received] = []
        self.reply = reply or _take_all
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer((host, 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def of(self, path: str) -> list[Received]:
        with self._lock:
            return [each for each in self.received if each.path == path]

    def end(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _take(self, received: Received) -> Reply:
        with self._lock:
            self.received.append(received)
            number = sum(each.path == received.path for each in self.received)
        return self.reply(received.path, number)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        take = self._take

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                reply = take(Received(self.path, headers, body))
                if reply.when is not None:
                    reply.when.wait()
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        return Handler


def _take_all(path: str, number: int) -> Reply:
    return Reply()
