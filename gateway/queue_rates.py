"""How fast the units of a lane are claimed, kept for a moment so that looking at a job costs no further round trip."""

import math
import time
from typing import Final

from shared.jobs.reads import read_rate
from shared.jobs.store import AsyncStore

_KEPT_S: Final = 1.0
#: Bounds of the `Retry-After` of a job that is not done.
_SOONEST_S: Final = 1
_LATEST_S: Final = 60


class QueueRates:
    def __init__(self, store: AsyncStore) -> None:
        self._store = store
        self._known: dict[str, tuple[float, float]] = {}

    async def now(self, lane: str) -> float:
        """Units a second over the last half minute. Raises StoreUnavailable."""
        read_at, rate = self._known.get(lane, (float("-inf"), 0.0))
        if time.monotonic() - read_at > _KEPT_S:
            rate = await self._store.run(read_rate(lane))
            self._known[lane] = (time.monotonic(), rate)
        return rate

    async def wait_s(self, lane: str, position: int) -> float | None:
        """Seconds until a unit with so many before it is claimed; None when nothing was claimed lately."""
        rate = await self.now(lane)
        return round(position / rate, 1) if rate > 0.01 else None


def retry_after_s(wait_s: float | None) -> int:
    """When to look again: soon, unless the queue is long."""
    return min(max(math.ceil(wait_s or 0), _SOONEST_S), _LATEST_S)
