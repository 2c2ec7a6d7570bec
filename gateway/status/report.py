"""How the service stands, for a person or a program: what is read of the store, and what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from shared.clock import rfc3339
from shared.jobs.figures import Figures, StoreFigures
from shared.jobs.states import State
from shared.model_catalogue import BULK
from shared.presence import Announcement, alive
from shared.webhooks.deliveries import DeliveryState

#: Of the store's own limit, where it has one.
_MEMORY_SHARE: Final = 0.8


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    name: str
    processes: int
    #: Key and version of each.
    models: tuple[str, ...]
    silent_s: float


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """`auto_sm` and its like are lanes too; parts are those of big jobs."""

    model: str
    processes: int
    queued: int
    queued_parts: int
    running: int
    #: None: nothing waits.
    oldest_s: float | None


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    waiting: int
    sending: int
    overdue_s: float
    delivered: int
    given_up: int


@dataclass(frozen=True, slots=True)
class StoreStatus:
    used_bytes: int
    #: 0: no limit of its own.
    max_bytes: int
    is_durable: bool
    said_s_ago: float


@dataclass(frozen=True, slots=True)
class Status:
    at: str
    #: Empty: all is well.
    faults: tuple[str, ...]
    workers: tuple[WorkerStatus, ...]
    models: tuple[ModelStatus, ...]
    #: Jobs since the store began: submitted, and ended by state.
    jobs: dict[str, int]
    dead_letters: int
    deliveries: DeliveryStatus
    #: None: no worker has said it yet.
    store: StoreStatus | None
    audit_notes_waiting: int


def status_of(figures: Figures, announcements: Sequence[Announcement], *, lost_ms: int, most_wait_s: float) -> Status:
    """`lost_ms`: a worker silent for longer is none; `most_wait_s`: what waits for longer is a fault."""
    living = alive(announcements, figures.now_ms, lost_ms)
    workers = tuple(_worker(each, figures.now_ms) for each in sorted(living, key=lambda each: each.worker))
    models = _models(figures, living)
    deliveries = DeliveryStatus(
        waiting=figures.deliveries.waiting,
        sending=figures.deliveries.sending,
        overdue_s=figures.deliveries.overdue_ms / 1000,
        delivered=figures.totals.get(("delivery_ended", DeliveryState.DELIVERED), 0),
        given_up=figures.totals.get(("delivery_ended", DeliveryState.GIVEN_UP), 0),
    )
    store = None if figures.store is None else _store(figures.store)
    return Status(
        at=rfc3339(figures.now_ms) or "",
        faults=tuple(_faults(workers, models, deliveries, store, most_wait_s)),
        workers=workers,
        models=models,
        jobs=_jobs(figures),
        dead_letters=figures.dead_letters,
        deliveries=deliveries,
        store=store,
        audit_notes_waiting=figures.audit_waiting,
    )


def _worker(announcement: Announcement, now_ms: int) -> WorkerStatus:
    models = tuple(f"{model.key} {model.version}" for model in announcement.models)
    return WorkerStatus(
        announcement.worker,
        announcement.processes,
        models,
        max(0, now_ms - announcement.announced_ms) / 1000,
    )


def _models(figures: Figures, workers: Sequence[Announcement]) -> tuple[ModelStatus, ...]:
    by_lane = {each.lane: each for each in figures.lanes}
    served = {lane: sum(each.processes for each in workers if lane in each.lanes) for w in workers for lane in w.lanes}
    found = []
    for model in sorted({lane.removesuffix(BULK) for lane in (*by_lane, *served)}):
        small, bulk = by_lane.get(model), by_lane.get(model + BULK)
        lanes = [each for each in (small, bulk) if each is not None]
        oldest = [each.oldest_ms / 1000 for each in lanes if each.queued]
        found.append(
            ModelStatus(
                model=model,
                processes=served.get(model, 0),
                queued=small.queued if small else 0,
                queued_parts=bulk.queued if bulk else 0,
                running=sum(each.running for each in lanes),
                oldest_s=max(oldest, default=None),
            )
        )
    return tuple(found)


def _jobs(figures: Figures) -> dict[str, int]:
    def total(kind: str, last: str) -> int:
        return sum(number for words, number in figures.totals.items() if words[0] == kind and last in ("", words[-1]))

    return {"submitted": total("submitted", "")} | {
        state.value: total("ended", state) for state in State if state.is_terminal
    }


def _store(said: StoreFigures) -> StoreStatus:
    is_durable = said.is_append_only and said.is_written
    return StoreStatus(said.used_bytes, said.max_bytes, is_durable, said.age_ms / 1000)


def _faults(
    workers: Sequence[WorkerStatus],
    models: Sequence[ModelStatus],
    deliveries: DeliveryStatus,
    store: StoreStatus | None,
    most_wait_s: float,
) -> list[str]:
    faults = [] if workers else ["no worker lives"]
    for each in models:
        if workers and each.oldest_s is not None and not each.processes:
            faults.append(f"nobody serves {each.model}, and {each.queued + each.queued_parts} wait for it")
        if each.oldest_s is not None and each.oldest_s > most_wait_s:
            faults.append(f"the oldest of {each.model} waits for {each.oldest_s:.0f} s")
    if deliveries.overdue_s > most_wait_s:
        faults.append(f"a webhook that is due waits for {deliveries.overdue_s:.0f} s: does a courier live?")
    if store is not None and not store.is_durable:
        faults.append("the store writes no append-only file, or its disk is full")
    if store is not None and store.max_bytes and store.used_bytes > _MEMORY_SHARE * store.max_bytes:
        faults.append(f"the store uses {store.used_bytes / store.max_bytes:.0%} of its memory")
    return faults
