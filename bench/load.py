"""A load generator that leaves the cores to the service: closed-loop clients on raw sockets in one process."""

import asyncio
import json
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import uvloop


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one run: requests a second over the whole of it, latencies in milliseconds."""

    clients: int
    done: int
    failed: int
    per_second: float
    p50_ms: float
    p99_ms: float


class Connection:
    """One HTTP/1.1 connection that stays open."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: bytes = b"", *, headers: str = "") -> tuple[int, bytes]:
        """Status and body."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{headers}"
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        status = int(answer[9:12])
        lowered = answer.lower()
        at = lowered.index(b"content-length: ") + 16
        length = int(lowered[at : lowered.index(b"\r\n", at)])
        return status, await reader.readexactly(length)

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()


Way = Callable[[Connection, bytes], Awaitable[bool]]


async def entities(connection: Connection, text: bytes) -> bool:
    """POST /entities, the original contract."""
    status, _ = await connection.ask("POST", "/entities", text)
    return status == 200


async def submit_then_poll(connection: Connection, text: bytes) -> bool:
    """POST /v1/jobs, then GET with `Prefer: wait`, then the result: three requests, timed as one."""
    status, body = await connection.ask("POST", "/v1/jobs", text)
    if status != 202:
        return False
    job = json.loads(body)["links"]
    status, body = await connection.ask("GET", job["self"], headers="Prefer: wait=30\r\n")
    if status != 200 or json.loads(body)["state"] != "succeeded":
        return False
    status, _ = await connection.ask("GET", job["result"])
    return status == 200


def run(port: int, texts: Sequence[str], way: Way, *, clients: int, seconds: float) -> Figures:
    """As many clients as asked, each with one request under way at a time, for so long."""
    bodies = [json.dumps({"text": text}).encode() for text in texts]
    return uvloop.run(_run(port, bodies, way, clients, seconds))


def run_each(port: int, texts: Sequence[str], way: Way, *, clients: int) -> int:
    """Each text once, by as many clients as asked; how many failed."""
    return uvloop.run(_run_each(port, [json.dumps({"text": text}).encode() for text in texts], way, clients))


async def _run_each(port: int, bodies: Sequence[bytes], way: Way, clients: int) -> int:
    waiting = iter(bodies)
    failed = 0

    async def client() -> None:
        nonlocal failed
        connection = Connection(port)
        for body in waiting:
            failed += not await way(connection, body)
        connection.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    return failed


async def _run(port: int, bodies: Sequence[bytes], way: Way, clients: int, seconds: float) -> Figures:
    latencies: list[float] = []
    failed = 0
    start = time.perf_counter()
    end = start + seconds

    async def client(number: int) -> None:
        nonlocal failed
        connection = Connection(port)
        turn = number
        while (began := time.perf_counter()) < end:
            if await way(connection, bodies[turn % len(bodies)]):
                latencies.append(time.perf_counter() - began)
            else:
                failed += 1
            turn += clients
        connection.close()

    await asyncio.gather(*(client(number) for number in range(clients)))
    took = time.perf_counter() - start
    cuts = statistics.quantiles(latencies, n=100) if len(latencies) > 1 else [0.0] * 99
    return Figures(clients, len(latencies), failed, len(latencies) / took, cuts[49] * 1000, cuts[98] * 1000)
