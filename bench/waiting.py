"""10,000 jobs that wait, 500 clients that long-poll them and 200 on their events: does the gateway still answer?

    .venv/bin/python -m bench.waiting

Asks /health/live at fixed moments, each time on a new connection, while nobody works, while a worker does, and while
all jobs that are left end in a burst. Prints a markdown table and a line for each target.
"""

import argparse
import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import uvloop

from bench.load import Connection
from bench.report import CORES, Target, heading
from tests.services.stack import Stack

_LANE = "en_sm"
_TEXT = "Nadia Okafor wrote to Elias Brandt of Harbour Lane 7, Galway, on 3 May 2019 about the second invoice."
_SUBMITTERS = 32
#: Between two questions.
_PAUSE_S = 0.1
_MOST_MS, _MOST_MB = 100.0, 300.0
#: The service's own times, not the short ones of the tests.
_SETTINGS = {
    "MODELS": _LANE,
    "WORKER_PROCESSES": str(CORES),
    "LOG_LEVEL": "warning",
    "LEASE_S": "15",
    "RECONCILE_S": "2",
    "HEARTBEAT_S": "2",
    "WORKER_LOST_S": "10",
    "HINT_LOST_S": "10",
}


@dataclass(frozen=True, slots=True)
class Phase:
    """`took_ms`: from the moment of each question to its answer. `rss_mb`: of the gateway at the end."""

    name: str
    took_ms: list[float]
    rss_mb: float

    @property
    def p99_ms(self) -> float:
        return statistics.quantiles(self.took_ms, n=100, method="inclusive")[98]


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.waiting", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--pollers", type=int, default=500)
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=30.0, help="of the first phase; the second has half of it")
    options = parser.parse_args()
    # Inherited by the gateway, the clients and Valkey.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory() as folder, ExitStack() as ends:
        stack = Stack(Path(folder), _SETTINGS)
        ends.callback(stack.end)
        stack.pretend_worker(_LANE)
        ids = uvloop.run(_submit(stack.port, options.jobs))
        clients = _clients(stack.port, options.pollers, options.streams, ids)
        ends.callback(clients.kill)
        phases = list(_phases(stack, options.seconds))
        assert clients.stdout is not None
        told = json.loads(clients.stdout.readline())
        peak_mb = _memory_mb(stack.gateway.pid, "VmHWM")
    _report(options, phases, told, peak_mb)


def _phases(stack: Stack, seconds: float) -> list[Phase]:
    pid = stack.gateway.pid

    def phase(name: str, is_over: Callable[[], bool]) -> Phase:
        took_ms = uvloop.run(_ask_health(stack.port, is_over))
        return Phase(name, took_ms, _memory_mb(pid, "VmRSS"))

    phases = [phase("nobody works", _after(seconds))]
    worker = stack.start_worker()
    phases.append(phase(f"a worker of {CORES} processes works", _after(seconds / 2)))
    worker.end()
    burst = subprocess.Popen(
        [sys.executable, "-m", "bench.waiting_ends", _LANE],
        # The password of the store is for no argument, which everybody can read.
        env={**stack.environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    phases.append(phase("the rest end in a burst", lambda: burst.poll() is not None))
    ended, ended_in_s = burst.communicate()[0].split()
    print(f"The burst: {ended} jobs in {float(ended_in_s):.1f} s.\n")
    return phases


def _after(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() >= end


async def _submit(port: int, jobs: int) -> list[str]:
    body, ids = json.dumps({"text": _TEXT}).encode(), []
    left = iter(range(jobs))

    async def client() -> None:
        connection = Connection(port)
        for _ in left:
            status, answer = await connection.ask("POST", "/v1/jobs", body)
            if status != 202:
                raise SystemExit(f"bench: a job was answered with {status}")
            ids.append(json.loads(answer)["id"])
        connection.close()

    await asyncio.gather(*(client() for _ in range(_SUBMITTERS)))
    return ids


def _clients(port: int, pollers: int, streams: int, ids: list[str]) -> "subprocess.Popen[str]":
    """Running, and all of them waiting."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.waiting_clients", str(port), str(pollers), str(streams)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(ids) + "\n")
    process.stdin.flush()
    if process.stdout.readline().strip() != "ready":
        raise SystemExit("bench: the clients ended early")
    return process


async def _ask_health(port: int, is_over: Callable[[], bool]) -> list[float]:
    """Milliseconds of each answer. A slow one holds up no later question."""
    took_ms: list[float] = []

    async def ask(due: float) -> None:
        connection = Connection(port)
        status, _ = await connection.ask("GET", "/health/live")
        connection.close()
        if status != 200:
            raise SystemExit(f"bench: /health/live answered {status}")
        took_ms.append((time.perf_counter() - due) * 1000)

    asked = []
    due = time.perf_counter()
    while not is_over():
        asked.append(asyncio.create_task(ask(due)))
        due += _PAUSE_S
        await asyncio.sleep(due - time.perf_counter())
    await asyncio.gather(*asked)
    return took_ms


def _memory_mb(pid: int, name: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) * 1024 / 1e6


def _report(options: argparse.Namespace, phases: list[Phase], told: dict[str, int], peak_mb: float) -> None:
    print(heading(f"{options.jobs} jobs, {options.pollers} clients long-polling, {options.streams} on SSE\n"))
    print("| /health/live while | asked | p50 ms | p99 ms | max ms | gateway's RSS, MB |\n|---|---|---|---|---|---|")
    for each in phases:
        print(
            f"| {each.name} | {len(each.took_ms)} | {statistics.median(each.took_ms):.1f} | {each.p99_ms:.1f}"
            f" | {max(each.took_ms):.1f} | {each.rss_mb:.0f} |"
        )
    print("\nThe clients were told: " + ", ".join(f"{name} {count}" for name, count in sorted(told.items())) + ".\n")
    for each in phases:
        print(Target(f"/health/live while {each.name}, slowest, ms", max(each.took_ms), _MOST_MS, is_most=True).line())
    print(Target("the gateway's memory at its peak, MB", peak_mb, _MOST_MB, is_most=True).line())


if __name__ == "__main__":
    main()
