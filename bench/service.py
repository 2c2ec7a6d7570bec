"""`make bench`: ours, the synchronous design and the limit side by side in one run, as ratios."""

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.load import Figures, Way, entities, run, submit_then_poll
from bench.paragraphs import paragraphs
from deploy.local.valkey import free_port

CORES = len(os.sched_getaffinity(0))


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    figures: Figures


@contextmanager
def service(*command: str, port: int, path: str, environment: dict[str, str] | None = None) -> Iterator[int]:
    """A program that answers GET `path` on `port`; its process id."""
    with program((sys.executable, "-m", *command), environment) as process:
        _await_answer(f"http://127.0.0.1:{port}{path}", process)
        yield process.pid


@contextmanager
def program(command: Sequence[str], environment: dict[str, str] | None = None) -> Iterator["subprocess.Popen[bytes]"]:
    """A program, until the block ends."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command, env={**os.environ, **(environment or {})}, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


def _await_answer(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=3):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    sys.exit(f"bench: {url} does not answer")


@contextmanager
def ours(environment: dict[str, str] | None = None) -> Iterator[tuple[int, int]]:
    """The whole service as `make run` starts it; (port, process id of the launcher)."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        settings = {"PORT": str(port), "DATA_DIR": folder, **(environment or {})}
        with service("deploy.local", port=port, path="/health/ready", environment=settings) as pid:
            yield port, pid


def measure(port: int, texts: list[str], way: Way, name: str, seconds: float) -> list[Row]:
    run(port, texts, way, clients=16, seconds=min(5.0, seconds))
    return [Row(name, run(port, texts, way, clients=clients, seconds=seconds)) for clients in (1, 16, 64)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--seconds", type=float, default=15.0, help="of each measurement")
    options = parser.parse_args()
    texts = paragraphs(options.data)
    limit = float(
        subprocess.check_output(
            [sys.executable, "-m", "bench.limit", str(options.data), str(CORES), str(options.seconds)], text=True
        )
    )
    port = free_port()
    with service(
        *("uvicorn", "bench.synchronous_design:app", "--port", str(port), "--workers", str(CORES)),
        port=port,
        path="/openapi.json",
    ):
        baseline = measure(port, texts, entities, "synchronous design", options.seconds)
    with ours({"MODELS": "en_sm"}) as (port, _):
        rows = measure(port, texts, entities, "ours, POST /entities", options.seconds)
        rows += measure(port, texts, submit_then_poll, "ours, submit then wait", options.seconds)
    report(limit, baseline, rows)


def report(limit: float, baseline: list[Row], rows: list[Row]) -> None:
    machine = f"{CORES} cores, {platform.machine()}, Python {platform.python_version()}"
    print(f"{datetime.now(UTC):%Y-%m-%d}, {machine}; TAB paragraphs of 60 to 120 words, model en_sm")
    print(f"Limit (nlp.pipe, NER alone, {CORES} processes): {limit:.0f} documents/s\n")
    print("| | clients | requests/s | of the limit | p50 ms | p99 ms | throughput ratio | p99 ratio | failed |")
    print("|---|---|---|---|---|---|---|---|---|")
    by_clients = {row.figures.clients: row.figures for row in baseline}
    for row in (*baseline, *rows):
        figures = row.figures
        against = by_clients[figures.clients]
        print(
            f"| {row.name} | {figures.clients} | {figures.per_second:.0f} | {figures.per_second / limit:.2f}"
            f" | {figures.p50_ms:.0f} | {figures.p99_ms:.0f} | {figures.per_second / against.per_second:.2f}"
            f" | {figures.p99_ms / against.p99_ms:.2f} | {figures.failed} |"
        )
    print(json.dumps({"limit": limit, "failed": sum(row.figures.failed for row in (*baseline, *rows))}))


if __name__ == "__main__":
    main()
