"""The role `deliver`: the courier, a Celery worker with threads, a queue of its own, and no model."""

import secrets
import socket
import sys
from typing import Any, Final

from celery import Celery, Task
from kombu.exceptions import OperationalError

from shared.cipher import load_key_ring
from shared.errors import StoreUnavailable
from shared.jobs.store import SyncStore
from shared.log import get_logger
from shared.messages import TaskName, delivery_queue, is_known, make_celery, publish_delivery
from shared.redis import connect_sync
from shared.settings import Settings
from shared.traces.opening import open_traces
from shared.webhooks.deliveries import hint_deliveries
from worker.celery_worker import run_worker
from worker.delivery.courier import CourierContext, deliver_due
from worker.delivery.grace import add_grace
from worker.delivery.http_client import WebhookClient
from worker.repeated import Repeated

HEALTH_FILE: Final = "courier.health"


def main(settings: Settings) -> int:
    """Runs until SIGTERM or SIGINT; attempts under way end first. 1 when it cannot start, and one line says why."""
    try:
        if settings.delivery_lease_s <= settings.webhook_timeout_s:
            raise ValueError("DELIVERY_LEASE_S must be longer than WEBHOOK_TIMEOUT_S")
        if settings.delivery_retention_s <= settings.delivery_lease_s:
            raise ValueError("DELIVERY_RETENTION_S must be longer than DELIVERY_LEASE_S")
        context = CourierContext(
            settings=settings,
            store=SyncStore(connect_sync(settings)),
            key_ring=load_key_ring(settings),
            client=WebhookClient(settings),
            traces=open_traces(settings, "courier"),
        )
    except (ValueError, OSError) as error:
        # Names of settings and files only: nothing that a client sent.
        sys.stderr.write(f"courier: {error}\n")
        return 1
    app = make_celery(settings)
    app.conf.task_queues = [delivery_queue()]
    name = f"courier-{secrets.token_hex(4)}@{socket.gethostname()}"
    _register_task(app, context)
    _add_steps(app, context)
    add_grace(app, context)
    get_logger().info("courier_starting", worker=name, threads=settings.courier_threads)
    try:
        return run_worker(app, name=name, pool="threads", concurrency=settings.courier_threads)
    finally:
        context.traces.close()


def _register_task(app: Celery, context: CourierContext) -> None:
    def deliver(task: Task[Any, None], hint: str, *_: Any, **__: Any) -> None:
        if not is_known(vars(task.request)):
            # Only a hint: what is due stands in the store.
            get_logger().error("message_of_unknown_version")
            return
        try:
            deliver_due(hint, context)
        except StoreUnavailable as error:
            # The deliveries stand in the store: those that were claimed come back when their lease runs out.
            get_logger().error("store_away_in_task", exc_info=error)

    app.task(name=TaskName.DELIVER, bind=True)(deliver)


def _add_steps(app: Celery, context: CourierContext) -> None:
    """Messages for what is due; a file that says that this process lives."""
    settings = context.settings
    lost_ms = int(settings.hint_lost_s * 1000)

    def hint() -> None:
        prefix = f"{secrets.token_hex(4)}-"
        names = context.store.run(hint_deliveries(prefix, most=settings.courier_threads, lost_ms=lost_ms))
        for name in names:
            try:
                publish_delivery(app, name)
            except OperationalError:
                # It is taken for lost after HINT_LOST_S, and another one is sent.
                get_logger().warning("delivery_message_not_published")

    class Hint(Repeated):
        every_s = settings.courier_tick_s

        def act(self) -> None:
            hint()

    class Beat(Repeated):
        every_s = settings.heartbeat_s

        def act(self) -> None:
            (settings.data_dir / HEALTH_FILE).touch()

    app.steps["consumer"].update((Hint, Beat))
