"""How long a text may take, and what a process died of."""

import multiprocessing
import signal
import time
from collections.abc import Callable

import pytest

from shared.settings import Settings
from worker.limits import EX_OUT_OF_MEMORY, limit_child, private_kb, problem_of, stopped_after, time_limit_s

SETTINGS = Settings(task_time_limit_s=120, max_text_chars=1_000_000, max_job_memory_mb=50)


@pytest.mark.parametrize(
    ("characters", "limit_s"),
    [(0, 30), (100, 30), (250_000, 30), (500_000, 60), (1_000_000, 120), (8_000_000, 120)],
)
def test_the_time_follows_the_length_between_a_quarter_and_all_of_the_limit(characters: int, limit_s: float) -> None:
    assert time_limit_s(characters, SETTINGS) == limit_s


@pytest.mark.parametrize(
    ("exit_code", "problem"),
    [
        (-signal.SIGALRM, "timed-out"),
        (EX_OUT_OF_MEMORY, "out-of-memory"),
        (-signal.SIGKILL, "poison"),
        (-signal.SIGSEGV, "poison"),
        (1, "poison"),
        (None, "poison"),
    ],
)
def test_what_a_process_died_of_is_known_by_its_exit_code(exit_code: int | None, problem: str) -> None:
    assert problem_of(exit_code) == problem


def exit_code_of(act: Callable[[], None]) -> int | None:
    process = multiprocessing.get_context("fork").Process(target=act)
    process.start()
    process.join()
    return process.exitcode


def _stall() -> None:
    limit_child(SETTINGS)
    with stopped_after(0.05):
        time.sleep(3_600)


def _be_quick() -> None:
    limit_child(SETTINGS)
    with stopped_after(3_600):
        with stopped_after(3_600):
            pass
        left_s, _ = signal.getitimer(signal.ITIMER_REAL)
        assert left_s > 3_000, "the outer limit holds on"
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def _take(megabytes: int) -> None:
    limit_child(SETTINGS)
    try:
        bytearray(megabytes * 1_000_000)
    except MemoryError:
        raise SystemExit(EX_OUT_OF_MEMORY) from None


def test_what_takes_too_long_is_stopped_by_the_kernel() -> None:
    assert exit_code_of(_stall) == -signal.SIGALRM
    assert exit_code_of(_be_quick) == 0


@pytest.mark.parametrize(("megabytes", "exit_code"), [(10, 0), (100, EX_OUT_OF_MEMORY)])
def test_a_process_gets_so_much_memory_beyond_what_it_was_born_with(megabytes: int, exit_code: int) -> None:
    born_with = bytearray(200_000_000)
    assert exit_code_of(lambda: _take(megabytes)) == exit_code
    assert born_with


def test_memory_that_is_shared_with_the_parent_is_not_a_childs_own() -> None:
    shared = bytearray(b"x" * 100_000_000)

    def look() -> None:
        before = private_kb()
        own = bytearray(b"x" * 50_000_000)
        raise SystemExit(0 if before < 50_000 <= private_kb() - before + 5_000 and own else 1)

    assert exit_code_of(look) == 0
    assert shared
