"""What every bench prints alike: where and when it ran, and whether a target was reached."""

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime

CORES = len(os.sched_getaffinity(0))


def heading(what: str) -> str:
    machine = f"{CORES} cores, {platform.machine()}, Python {platform.python_version()}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {machine}; {what}"


@dataclass(frozen=True, slots=True)
class Target:
    """`bound` is the least allowed value, or the most where `is_most`."""

    name: str
    value: float
    bound: float
    is_most: bool = False

    @property
    def is_reached(self) -> bool:
        return self.value <= self.bound if self.is_most else self.value >= self.bound

    def line(self) -> str:
        verdict = "reached" if self.is_reached else "NOT reached"
        limit = "at most" if self.is_most else "at least"
        away = (self.value - self.bound) / self.bound
        return f"- {self.name}: {self.value:.3g}, {limit} {self.bound:g}: {verdict} ({away:+.0%} from the bound)"
