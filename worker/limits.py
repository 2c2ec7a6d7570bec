"""Time and memory of a worker's process: the kernel holds both, whatever a text makes of the process's own code."""

import os
import resource
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import billiard.pool

from shared.errors import OutOfMemory, PoisonJob, TimedOut
from shared.settings import Settings

#: A process that could not get the memory that it asked for ends with this.
EX_OUT_OF_MEMORY: Final = 101
#: What a process died of, by its exit code (billiard: a signal's number below 0); all else is the text's own doing.
_PROBLEMS: Final = {-signal.SIGALRM: TimedOut.problem, EX_OUT_OF_MEMORY: OutOfMemory.problem}
#: Of TASK_TIME_LIMIT_S, for units that are far smaller than the longest text.
_LEAST_SHARE: Final = 0.25
PROBLEMS: Final = (PoisonJob.problem, *_PROBLEMS.values())
#: A close look costs 3 ms; it is taken so often, and when all memory grew by so much.
_LOOK_EVERY_S: Final = 1.0
_GROWTH_KB: Final = 8_000


def problem_of(exit_code: int | None) -> str:
    return _PROBLEMS.get(exit_code or 0, PoisonJob.problem)


def time_limit_s(characters: int, settings: Settings) -> float:
    """TASK_TIME_LIMIT_S for the longest text, and less for shorter ones: a stall is noticed the sooner."""
    share = characters / settings.max_text_chars
    return settings.task_time_limit_s * min(1.0, max(_LEAST_SHARE, share))


@contextmanager
def stopped_after(limit_s: float) -> Iterator[None]:
    """The process is killed by SIGALRM when what is within takes longer: no handler of ours could run in C code."""
    outer_s, _ = signal.setitimer(signal.ITIMER_REAL, limit_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, outer_s)


def limit_child(settings: Settings) -> None:
    """Have the kernel hold the calling process to its limits; once, when it starts."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    # RLIMIT_DATA counts what the models take too, as they stand here by the fork.
    own_bytes = _status_kb("VmData") * 1024
    resource.setrlimit(
        resource.RLIMIT_DATA, (own_bytes + settings.max_job_memory_mb * 1_000_000, resource.RLIM_INFINITY)
    )


def recycle_by_own_memory() -> None:
    """Have billiard compare a child's own memory with `worker_max_memory_per_child`, after each task.

    By itself it takes the peak of all memory (ru_maxrss), shared models included: one long text, and the child would be
    replaced whatever it gave back.
    """
    looked_at_s = 0.0
    resident_then_kb = own_kb = 0

    def memory_kb() -> int:
        nonlocal looked_at_s, resident_then_kb, own_kb
        resident_kb = _resident_kb()
        if time.monotonic() - looked_at_s >= _LOOK_EVERY_S or resident_kb - resident_then_kb > _GROWTH_KB:
            looked_at_s, resident_then_kb, own_kb = time.monotonic(), resident_kb, private_kb()
        # billiard takes 0 for a fault.
        return max(1, own_kb)

    setattr(billiard.pool, "mem_rss", memory_kb)  # noqa: B010  billiard's stubs do not know the function


def private_kb() -> int:
    """What the calling process has for itself alone (proc(5), smaps_rollup)."""
    lines = Path(f"/proc/{os.getpid()}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))


def _resident_kb() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize() // 1024


def _status_kb(name: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
