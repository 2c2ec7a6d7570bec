"""The Celery tasks: wrappers that turn a message into a call, and let nothing but ids into Celery's logs."""

import os
import signal
from typing import Any, cast

from celery import Celery, Task
from celery.signals import worker_process_init, worker_process_shutdown
from kombu.exceptions import OperationalError

from shared.cipher import KeyRing
from shared.errors import StoreUnavailable
from shared.jobs.transitions import Hint
from shared.log import get_logger
from shared.messages import TaskName, is_known, publish
from shared.metrics.processes import take_number
from shared.model_catalogue import lane_of
from shared.process import die_with_parent
from shared.settings import Settings
from worker.batch import drain
from worker.context import Context
from worker.limits import EX_OUT_OF_MEMORY, limit_child
from worker.preload import make_context
from worker.shutdown import Shutdown


def register_tasks(app: Celery, settings: Settings, key_ring: KeyRing, shutdown: Shutdown) -> None:
    """Make the tasks known to `app`. Each child gets its context when it starts."""
    contexts: list[Context] = []
    parent = os.getpid()

    def start_child(**_: Any) -> None:
        # billiard's children would live on after a kill -9 of their parent, waiting on its pipe.
        die_with_parent(signal.SIGKILL, parent)
        limit_child(settings)
        take_number()
        contexts[:] = [make_context(settings, key_ring, shutdown)]

    def end_child(**_: Any) -> None:
        for context in contexts:
            context.traces.close()

    worker_process_init.connect(start_child, weak=False)
    worker_process_shutdown.connect(end_child, weak=False)

    def publish_hint(hint: Hint) -> None:
        publish(app, hint.lane, hint.unit)

    def anonymize(task: Task[Any, None], unit: str, *_: Any, **__: Any) -> None:
        delivery = cast(dict[str, str], task.request.delivery_info)
        lane = lane_of(delivery["routing_key"])
        if not is_known(vars(task.request)):
            # A hint is no job: that stands in its lane for who knows its version, and whose reconciler hints anew.
            get_logger().error("message_of_unknown_version", lane=lane)
            return
        try:
            if not drain(lane, unit, contexts[0], publish_hint):
                publish(app, lane, unit)
        except (StoreUnavailable, OperationalError) as error:
            # The jobs stand in the store: leases run out, and the reconciler sends messages for what waits.
            get_logger().error("store_away_in_task", lane=lane, exc_info=error)
        except MemoryError:
            # Celery would raise it in the main process too. That one sees by the code why this process ended, and has
            # its units tried again by a fresh one.
            os._exit(EX_OUT_OF_MEMORY)

    app.task(name=TaskName.ANONYMIZE, bind=True)(anonymize)
