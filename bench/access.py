"""What API keys and limits cost a request.

    .venv/bin/python -m bench.access

Looks at a queued job again and again, by 1 client and by 16, without keys, with one, and with one whose client has a
rate. Prints a markdown table: requests a second, and CPU of the gateway and of Valkey a request.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvloop

from bench.load import Connection
from bench.report import heading
from tests.services.process_tree import cpu_s
from tests.services.stack import Stack

_CLIENTS: Final = (1, 16)
_KEYS: Final = {"AUTH": "keys", "RATE_LIMIT_PER_S": "0"}
#: The rate is never reached, but always counted.
_WAYS: Final = {
    "AUTH=none": {},
    "a key, no rate": _KEYS,
    "a key and a rate": _KEYS | {"RATE_LIMIT_PER_S": "1000000", "RATE_BURST": "1000000"},
}


@dataclass(frozen=True, slots=True)
class Cost:
    per_second: float
    gateway_us: float
    valkey_us: float


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 8.0
    print(heading(f"GET /v1/jobs/{{id}} for {seconds:g} s each"))
    print(
        "\n| way | clients | requests/s | gateway CPU, us a request | Valkey CPU, us a request |\n|---|---|---|---|---|"
    )
    for name, settings in _WAYS.items():
        for clients, cost in zip(_CLIENTS, _costs(settings, seconds), strict=True):
            print(
                f"| {name} | {clients} | {cost.per_second:.0f} | {cost.gateway_us:.0f} | {cost.valkey_us:.0f} |",
                flush=True,
            )


def _costs(settings: dict[str, str], seconds: float) -> list[Cost]:
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        service = Stack(Path(folder), {"LOG_LEVEL": "warning", **settings})
        stack.callback(service.end)
        service.pretend_worker("en_sm")
        headers = _headers(service) if settings else {}
        service.http.headers.update(headers)
        path = f"/v1/jobs/{service.submit('Nadia Okafor lives in Galway.')}"
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        processes = (service.gateway.pid, int(service.valkey.client().info("server")["process_id"]))
        return [_cost(service.port, path, lines, processes, clients, seconds) for clients in _CLIENTS]


def _headers(service: Stack) -> dict[str, str]:
    command = [sys.executable, "-m", "gateway.keys", "create", "--client", "bench", "--scopes", "jobs:read,jobs:write"]
    environment = {**os.environ, **service.environment}
    made = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return {"Authorization": f"Bearer {made.stdout.strip()}"}


def _cost(port: int, path: str, headers: str, processes: Sequence[int], clients: int, seconds: float) -> Cost:
    before = [cpu_s(each) for each in processes]
    done = uvloop.run(_ask(port, path, headers, clients, seconds))
    used = [(cpu_s(each) - was) / done * 1e6 for each, was in zip(processes, before, strict=True)]
    return Cost(done / seconds, *used)


async def _ask(port: int, path: str, headers: str, clients: int, seconds: float) -> int:
    """How many were answered."""
    end, done = time.perf_counter() + seconds, 0

    async def client() -> None:
        nonlocal done
        connection = Connection(port)
        while time.perf_counter() < end:
            status, _ = await connection.ask("GET", path, headers=headers)
            if status != 200:
                raise SystemExit(f"the gateway answered {status}")
            done += 1
        connection.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    return done


if __name__ == "__main__":
    main()
