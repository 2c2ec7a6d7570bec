"""Repairs what dead processes left behind: leases that ran out, lost messages, jobs that waited too long."""

from typing import Final

from celery import Celery
from kombu.exceptions import OperationalError

from shared import keys
from shared.jobs.figures import note_store
from shared.jobs.repair import reconcile
from shared.jobs.script import Command
from shared.jobs.store import SyncStore
from shared.log import get_logger
from shared.messages import publish
from shared.presence import read_announcements, read_time, withdraw
from shared.settings import Settings
from worker.lost_attempts import tell_lost
from worker.rewriting import rewrite_when_due

#: Units in one line of the log.
_MOST_NAMED: Final = 10


def reconcile_once(store: SyncStore, app: Celery, settings: Settings, *, worker: str) -> None:
    """One pass, unless another worker made one in the last `RECONCILE_S`. Raises StoreUnavailable."""
    lock_ms = int(settings.reconcile_s * 900)
    if not store.run(Command(("SET", keys.RECONCILER_LOCK, worker, "NX", "PX", lock_ms), bool)):
        return
    done = store.run(
        reconcile(
            max_attempts=settings.max_attempts,
            hint_lost_ms=int(settings.hint_lost_s * 1000),
            retention_ms=int(settings.retention_s * 1000),
        )
    )
    _forget_dead_workers(store, settings)
    _note_store(store)
    for event, units in (
        ("lease_ran_out", done.requeued),
        ("unit_poisoned", done.poisoned),
        ("job_expired", done.expired),
    ):
        for unit in units:
            get_logger().warning(event, unit=unit)
    if done.unknown:
        # Left as they are for a worker of that version.
        get_logger().error("record_of_unknown_version", units=done.unknown[:_MOST_NAMED], count=len(done.unknown))
    tell_lost(done.lost_attempts, settings)
    for hint in done.publish:
        try:
            publish(app, hint.lane, hint.unit)
        except OperationalError:
            get_logger().warning("message_not_published", lane=hint.lane, unit=hint.unit)


def _note_store(store: SyncStore) -> None:
    memory, persistence, now_ms = store.run_all(
        [Command(("INFO", section), dict) for section in ("memory", "persistence")] + [read_time()]
    )
    store.run(note_store(memory, persistence, now_ms))


def _forget_dead_workers(store: SyncStore, settings: Settings) -> None:
    """What a killed worker announced tells that its models exist, for as long as a job may wait for one."""
    now_ms, announcements = store.run_all([read_time(), read_announcements()])
    for announcement in announcements:
        if now_ms - announcement.announced_ms > settings.max_queued_s * 1000:
            store.run(withdraw(announcement.worker))
    rewrite_when_due(store, settings)
