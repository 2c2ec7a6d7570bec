"""How things stand and what happened so far, over all clients, as pure values: for /metrics and `gateway.status`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shared import keys
from shared.jobs.script import Command, call, pairs

_PERSISTENCE: Final = ("aof_enabled", "aof_last_write_status", "aof_last_bgrewrite_status")
_MEMORY: Final = ("used_memory", "maxmemory")


@dataclass(frozen=True, slots=True)
class LaneFigures:
    """A lane is a model's, or that model's with `.bulk` at its end."""

    lane: str
    #: Units of work: jobs, or parts of bigger ones.
    queued: int
    running: int
    #: For how long the job of the oldest queued unit has been there, milliseconds; 0 where nothing is queued.
    oldest_ms: int


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """What the server said of itself `age_ms` ago, as the worker read it that reconciles."""

    used_bytes: int
    #: 0: no limit of its own.
    max_bytes: int
    is_append_only: bool
    #: Whether its last write to the append-only file succeeded, and the last rewrite of it.
    is_written: bool
    age_ms: int


@dataclass(frozen=True, slots=True)
class DeliveryFigures:
    """At least so many: of very many clients and targets not all are looked at."""

    waiting: int
    sending: int
    #: For how long the one that is longest due has waited for a courier, milliseconds.
    overdue_ms: int


@dataclass(frozen=True, slots=True)
class Figures:
    now_ms: int
    lanes: tuple[LaneFigures, ...]
    deliveries: DeliveryFigures
    dead_letters: int
    #: Notes that stand in no chain of the audit log yet.
    audit_waiting: int
    #: Words of `transitions/totals.lua` -> how often.
    totals: Mapping[tuple[str, ...], int]
    #: None: no worker has said it yet.
    store: StoreFigures | None


def read_figures() -> Command[Figures]:
    return Command(call("figures"), _read)


def note_store(memory: Mapping[str, Any], persistence: Mapping[str, Any], now_ms: int) -> Command[None]:
    """Keep what the server said to INFO, for those who may not ask it."""
    said = {name: memory.get(name, 0) for name in _MEMORY} | {name: persistence.get(name, "") for name in _PERSISTENCE}
    words = [str(word) for pair in {**said, "at_ms": now_ms}.items() for word in pair]
    return Command(("HSET", keys.STORE, *words), lambda _: None)


def _read(reply: Sequence[Any]) -> Figures:
    now, lanes, deliveries, dead_letters, audit_waiting, totals, store = reply
    now_ms = int(now)
    waiting, sending, overdue_ms = deliveries
    return Figures(
        now_ms=now_ms,
        lanes=tuple(sorted((_lane(row, now_ms) for row in lanes), key=lambda each: each.lane)),
        deliveries=DeliveryFigures(int(waiting), int(sending), int(overdue_ms)),
        dead_letters=int(dead_letters),
        audit_waiting=int(audit_waiting),
        totals={tuple(name.decode().split(" ")): int(number) for name, number in pairs(totals).items()},
        store=_store(pairs(store), now_ms) if store else None,
    )


def _lane(row: Sequence[Any], now_ms: int) -> LaneFigures:
    lane, queued, since, running = row
    oldest_ms = max(0, now_ms - int(since)) if int(since) else 0
    return LaneFigures(lane.decode(), int(queued), int(running), oldest_ms)


def _store(said: Mapping[bytes, bytes], now_ms: int) -> StoreFigures:
    return StoreFigures(
        used_bytes=int(said[b"used_memory"]),
        max_bytes=int(said[b"maxmemory"]),
        is_append_only=said[b"aof_enabled"] == b"1",
        is_written=said[b"aof_last_write_status"] == b"ok" and said[b"aof_last_bgrewrite_status"] == b"ok",
        age_ms=max(0, now_ms - int(said[b"at_ms"])),
    )
