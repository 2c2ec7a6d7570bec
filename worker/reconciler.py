"""Repairs what dead processes left behind: leases that ran out, lost messages, jobs that waited too long."""

from celery import Celery
from kombu.exceptions import OperationalError

from shared import keys
from shared.jobs.store import SyncStore
from shared.jobs.transitions import Command, reconcile
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
    for event, job_ids in (
        ("lease_ran_out", done.requeued),
        ("job_poisoned", done.poisoned),
        ("job_expired", done.expired),
    ):
        for job_id in job_ids:
            get_logger().warning(event, job_id=job_id)
    for lane, job_id in done.publish:
        try:
            publish(app, lane, job_id)
        except OperationalError:
            get_logger().warning("message_not_published", lane=lane, job_id=job_id)
