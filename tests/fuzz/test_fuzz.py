"""Whatever is sent, each parser answers or refuses in its own words, soon, and in little memory."""

import signal
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS, Target, check

SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
LONG_CHARS = 100_000
#: A parser that takes the square of 100,000 steps takes minutes.
LONGEST_S = 10.0
MOST_BYTES = 100_000_000


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
@given(data=st.data())
@SETTINGS
def test_a_parser_answers_or_refuses(target: Target, data: st.DataObject) -> None:
    check(target, data.draw(target.inputs()))


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
@given(data=st.data())
@settings(SETTINGS, max_examples=3)
def test_what_is_long_is_answered_soon(target: Target, data: st.DataObject) -> None:
    pieces = data.draw(st.lists(st.sampled_from(target.pieces), min_size=1, max_size=3))
    # A piece may be empty.
    unit = "".join(pieces) or " "
    with bounded():
        check(target, unit * (LONG_CHARS // len(unit)))


@contextmanager
def bounded() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise AssertionError(f"not within {LONGEST_S:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, LONGEST_S)
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("fault", [KeyError, IndexError, OverflowError, RecursionError])
def test_another_error_would_be_seen(fault: type[Exception]) -> None:
    def broken(sent: str) -> None:
        raise fault(sent)

    with pytest.raises(fault):
        check(Target("broken", broken, ("a",)), "a")
