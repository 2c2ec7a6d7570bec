"""The one clock: milliseconds since the epoch, UTC. Leases use the store's own clock, not this one."""

import time
from datetime import UTC, datetime


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def rfc3339(moment_ms: int | None) -> str | None:
    """`2026-11-23T06:00:00.123Z`; None stays None."""
    if moment_ms is None:
        return None
    moment = datetime.fromtimestamp(moment_ms / 1000, tz=UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
