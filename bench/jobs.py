"""One job of 1,000 paragraphs, and 1,000 single jobs, against the engine called directly on all cores.

    .venv/bin/python -m bench.jobs --data ../shared/data

Prints markdown tables and a line for the target. docs/performance.md keeps the figures.
"""

import argparse
import statistics
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx2 as httpx

from bench.job_ways import MODEL, SINGLE_CLIENTS, do_job, job_body
from bench.load import Figures, run, submit_then_poll
from bench.paragraphs import paragraphs
from bench.report import CORES, Target, heading
from bench.rounds import Contender, Seconds, interleave, ratio, ratio_cell, words
from bench.service import ours

_DOCUMENTS = 1_000
_LEAST_SHARE = 0.7
_RAW, _JOB = f"engine called directly, {CORES} processes (the raw limit)", "one job, submit to result"
_SINGLES = "the same as single jobs, {clients} clients"
#: Few, so that an idle service stays nearly idle: what is asked is how long one waits, not how many fit.
_CLIENTS = 4


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.jobs", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--documents", type=int, default=_DOCUMENTS)
    parser.add_argument("--seconds", type=float, default=10.0, help="of single jobs beside the big one, and without it")
    options = parser.parse_args()
    texts = paragraphs(options.data, least_words=20, most_words=300)[: options.documents]
    print(heading(f"{len(texts)} TAB paragraphs, {words(texts)} words, model {MODEL}, default options\n"))
    with ours({"MODELS": MODEL, "WORKER_PROCESSES": str(CORES)}) as (port, _):
        target = throughput(texts, port, options.rounds)
        waits(texts, port, options.seconds)
    print(target.line())


def throughput(texts: Sequence[str], port: int, rounds: int) -> Target:
    """Documents a second of every way, in turns; the big job's share of the raw limit."""
    raw = Contender(_RAW, _way("raw"), texts)
    print("| | s, median | documents/s | of the raw limit, median of ratios (range) |\n|---|---|---|---|")
    big = interleave([raw, Contender(_JOB, _way("job", port), texts)], rounds=rounds)
    _rows(big, len(texts))
    # Fewer rounds: each takes five times as long.
    singles = interleave(
        [
            raw,
            *(Contender(_SINGLES.format(clients=each), _way(f"singles{each}", port), texts) for each in SINGLE_CLIENTS),
        ],
        rounds=max(rounds // 3, 1),
    )
    _rows(singles, len(texts))
    print()
    return Target(f"one job of {len(texts)} documents, of the raw limit", ratio(big, _RAW, _JOB), _LEAST_SHARE)


def _rows(seconds: Seconds, documents: int) -> None:
    for name, taken in seconds.items():
        median = statistics.median(taken)
        print(f"| {name} | {median:.2f} | {documents / median:.0f} | {ratio_cell(seconds, _RAW, name)} |")


def waits(texts: Sequence[str], port: int, seconds: float) -> None:
    """How long single jobs take on an idle service, and while big jobs follow one another."""
    rows = {"idle service": _measured(texts, port, seconds)}
    with big_jobs(texts, port):
        rows["while big jobs run"] = _measured(texts, port, seconds)
    print(f"| single jobs of {_CLIENTS} clients | jobs/s | p50 ms | p99 ms |\n|---|---|---|---|")
    for name, figures in rows.items():
        print(f"| {name} | {figures.per_second:.0f} | {figures.p50_ms:.0f} | {figures.p99_ms:.0f} |")
    print()


def _measured(texts: Sequence[str], port: int, seconds: float) -> Figures:
    figures = run(port, texts, submit_then_poll, clients=_CLIENTS, seconds=seconds)
    if figures.failed or not figures.done:
        raise SystemExit(f"bench: {figures.failed} of {figures.done + figures.failed} jobs failed")
    return figures


@contextmanager
def big_jobs(texts: Sequence[str], port: int) -> Iterator[None]:
    """One big job after the other, until the block ends."""
    body, is_over = job_body(texts), threading.Event()

    def submit() -> None:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120.0) as http:
            while not is_over.is_set():
                do_job(http, body, len(texts))

    # It waits for answers nearly all the time, so it takes nothing from the clients of this process.
    thread = threading.Thread(target=submit)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _way(name: str, port: int | None = None) -> list[str]:
    return [sys.executable, "-m", "bench.job_ways", name, *([] if port is None else [str(port)])]


if __name__ == "__main__":
    main()
