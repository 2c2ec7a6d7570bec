"""Workers announce themselves; the gateway answers GET /v1/models from that, and refuses what nobody serves."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from dataclasses import fields as dataclass_fields
from typing import Any

from shared import keys
from shared.jobs.script import Command


@dataclass(frozen=True, slots=True)
class ServedModel:
    key: str
    language: str
    size: str
    package: str
    version: str
    #: spaCy's own labels, as POST /entities gives them.
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Announcement:
    """One worker, at one moment of the store's clock."""

    worker: str
    processes: int
    lanes: tuple[str, ...]
    models: tuple[ServedModel, ...]
    announced_ms: int


def announce(announcement: Announcement) -> Command[None]:
    value = json.dumps(asdict(announcement), separators=(",", ":"))
    return Command(("HSET", keys.WORKERS, announcement.worker, value), lambda _: None)


def withdraw(worker: str) -> Command[None]:
    return Command(("HDEL", keys.WORKERS, worker), lambda _: None)


def read_time() -> Command[int]:
    """The store's clock, milliseconds since the epoch: the one that presence and leases are judged by."""
    return Command(("TIME",), lambda reply: int(reply[0]) * 1000 + int(reply[1]) // 1000)


def read_announcements() -> Command[tuple[Announcement, ...]]:
    """All that were ever made and not withdrawn; whether one is alive is for the reader to judge."""
    return Command(("HGETALL", keys.WORKERS), _read)


def alive(announcements: Iterable[Announcement], now_ms: int, lost_ms: int) -> tuple[Announcement, ...]:
    """Those that are not older than `lost_ms`."""
    return tuple(each for each in announcements if now_ms - each.announced_ms <= lost_ms)


def _read(reply: Any) -> tuple[Announcement, ...]:
    values = reply.values() if isinstance(reply, dict) else reply[1::2]
    return tuple(_announcement(json.loads(value)) for value in values)


def _model(fields: Mapping[str, Any]) -> ServedModel:
    """A newer worker may say more of its models."""
    known = {each.name: fields[each.name] for each in dataclass_fields(ServedModel)}
    return ServedModel(**{**known, "labels": tuple(fields["labels"])})


def _announcement(fields: Mapping[str, Any]) -> Announcement:
    models = tuple(_model(model) for model in fields["models"])
    return Announcement(
        worker=fields["worker"],
        processes=fields["processes"],
        lanes=tuple(fields["lanes"]),
        models=models,
        announced_ms=fields["announced_ms"],
    )
