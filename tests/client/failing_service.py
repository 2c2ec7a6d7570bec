"""A real HTTP server on 127.0.0.1 that answers as the test says, or cuts the connection."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Reply:
    """`is_cut`: half of it is sent, then the connection ends. `when`: not before this is set."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    is_cut: bool = False
    when: threading.Event | None = None


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class FailingService:
    """Gives the replies in order, and the last one for ever; keeps what was asked."""

    def __init__(self, *replies: Reply) -> None:
        self.asked: list[Request] = []
        self.under_way = self.most_under_way = 0
        self._replies = list(replies)
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def end(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def keys(self) -> set[str]:
        return {each.headers["idempotency-key"] for each in self.asked if each.method == "POST"}

    def _take(self, request: Request) -> Reply:
        with self._lock:
            self.asked.append(request)
            self.under_way += 1
            self.most_under_way = max(self.most_under_way, self.under_way)
            return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]

    def _answered(self) -> None:
        with self._lock:
            self.under_way -= 1

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        take, answered = self._take, self._answered

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                headers = {name.lower(): value for name, value in self.headers.items()}
                reply = take(Request(self.command, self.path, headers, body))
                if reply.when is not None:
                    reply.when.wait()
                # Before the client hears it, and asks for the next.
                answered()
                content = json.dumps(reply.body).encode()
                self.send_response(reply.status)
                for name, value in {**reply.headers, "Content-Length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content[: len(content) // 2] if reply.is_cut else content)
                self.close_connection = reply.is_cut

            def do_GET(self) -> None:
                self._answer()

            def do_POST(self) -> None:
                self._answer()

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        return Handler


def job(job_id: str = "job_1", state: str = "succeeded") -> dict[str, Any]:
    return {
        "id": job_id,
        "state": state,
        "model": "en_sm",
        "created_at": "2026-11-23T09:31:02.480Z",
        "attempts": 1,
        "progress": 1.0,
        "counts": {"total": 1, "succeeded": 1, "failed": 0},
    }
