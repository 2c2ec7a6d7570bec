"""Ends every queued job of a lane as fast as the store takes it: `python -m bench.waiting_ends LANE`.

As a worker does it, without the work: claim, finish. Prints how many, and in how many seconds.
"""

import sys
import time

from shared.jobs.states import State
from shared.jobs.store import SyncStore
from shared.jobs.transitions import Claimed, claim, finish
from shared.redis import connect_sync
from shared.settings import get_settings

_AT_ONCE = 16
_RETENTION_MS = 3_600_000


def claimed(store: SyncStore, lane: str) -> tuple[Claimed, ...]:
    _, units = store.run(
        claim(
            (lane,),
            hint_lane=lane,
            hint="",
            worker="bench",
            node="bench",
            lease_ms=15_000,
            max_jobs=_AT_ONCE,
            max_characters=1_000_000,
            retention_ms=_RETENTION_MS,
            long_characters=1_000_000,
            max_long=1,
        )
    )
    return units


def main() -> None:
    store, lane = SyncStore(connect_sync(get_settings())), sys.argv[1]
    ended, start = 0, time.perf_counter()
    while units := claimed(store, lane):
        # Nobody reads the page.
        store.run_all(
            [
                finish(
                    unit.unit,
                    unit.token,
                    State.SUCCEEDED,
                    succeeded=1,
                    failed=0,
                    problem=None,
                    page=b"sealed",
                    retention_ms=_RETENTION_MS,
                )
                for unit in units
            ]
        )
        ended += len(units)
    print(ended, time.perf_counter() - start)


if __name__ == "__main__":
    main()
