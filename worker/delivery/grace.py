"""A courier that is told to end: attempts under way end first; what is still under way after GRACE_S is given back."""

import os
import threading
import time
from typing import Any

from celery import Celery, bootsteps
from celery.signals import worker_shutting_down

from shared.errors import StoreUnavailable
from shared.log import get_logger
from shared.webhooks.deliveries import DeliveryState, settle_delivery
from worker.delivery.courier import CourierContext

#: Why the attempt has no outcome: it may have arrived, and is made again under the same id.
STOPPED = "courier_stopped"


def add_grace(app: Celery, context: CourierContext) -> None:
    """Have the courier of `app` claim no more when it is told to end, and end within GRACE_S."""

    def ask(**_: Any) -> None:
        context.shutdown.ask()

    worker_shutting_down.connect(ask, weak=False)

    class Grace(bootsteps.StartStopStep):
        # So it is stopped before the pool, which waits for its threads.
        requires = ("celery.worker.components:Pool",)

        def stop(self, worker: Any) -> None:  # noqa: ARG002  the step's interface
            threading.Thread(target=_end_after_grace, args=(context,), name="grace", daemon=True).start()

    app.steps["worker"].add(Grace)


def _end_after_grace(context: CourierContext) -> None:
    time.sleep(context.settings.grace_s)
    give_back(context)
    context.traces.close()
    # No handler can stop a thread that waits for an answer.
    os._exit(0)


def give_back(context: CourierContext) -> None:
    """Have what is in flight made again at once, by another courier."""
    for delivery in list(context.in_flight.values()):
        command = settle_delivery(
            delivery,
            DeliveryState.WAITING,
            duration_ms=0,
            status=None,
            reason=STOPPED,
            delay_ms=0,
            disabling="",
            disable_after_ms=int(context.settings.webhook_disable_after_s * 1000),
        )
        try:
            context.store.run(command)
        except StoreUnavailable:
            # It comes back when its lease runs out.
            get_logger().warning("delivery_not_given_back", delivery_id=delivery.id)
        else:
            get_logger().info("delivery_given_back", delivery_id=delivery.id)
