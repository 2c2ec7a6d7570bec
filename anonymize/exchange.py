"""What is asked of the service and what comes back, as values; and plans, which say what to ask next.

A plan is a generator: it yields an `Ask` and is sent an `Answer` or a `Lost`, or yields a `Pause`. It does nothing
itself, so the same plans run under `Client` and `AsyncClient`, and in tests without a network.
"""

import email.utils
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. `is_repeatable`: sent twice it does no more than once."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    is_repeatable: bool = True
    #: So much longer than others the answer may take: it was asked to wait.
    wait_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """Names of headers are in small letters."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    elapsed_s: float = 0.0

    @property
    def retry_after_s(self) -> float | None:
        """`Retry-After` (RFC 9110): seconds, or a date."""
        said = self.headers.get("retry-after", "").strip()
        if said.isdecimal():
            return float(said)
        parsed = email.utils.parsedate_tz(said) if said else None
        return None if parsed is None else max(0.0, email.utils.mktime_tz(parsed) - time.time())


@dataclass(frozen=True, slots=True)
class Lost:
    """No whole answer came. `was_sent`: the service may have had the request all the same."""

    reason: str
    was_sent: bool
    elapsed_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: float


Reply: TypeAlias = Answer | Lost | None
Plan: TypeAlias = Generator[Ask | Pause, Reply, Value]
