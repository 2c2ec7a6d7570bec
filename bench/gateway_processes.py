"""What is lost when a process of the gateway dies, hangs or ends under load, by who manages the processes.

    .venv/bin/python -m bench.gateway_processes

16 clients submit jobs, each under an Idempotency-Key that is sent again where no answer came. Prints the tables of
docs/decisions/0016-gateway-processes.md: for each manager and each fault what the clients saw, then the memory.
"""

import argparse
import os
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import CONFLICT
from pathlib import Path
from typing import Final

import httpx2 as httpx
import redis

from bench.durability import pretend_worker
from bench.process_memory import children, pss_mb
from bench.report import heading
from deploy.local.valkey import free_port, prepare
from shared import keys
from tests.services.processes import Program, eventually

_MANAGERS: Final = {"gunicorn": "gateway", "uvicorn": "bench.gateway_uvicorn"}
_CLIENTS: Final = 16
_PROCESSES: Final = 2
#: Before the fault, and after all processes serve again.
_STEADY_S: Final = 2.0
_PATIENCE_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Site:
    """A gateway without a worker, and its store."""

    manager: Program
    port: int
    store: "redis.Redis"

    @property
    def serving(self) -> int:
        """Processes that have their subscription, which each makes once, just before it listens."""
        return int(self.store.pubsub_numsub(keys.JOB_ENDS)[0][1])

    @property
    def processes(self) -> list[int]:
        """Those that serve; uvicorn's manager has one more child, Python's resource tracker."""
        return [pid for pid in children(self.manager.pid) if "resource_tracker" not in _command(pid)]


@dataclass(slots=True)
class Seen:
    """By the clients."""

    jobs: set[str] = field(default_factory=set)
    broken: int = 0
    refused: Counter[int] = field(default_factory=Counter)
    longest_s: float = 0.0


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")


class Clients:
    """From the making until `end`."""

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}/v1/jobs"
        self._is_over = threading.Event()
        self._lock = threading.Lock()
        self.seen = Seen()
        self._threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(_CLIENTS)]
        for thread in self._threads:
            thread.start()

    def end(self) -> Seen:
        self._is_over.set()
        for thread in self._threads:
            thread.join()
        return self.seen

    def _ask(self, number: int) -> None:
        turn = 0
        with httpx.Client(timeout=_PATIENCE_S) as http:
            while not self._is_over.is_set():
                turn += 1
                self._submit(http, f"bench-{number}-{turn}")

    def _submit(self, http: httpx.Client, key: str) -> None:
        began = time.monotonic()
        while time.monotonic() - began < _PATIENCE_S:
            try:
                answer = http.post(
                    self._url, json={"text": "Nadia Okafor lives in Galway."}, headers={"Idempotency-Key": key}
                )
            except httpx.TransportError as error:
                with self._lock:
                    # One that is not even connected has lost nothing: a proxy asks another gateway.
                    self.seen.broken += not isinstance(error, httpx.ConnectError)
                if self._is_over.is_set():
                    return
                time.sleep(0.05)
                continue
            with self._lock:
                if answer.status_code == 202:
                    self.seen.jobs.add(answer.json()["id"])
                    self.seen.longest_s = max(self.seen.longest_s, time.monotonic() - began)
                    return
                self.seen.refused[answer.status_code] += 1
            if answer.status_code == CONFLICT:
                # What became of the request that broke is not known for another 30 s; this client does not wait.
                return
            time.sleep(0.05)


@contextmanager
def _site(module: str, processes: int) -> Iterator[Site]:
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        valkey = prepare(folder)
        server = Program(list(valkey.command), folder / "valkey.log", {})
        store = redis.Redis.from_url(valkey.url, retry=redis.retry.Retry(redis.backoff.ConstantBackoff(0.1), 50))
        store.ping()
        pretend_worker(store)
        environment = {
            "REDIS_URL": valkey.url,
            "DATA_DIR": name,
            "PORT": str(port),
            "GATEWAY_PROCESSES": str(processes),
            "MAX_QUEUE_DEPTH": "1000000",
            "LOG_LEVEL": "warning",
        }
        manager = Program([sys.executable, "-m", module], folder / "gateway.log", environment)
        site = Site(manager, port, store)
        try:
            eventually(lambda: site.serving == processes, what="all processes serve")
            yield site
        finally:
            manager.end()
            server.end()


def _one(site: Site, number: signal.Signals) -> None:
    os.kill(site.processes[0], number)


_FAULTS: Final[dict[str, Callable[[Site], None]]] = {
    "kill -9 of one of 2 processes": lambda site: _one(site, signal.SIGKILL),
    "one of 2 processes hangs (SIGSTOP)": lambda site: _one(site, signal.SIGSTOP),
    "SIGTERM of the manager": lambda site: site.manager.signal(signal.SIGTERM),
    "kill -9 of the manager": lambda site: site.manager.signal(signal.SIGKILL),
}


def _row(manager: str, fault: str) -> str:
    with _site(_MANAGERS[manager], _PROCESSES) as site:
        clients = Clients(site.port)
        time.sleep(_STEADY_S)
        before = set(site.processes)
        is_end = "manager" in fault
        began = time.monotonic()
        _FAULTS[fault](site)
        if is_end:
            eventually(lambda: not any(_is_alive(pid) for pid in before), what="no process is left")
        else:
            # The dead one is noticed, then its successor serves.
            eventually(lambda: set(site.processes) != before, what="the process is replaced")
            eventually(lambda: site.serving == _PROCESSES, what="all processes serve again")
        took_s = time.monotonic() - began
        if not is_end:
            time.sleep(_STEADY_S)
        seen = clients.end()
        lost = sum(not site.store.exists(keys.job(job)) for job in seen.jobs)
        refused = ", ".join(f"{count} of {status}" for status, count in sorted(seen.refused.items())) or "0"
        longest = "" if is_end else f"{seen.longest_s:.2f}"
        taken = len(seen.jobs)
        return f"| {fault} | {manager} | {taken} | {seen.broken} | {refused} | {lost} | {took_s:.2f} | {longest} |"


def _is_alive(pid: int) -> bool:
    """Not that of a zombie, which nobody may be there to take away."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2][0] != "Z"
    except FileNotFoundError:
        return False


def _memory_row(manager: str, counts: Sequence[int]) -> str:
    cells = []
    for count in counts:
        with _site(_MANAGERS[manager], count) as site:
            clients = Clients(site.port)
            time.sleep(_STEADY_S)
            clients.end()
            # All but the manager: its children, whoever they are.
            total = sum(pss_mb(pid) for pid in (site.manager.pid, *children(site.manager.pid)))
            cells.append(f"{total:.0f}")
    return f"| {manager} | {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.gateway_processes", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--memory", action="store_true", help="only the table of memory")
    options = parser.parse_args()
    print(heading(f"{_CLIENTS} clients submit jobs\n"))
    if not options.memory:
        print(
            "| fault | manager | jobs taken | requests broken | refused for the moment | jobs lost"
            " | s until as before, or gone | longest until a 202, s |\n|---|---|---|---|---|---|---|---|"
        )
        for fault in _FAULTS:
            for manager in _MANAGERS:
                print(_row(manager, fault), flush=True)
    counts = (1, 2, 4)
    print(f"\n| memory, PSS in MB, of all processes: | {' | '.join(map(str, counts))} |\n|---|---|---|---|")
    for manager in _MANAGERS:
        print(_memory_row(manager, counts), flush=True)


if __name__ == "__main__":
    main()
