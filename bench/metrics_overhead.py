"""`python -m bench.metrics_overhead`: what counting costs a job, by two services side by side, in turns.

One counts, answers for its metrics and is scraped every second (Prometheus does it every 15 s); the other one counts
nothing at all (bench/uncounted.py).
"""

import argparse
import statistics
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import httpx2 as httpx

from bench.load import entities, run, submit_then_poll
from bench.paragraphs import paragraphs
from bench.report import CORES, Target, heading
from deploy.local.valkey import free_port
from tests.services.processes import Program, eventually
from tests.services.valkey import Server

_CLIENTS: Final = 16
_ONE_THREAD: Final = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_MOST: Final = 1.03
_WAYS: Final = {"POST /entities": entities, "submit, wait, result": submit_then_poll}


def main() -> int:
    """0 where counting costs at most 3 %."""
    given = _parser().parse_args()
    texts = paragraphs(Path(given.data))
    per_second: dict[str, dict[str, list[float]]] = {way: {"with": [], "without": []} for way in _WAYS}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ports = {name: stack.enter_context(_service(folder / name, name)) for name in ("with", "without")}
        for port in ports.values():
            run(port, texts, entities, clients=_CLIENTS, seconds=5)
        for number in range(given.rounds):
            for way, do in _WAYS.items():
                # Who is first changes, so that neither has always the warmer machine.
                for name in sorted(ports, reverse=bool(number % 2)):
                    figures = run(ports[name], texts, do, clients=_CLIENTS, seconds=given.seconds)
                    if figures.failed:
                        raise SystemExit("bench: a request failed")
                    per_second[way][name].append(figures.per_second)
    _print(per_second)
    ratios = [ratio for rows in per_second.values() for ratio in _ratios(rows)]
    target = Target("time of a job with metrics / without", statistics.median(ratios), _MOST, is_most=True)
    sys.stdout.write(target.line() + "\n")
    return 0 if target.is_reached else 1


def _print(per_second: Mapping[str, Mapping[str, list[float]]]) -> None:
    lines = [heading(f"{CORES} worker processes, {_CLIENTS} clients, jobs a second"), ""]
    lines += ["| way | with metrics | without | time with / without, median (range) |", "|---|---|---|---|"]
    for way, rows in per_second.items():
        ratios = _ratios(rows)
        lines.append(
            f"| {way} | {statistics.median(rows['with']):.0f} | {statistics.median(rows['without']):.0f} |"
            f" {statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f}) |"
        )
    sys.stdout.write("\n".join(lines) + "\n\n")


def _ratios(rows: Mapping[str, list[float]]) -> list[float]:
    """Of times, round by round."""
    return [without / has for has, without in zip(rows["with"], rows["without"], strict=True)]


@contextmanager
def _service(folder: Path, name: str) -> Iterator[int]:
    """Store, worker and gateway; the gateway's port."""
    folder.mkdir()
    port, metrics_port = free_port(), free_port()
    with ExitStack() as undo:
        server = Server(folder)
        undo.callback(server.end)
        environment = {"REDIS_URL": server.url, "DATA_DIR": str(folder / "data"), "PORT": str(port), "MODELS": "en_sm"}
        # The worker sets the last ones itself, but too late where others import numpy before it.
        environment |= {"LOG_LEVEL": "warning", **_ONE_THREAD}
        if name == "with":
            environment |= {"METRICS_PORT": str(metrics_port)}
        for program in ("gateway", "worker"):
            module = [program] if name == "with" else ["bench.uncounted", program]
            started = Program([sys.executable, "-m", *module], folder / f"{program}.log", environment)
            undo.callback(started.end)
        eventually(lambda: _is_ready(port), what=f"it is ready; see {folder}")
        if name == "with":
            undo.enter_context(_scraped((port, metrics_port)))
        yield port


@contextmanager
def _scraped(ports: tuple[int, ...]) -> Iterator[None]:
    is_over = threading.Event()

    def scrape() -> None:
        while not is_over.wait(1.0):
            for port in ports:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10).read()

    thread = threading.Thread(target=scrape, daemon=True)
    thread.start()
    yield
    is_over.set()
    thread.join()


def _is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/ready").status_code == 200
    except httpx.TransportError:
        return False


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="../shared/data", help="folder of data sets")
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=6.0, help="of each run")
    return parser


if __name__ == "__main__":
    sys.exit(main())
