"""Repairs what dead processes left behind: leases that ran out, lost messages, jobs that waited too long."""

from celery import Celery
from kombu.exceptions import OperationalError

from shared import keys
from shared.jobs.script import Command
from shared.jobs.store import SyncStore
from shared.jobs.transitions import reconcile
from shared.log import get_logger
from shared.messages import publish
from shared.settings import Settings


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
    for event, units in (
        ("lease_ran_out", done.requeued),
        ("unit_poisoned", done.poisoned),
        ("job_expired", done.expired),
    ):
        for unit in units:
            get_logger().warning(event, unit=unit)
    for hint in done.publish:
        try:
            publish(app, hint.lane, hint.unit)
        except OperationalError:
            get_logger().warning("message_not_published", lane=hint.lane, unit=hint.unit)
