"""The Lua script that alone writes job records, and commands as pure values: what to send, how to read the reply."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from shared import keys
from shared.jobs.job import RECORD_VERSION
from shared.jobs.states import legal_moves_as_lua

Reply = TypeVar("Reply")
Argument = str | bytes | int

#: Seconds in which the rate of a lane forgets.
RATE_MEMORY_S: Final = 30
#: Upper bounds of the buckets in which waits and runs of jobs are counted, milliseconds: 10 ms to an hour.
TIME_BOUNDS_MS: Final = (
    *(10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000),
    *(30_000, 60_000, 300_000, 900_000, 3_600_000),
)
#: In this order: a Lua function must stand before the ones that call it.
_FILES: Final = (
    "head",
    "totals",
    "rates",
    "keys",
    "units",
    "deliveries",
    "courier",
    "endpoints",
    "ends",
    "submit",
    "work",
    "client",
    "idempotency",
    "templates",
    "rotation",
    "repair",
    "audit",
    "figures",
    "call",
)


@dataclass(frozen=True, slots=True)
class Command(Generic[Reply]):
    """A Redis command and the meaning of its reply."""

    arguments: tuple[Argument, ...]
    read: Callable[[Any], Reply]


@cache
def script() -> str:
    """The Lua source with the key prefix and the table of legal moves filled in."""
    folder = Path(__file__).with_name("transitions")
    source = "\n".join((folder / f"{name}.lua").read_text(encoding="utf-8") for name in _FILES)
    for name, value in (
        ("@PREFIX@", keys.PREFIX),
        ("@MOVES@", keys.JOB_MOVES),
        ("@ENDS@", keys.JOB_ENDS),
        ("@REWRITE@", keys.REWRITE_WANTED),
        ("@VERSION@", str(RECORD_VERSION)),
        ("@RATE_MEMORY_S@", str(RATE_MEMORY_S)),
        ("@BOUNDS_MS@", ",".join(map(str, TIME_BOUNDS_MS))),
        ("@LEGAL_MOVES@", legal_moves_as_lua()),
    ):
        source = source.replace(name, value)
    return source


@cache
def script_sha() -> str:
    """The name under which Redis keeps the script (EVALSHA)."""
    return hashlib.sha1(script().encode(), usedforsecurity=False).hexdigest()


def call(operation: str, *arguments: Argument) -> tuple[Argument, ...]:
    """The words of a call of one of the script's operations."""
    return ("EVALSHA", script_sha(), 0, operation, *arguments)


def pairs(flat: Any) -> Mapping[bytes, bytes]:
    """A hash from a flat list of fields and values (RESP2), or from redis-py's own reading of one."""
    if isinstance(flat, dict):
        return flat
    return dict(zip(flat[::2], flat[1::2], strict=True))


def flat(fields: Mapping[str, Argument] | Mapping[str, bytes] | Mapping[str, int]) -> list[Argument]:
    """A mapping as the words of a call: name, value, name, value."""
    return [word for pair in fields.items() for word in pair]


def as_bytes(value: Argument) -> bytes:
    """As Redis gives it back."""
    return value if isinstance(value, bytes) else str(value).encode()
