"""Clients that wait for jobs: `python -m bench.waiting_clients PORT POLLERS STREAMS`, the jobs' ids as JSON on stdin.

Each goes through its share of the jobs, from one that has ended to the next. Prints "ready" when all wait, and at the
end what they were told, as JSON.
"""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Sequence

import uvloop

from bench.load import Connection

_WAIT = "Prefer: wait=60\r\n"


async def poll(port: int, ids: Sequence[str], told: Counter[str]) -> None:
    """Long-polls each job until it has ended."""
    connection = Connection(port)
    for job_id in ids:
        state = "queued"
        while state in ("queued", "running"):
            status, body = await connection.ask("GET", f"/v1/jobs/{job_id}", headers=_WAIT)
            told["polls answered" if status == 200 else f"failed {status}"] += 1
            state = json.loads(body)["state"] if status == 200 else "gone"
        told["ends polled"] += state == "succeeded"
    connection.close()


async def stream(port: int, ids: Sequence[str], told: Counter[str]) -> None:
    """Reads each job's events to the last."""
    for job_id in ids:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET /v1/jobs/{job_id}/events HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        told["streams opened" if head.startswith(b"HTTP/1.1 200") else "failed"] += 1
        async for line in reader:
            told["events"] += line.startswith(b"event:")
            told["ends streamed"] += line.startswith(b"event: finished")
        writer.close()


async def main() -> None:
    port, pollers, streams = map(int, sys.argv[1:])
    ids = json.loads(sys.stdin.readline())
    told: Counter[str] = Counter()
    # Streams from the other end, so that a job's poller and its stream do not meet.
    waiting = [asyncio.create_task(poll(port, ids[number::pollers], told)) for number in range(pollers)]
    waiting += [asyncio.create_task(stream(port, ids[-1 - number :: -streams], told)) for number in range(streams)]
    while told["events"] < streams and not told["failed"]:  # noqa: ASYNC110  many tasks change the counts
        await asyncio.sleep(0.05)
    print("ready", flush=True)
    await asyncio.gather(*waiting)
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    uvloop.run(main())
