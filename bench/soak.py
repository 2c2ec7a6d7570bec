"""`make soak`: many small jobs, one after the other; memory of each process and the store's keys must stay flat.

.venv/bin/python -m bench.soak [--jobs 50000] [--document docs/reliability.md]
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

import redis
import uvloop

from bench.load import Connection
from bench.paragraphs import paragraphs
from bench.process_memory import arguments, children, pss_mb, variable
from bench.report import Target, heading, replace_section
from bench.service import service
from deploy.local.valkey import free_port, url_of

_CLIENTS: Final = 48
#: Below what the service can do, so that what is kept for `_KEPT_S` is of so many jobs all the time.
_JOBS_A_SECOND: Final = 110
_KEPT_S: Final = 15
_SETTINGS: Final = {
    "MODELS": "en_sm",
    "RETENTION_S": str(_KEPT_S),
    "DELIVERY_RETENTION_S": str(_KEPT_S),
    # What is shorter than that.
    "DELIVERY_LEASE_S": "10",
    "WEBHOOK_TIMEOUT_S": "5",
    "WEBHOOK_ALLOWED_HOSTS": "127.0.0.1",
    # An entry a request; by default a million are kept.
    "AUDIT_MAX_ENTRIES": "5000",
}
_WEBHOOK_EACH: Final = 20
_SAMPLE_S: Final = 2.0
#: Of all jobs: what caches learn, and what fills up to its retention, is learnt and filled by then.
_WARM_UP: Final = 0.25
#: The last third's mean against the first's.
_MOST_GROWTH: Final = 1.05


@dataclass(frozen=True, slots=True)
class Sample:
    """Memory in MB: PSS of processes, the store's own count of what it uses."""

    jobs: int
    gateway_mb: float
    worker_mb: float
    children_mb: float
    #: Of the worker and its children: pages that they share count for one or the other as they are written to.
    both_mb: float
    courier_mb: float
    store_mb: float
    keys: int


class Processes:
    """Of the launcher `pid`."""

    def __init__(self, pid: int, store_url: str) -> None:
        parts = {_part(each): each for each in children(pid)}
        self._gateway, self._worker, self._courier = parts["gateway"], parts["worker"], parts["courier"]
        self._store: redis.Redis = redis.Redis.from_url(store_url)

    def sample(self, jobs: int) -> Sample:
        memory, keys = self._store.info("memory"), self._store.dbsize()
        worker_mb = pss_mb(self._worker)
        children_mb = sum(pss_mb(child) for child in children(self._worker))
        return Sample(
            jobs,
            pss_mb(self._gateway),
            worker_mb,
            children_mb,
            worker_mb + children_mb,
            pss_mb(self._courier),
            memory["used_memory"] / 1e6,
            int(keys),
        )

    def kinds_of_keys(self) -> str:
        """What the store still holds, by what stands before the id."""
        kinds = Counter(b":".join(key.split(b":")[:2]).decode() for key in self._store.scan_iter(count=1_000))
        return ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())


def _part(pid: int) -> str:
    """Which part of the service the process is."""
    if variable(pid, "ROLE") == "deliver":
        return "courier"
    return next((name for name in ("gateway", "worker") if name in arguments(pid)), "store")


class Counted:
    """How many jobs ended well, not so, and how many webhooks came."""

    def __init__(self) -> None:
        self.succeeded = 0
        self.failed = 0
        self.told = 0


def main() -> int:
    """0 when all stayed flat and nothing failed."""
    parser = argparse.ArgumentParser(prog="make soak", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--jobs", type=int, default=50_000)
    parser.add_argument("--document", type=Path, help="the file whose figures are replaced")
    options = parser.parse_args()
    # About 30 words each; a number makes every text another one.
    texts = [" ".join(each.split()[:30]) for each in paragraphs(options.data)]
    port, counted = free_port(), Counted()
    receiver = _receiver(counted)
    url = f"http://127.0.0.1:{receiver.server_address[1]}/hook"
    with tempfile.TemporaryDirectory() as folder:
        settings = {**_SETTINGS, "PORT": str(port), "DATA_DIR": folder}
        with service("deploy.local", port=port, path="/health/ready", environment=settings) as pid:
            processes = Processes(pid, url_of(Path(folder)))
            began = time.perf_counter()
            samples = _run(port, _bodies(texts, options.jobs, url), counted, processes)
            took_s = time.perf_counter() - began
            time.sleep(_KEPT_S * 2)
            after, kinds = processes.sample(options.jobs), processes.kinds_of_keys()
    return _report(samples, after, kinds, counted, took_s, options.document)


def _bodies(texts: Sequence[str], jobs: int, url: str) -> Iterator[bytes]:
    for number in range(jobs):
        body: dict[str, object] = {"text": f"{texts[number % len(texts)]} Application no. {number}/26."}
        if number % _WEBHOOK_EACH == 0:
            body["webhook"] = {"url": url}
        yield json.dumps(body).encode()


def _run(port: int, bodies: Iterator[bytes], counted: Counted, processes: Processes) -> list[Sample]:
    samples: list[Sample] = []
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(_SAMPLE_S):
            samples.append(processes.sample(counted.succeeded + counted.failed))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        uvloop.run(_clients(port, bodies, counted))
    finally:
        is_over.set()
        watcher.join()
    return samples


async def _clients(port: int, bodies: Iterator[bytes], counted: Counted) -> None:
    start = time.monotonic()
    numbered = enumerate(bodies)

    async def client() -> None:
        connection = Connection(port)
        for number, body in numbered:
            await asyncio.sleep(max(0.0, start + number / _JOBS_A_SECOND - time.monotonic()))
            if await _job(connection, body):
                counted.succeeded += 1
            else:
                counted.failed += 1
        connection.close()

    await asyncio.gather(*(client() for _ in range(_CLIENTS)))


async def _job(connection: Connection, body: bytes) -> bool:
    """Submitted, waited for, and its result read."""
    status, answer = await connection.ask("POST", "/v1/jobs", body, headers="Prefer: wait=30\r\n")
    job = json.loads(answer)
    if status != 200 or job["state"] != "succeeded":
        return False
    status, _ = await connection.ask("GET", job["links"]["result"])
    return status == 200


def _receiver(counted: Counted) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            counted.told += 1
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def _report(
    samples: Sequence[Sample], after: Sample, kinds: str, counted: Counted, took_s: float, document: Path | None
) -> int:
    done = counted.succeeded + counted.failed
    measured = [sample for sample in samples if sample.jobs >= done * _WARM_UP]
    third = max(1, len(measured) // 3)
    names = [field.name for field in fields(Sample)][1:]
    lines = [
        f"{heading('`make soak`')}: {done} jobs in {took_s:.0f} s, {counted.failed} failed, {counted.told} webhooks\n",
        f"| jobs | {' | '.join(name.replace('_mb', ', MB') for name in names)} |\n|---|{'---|' * len(names)}",
        *(_row(str(sample.jobs), sample, names) for sample in samples[:: max(1, len(samples) // 20)]),
        _row(f"{2 * _KEPT_S} s after the last", after, names),
        f"\nKeys then: {kinds}.\n",
        f"Last third against first, after {_WARM_UP:.0%} as warm-up:\n",
    ]
    targets = [
        Target(name, _mean(measured[-third:], name) / _mean(measured[:third], name), _MOST_GROWTH, is_most=True)
        for name in names
        if name not in {"worker_mb", "children_mb"}
    ]
    lines += [target.line() for target in targets]
    print("\n".join(lines))
    if document:
        replace_section(document, "soak", "\n".join(lines))
    return int(counted.failed > 0 or not all(target.is_reached for target in targets))


def _row(head: str, sample: Sample, names: Sequence[str]) -> str:
    return f"| {head} | {' | '.join(f'{getattr(sample, name):.0f}' for name in names)} |"


def _mean(samples: Sequence[Sample], name: str) -> float:
    return statistics.fmean(getattr(sample, name) for sample in samples)


if __name__ == "__main__":
    sys.exit(main())
