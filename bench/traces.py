"""`python -m bench.traces --data FOLDER`: what traces cost a request, switched off and on.

Two whole services stand side by side and are measured in turns, POST /entities by 16 clients; the one's traces go to a
process that throws them away. Then what is left in the code of a service without traces.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import Process
from pathlib import Path
from typing import Final

from bench.load import entities, run
from bench.paragraphs import paragraphs
from bench.report import heading
from deploy.local.valkey import free_port
from shared.traces import stage
from tests.services.stack import Stack

_CLIENTS: Final = 16
_ROUNDS: Final = 6
#: Spans that a job of one text has in its worker, without traces: so often is asked whether to make one.
_QUESTIONS_A_JOB: Final = 8
_QUIET: Final = {"LOG_LEVEL": "warning", "MODELS": "en_sm"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--seconds", type=float, default=4.0, help="of each measurement")
    given = parser.parse_args()
    texts = paragraphs(given.data)
    sys.stdout.write(heading(f"POST /entities, {_CLIENTS} clients, {_ROUNDS} rounds of {given.seconds:g} s") + "\n\n")
    with ExitStack() as undo, tempfile.TemporaryDirectory() as folder:
        url = undo.enter_context(_sink())
        ways = {
            "off": undo.enter_context(_service(Path(folder, "off"), {})),
            "on": undo.enter_context(_service(Path(folder, "on"), {"TRACES_URL": url})),
        }
        rates: dict[str, list[float]] = {name: [] for name in ways}
        # The first round warms up.
        for number in range(_ROUNDS + 1):
            for name, stack in ways.items():
                figures = run(stack.port, texts, entities, clients=_CLIENTS, seconds=given.seconds)
                if figures.failed:
                    raise SystemExit(f"{figures.failed} requests failed")
                if number:
                    rates[name].append(figures.per_second)
    ratios = [on / off for on, off in zip(rates["on"], rates["off"], strict=True)]
    off, on = (statistics.median(rates[name]) for name in ("off", "on"))
    sys.stdout.write(
        f"requests/s: {off:.0f} without traces, {on:.0f} with; ratio {statistics.median(ratios):.2f} "
        f"({min(ratios):.2f} to {max(ratios):.2f})\n"
        f"left without traces: {_question_us():.2f} us a question, {_QUESTIONS_A_JOB} a job\n"
    )
    return 0


@contextmanager
def _service(folder: Path, settings: dict[str, str]) -> Iterator[Stack]:
    folder.mkdir()
    stack = Stack(folder, {**_QUIET, **settings})
    try:
        stack.start_worker()
        yield stack
    finally:
        stack.end()


@contextmanager
def _sink() -> Iterator[str]:
    port = free_port()
    process = Process(target=_take_all, args=(port,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.join()


def _take_all(port: int) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


def _question_us() -> float:
    count = 200_000
    begin = time.perf_counter()
    for _ in range(count):
        with stage("ner"):
            pass
    return (time.perf_counter() - begin) / count * 1e6


if __name__ == "__main__":
    sys.exit(main())
