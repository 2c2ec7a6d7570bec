"""What a worker and each of its processes cost: PSS after real work, with 1, 2 and 4 processes.

.venv/bin/python -m bench.memory --data ../shared/data
"""

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

from bench.load import Connection, entities, run, submit_then_poll
from bench.paragraphs import paragraphs
from bench.process_memory import arguments, children, pss_mb
from bench.report import Target, heading
from bench.service import ours

MODELS = "en_sm,fr_sm"
_COUNTS = (1, 2, 4)
_MOST_MB = 60.0


@dataclass(frozen=True, slots=True)
class Pss:
    """MB; a page that processes share counts in each of them by its share."""

    main: float
    children: tuple[float, ...]

    @property
    def total(self) -> float:
        return self.main + sum(self.children)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.memory", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--seconds", type=float, default=10.0, help="of work of each kind before the reading")
    options = parser.parse_args()
    texts = paragraphs(options.data)
    measured = {count: measure(texts, processes=count, seconds=options.seconds) for count in _COUNTS}
    print(heading(f"models {MODELS}, PSS after {4 * options.seconds:.0f} s of work\n"))
    print("| processes | main, MB | each child, MB | total, MB | a further child adds, MB |\n|---|---|---|---|---|")
    fewest = min(_COUNTS)
    added = []
    for count, pss in measured.items():
        each_child = ", ".join(f"{each:.0f}" for each in pss.children)
        more = [(pss.total - measured[fewest].total) / (count - fewest)] if count > fewest else []
        added += more
        print(
            f"| {count} | {pss.main:.0f} | {each_child} | {pss.total:.0f} | {''.join(f'{each:.0f}' for each in more)} |"
        )
    print()
    print(Target("a further child adds, MB of PSS", max(added), _MOST_MB, is_most=True).line())


def measure(texts: list[str], *, processes: int, seconds: float) -> Pss:
    """Of a service of its own, after English and French texts on both contracts."""
    with ours({"MODELS": MODELS, "WORKER_PROCESSES": str(processes)}) as (port, launcher):
        for way in (entities, french_entities, submit_then_poll, french_job):
            figures = run(port, texts, way, clients=16 * processes, seconds=seconds)
            if figures.failed or not figures.done:
                raise SystemExit(f"bench: {figures.failed} of {figures.done + figures.failed} requests failed")
        time.sleep(1)
        return _pss(_worker(launcher))


async def french_entities(connection: Connection, body: bytes) -> bool:
    """The same texts with the other model: its pages are touched too."""
    return await entities(connection, _with(body, b'"model_language": "fr"'))


async def french_job(connection: Connection, body: bytes) -> bool:
    return await submit_then_poll(connection, _with(body, b'"language": "fr"'))


def _with(body: bytes, field: bytes) -> bytes:
    return body[:-1] + b", " + field + b"}"


def _worker(launcher: int) -> int:
    for pid in children(launcher):
        if arguments(pid)[1:3] == ["-m", "worker"]:
            return pid
    raise SystemExit("bench: the service has no worker")


def _pss(worker: int) -> Pss:
    return Pss(pss_mb(worker), tuple(pss_mb(child) for child in children(worker)))


if __name__ == "__main__":
    main()
