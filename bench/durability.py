"""What it costs that a 202 says `durability: fsync`: submits a second, with nobody working on the jobs.

    .venv/bin/python -m bench.durability --data ../shared/data

For each way in which the store writes its append-only file: how fast jobs are taken, and how many were promised.
"""

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import redis

from bench.load import Connection, Figures, run
from bench.paragraphs import paragraphs
from bench.report import heading
from bench.service import program, service
from deploy.local.valkey import free_port, prepare
from shared.jobs.store import SyncStore
from shared.presence import Announcement, ServedModel, announce, read_time

_CLIENTS: Final = (1, 16, 64)
#: Name, and the server's settings.
_WAYS: Final = (
    ("appendfsync always", {"appendonly": "yes", "appendfsync": "always"}),
    ("appendfsync everysec", {"appendonly": "yes", "appendfsync": "everysec"}),
    ("appendonly no", {"appendonly": "no"}),
)
_HOUR_MS: Final = 3_600_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.durability", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement")
    options = parser.parse_args()
    texts = paragraphs(options.data)
    print(heading("POST /v1/jobs of TAB paragraphs of 60 to 120 words, nobody works on them\n"))
    print(
        "| store | clients | submits/s | p50 ms | p99 ms | fsync | memory | failed |\n|---|---|---|---|---|---|---|---|"
    )
    with gateway_alone() as (port, store):
        for name, settings in _WAYS:
            for clients in _CLIENTS:
                store.flushall()
                pretend_worker(store)
                for setting, value in settings.items():
                    store.config_set(setting, value)
                promised: Counter[str] = Counter()
                figures = measured(port, texts, clients, options.seconds, promised)
                print(
                    f"| {name} | {clients} | {figures.per_second:.0f} | {figures.p50_ms:.1f} | {figures.p99_ms:.1f}"
                    f" | {promised['fsync']} | {promised['memory']} | {figures.failed} |"
                )


def measured(port: int, texts: list[str], clients: int, seconds: float, promised: Counter[str]) -> Figures:
    async def submit(connection: Connection, text: bytes) -> bool:
        status, body = await connection.ask("POST", "/v1/jobs", text)
        if status == 202:
            promised[json.loads(body)["durability"]] += 1
        return status == 202

    run(port, texts, submit, clients=clients, seconds=0.5)
    promised.clear()
    return run(port, texts, submit, clients=clients, seconds=seconds)


@contextmanager
def gateway_alone() -> Iterator[tuple[int, "redis.Redis"]]:
    """A Valkey and a gateway; the port of the one, a connection to the other."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        valkey = prepare(Path(folder))
        with program(valkey.command):
            store = redis.Redis.from_url(valkey.url, retry=redis.retry.Retry(redis.backoff.ConstantBackoff(0.1), 50))
            store.ping()
            settings = {
                "REDIS_URL": valkey.url,
                "DATA_DIR": folder,
                "PORT": str(port),
                "MAX_QUEUE_DEPTH": "1000000",
                "LOG_LEVEL": "error",
            }
            with service("gateway", port=port, path="/health/live", environment=settings):
                yield port, store


def pretend_worker(store: "redis.Redis") -> None:
    """Jobs for en_sm are taken for an hour."""
    runner = SyncStore(store)
    moment = runner.run(read_time()) + _HOUR_MS
    served = (ServedModel("en_sm", "en", "sm", "none", "0", ()),)
    runner.run(announce(Announcement("pretended", 1, ("en_sm",), served, moment)))


if __name__ == "__main__":
    main()
