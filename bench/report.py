"""What every bench prints alike: where and when it ran, and whether a target was reached."""

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

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


def replace_section(document: Path, name: str, section: str) -> None:
    """Writes it between the comments `name: begin` and `name: end` of a file. Raises ValueError without them."""
    before, begin, rest = document.read_text(encoding="utf-8").partition(f"<!-- {name}: begin -->\n")
    _, end, after = rest.partition(f"<!-- {name}: end -->\n")
    if not begin or not end:
        raise ValueError(f"{document} has no section {name}")
    document.write_text(f"{before}{begin}\n{section}\n\n{end}{after}", encoding="utf-8")
