"""`python -m tests.fuzz --seconds 60`: every parser for its share of the time, with new examples at each run."""

import argparse
import sys
import time
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS, Target, check
from tests.unit.test_files_properties import KINDS, attempt, good, mutations

_ROUND = settings(
    max_examples=300,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate, Phase.shrink),
)


def main() -> int:
    """0: nothing was found; else the example is shown by the error."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--seconds", type=float, default=60.0)
    share_s = parser.parse_args().seconds / (len(TARGETS) + len(KINDS))
    runs = {target.name: _of_target(target) for target in TARGETS}
    runs |= {f"a {kind} file": _of_kind(kind) for kind in KINDS}
    for name, run in runs.items():
        end, rounds = time.monotonic() + share_s, 0
        while rounds == 0 or time.monotonic() < end:
            run()
            rounds += 1
        sys.stdout.write(f"{name}: {rounds * 300} examples\n")
    return 0


def _of_target(target: Target) -> Callable[[], None]:
    @_ROUND
    @given(target.inputs(200))
    def run(sent: str) -> None:
        check(target, sent)

    return run


def _of_kind(kind: str) -> Callable[[], None]:
    @_ROUND
    @given(st.one_of(st.binary(max_size=2_000), mutations().map(lambda mutate: mutate(good(kind)))))
    def run(content: bytes) -> None:
        attempt(kind, content)

    return run


if __name__ == "__main__":
    sys.exit(main())
