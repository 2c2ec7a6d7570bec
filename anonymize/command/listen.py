"""`anonymize webhook listen`: a receiver on this machine that verifies what comes."""

import threading
from argparse import Namespace
from collections import OrderedDict
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from anonymize.command.ending import ExitCode
from anonymize.command.output import UsageError, complain, say_json, say_line
from anonymize.connection import find_connection
from anonymize.errors import NotConfigured, WebhookInvalid
from anonymize.webhooks import Event, secret_key, verify_webhook

#: Three times the largest body that the service sends.
_MAX_BYTES: Final = 65_536
_QUIET_S: Final = 10.0
#: Ids of events that are remembered, to tell one that comes again.
_REMEMBERED: Final = 10_000


def run_listen(arguments: Namespace) -> int:
    """Until `--count` events came, or Ctrl-C."""
    secrets = (find_connection().webhook_secret or "").split()
    if not secrets:
        raise UsageError("no secret to verify with; set ANONYMIZE_WEBHOOK_SECRET")
    try:
        # Told at once, not when the first event comes.
        for secret in secrets:
            secret_key(secret)
    except ValueError as error:
        raise NotConfigured(str(error)) from None
    listener = _Listener(arguments, secrets)
    host, port = listener.server_address[:2]
    complain(f"listening on http://{host!s}:{port}/")
    with listener:
        listener.serve_forever(poll_interval=0.1)
    return ExitCode.DONE


class _Listener(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, arguments: Namespace, secrets: list[str]) -> None:
        self._arguments = arguments
        self._secrets = secrets
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._left = arguments.count
        self._lock = threading.Lock()
        super().__init__((arguments.host, arguments.port), _Handler)

    def take(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raises WebhookInvalid."""
        event = verify_webhook(body, headers, self._secrets)
        with self._lock:
            is_again = event.id in self._seen
            self._seen[event.id] = None
            if len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)
            self._show(event, is_again)

    def told(self) -> None:
        """One was taken and answered; after the last one the server ends."""
        with self._lock:
            if self._left is not None:
                self._left -= 1
                if self._left == 0:
                    threading.Thread(target=self.shutdown, daemon=True).start()

    def refused(self, why: str) -> None:
        complain(f"refused: {why}")

    def _show(self, event: Event, is_again: bool) -> None:
        if self._arguments.json:
            record = {"id": event.id, "type": event.type, "timestamp": event.timestamp, "data": event.data}
            say_json({**record, "is_again": is_again})
            return
        counts = event.data.get("counts")
        done = f"{counts.get('succeeded')}/{counts.get('total')}" if isinstance(counts, dict) else ""
        cells = (f"{event.timestamp:%Y-%m-%dT%H:%M:%SZ}", event.type, str(event.data.get("id", "")), done)
        say_line("  ".join((*(each for each in cells if each), *(("again",) if is_again else ()))))


class _Handler(BaseHTTPRequestHandler):
    server: _Listener
    timeout = _QUIET_S

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length[:10]) > _MAX_BYTES:
            self._answer(413)
            return
        body = self.rfile.read(int(length))
        try:
            self.server.take(dict(self.headers.items()), body)
        except WebhookInvalid as invalid:
            self.server.refused(str(invalid))
            self._answer(401)
        else:
            self._answer(204)
            self.server.told()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing: each request has its line already."""

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()
