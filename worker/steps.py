"""What a worker's main process does beside consuming: announce its models, show that it lives, reconcile.

Celery bootsteps with timers of the consumer's own event loop: a worker whose loop hangs falls silent by itself, and no
thread lives in the process that forks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from celery import Celery, bootsteps

from shared.errors import StoreUnavailable
from shared.jobs.store import SyncStore
from shared.log import get_logger
from shared.presence import Announcement, ServedModel, announce, read_time, withdraw
from shared.settings import Settings
from worker.reconciler import reconcile_once


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this worker says it is."""

    worker: str
    lanes: tuple[str, ...]
    models: tuple[ServedModel, ...]
    health_file: Path


def add_steps(app: Celery, store: SyncStore, settings: Settings, identity: Identity) -> None:
    """Have every worker of `app` announce itself and reconcile, as long as it has its connection."""

    def beat() -> None:
        identity.health_file.touch()
        moment = store.run(read_time())
        store.run(
            announce(Announcement(identity.worker, settings.worker_processes, identity.lanes, identity.models, moment))
        )

    def repair() -> None:
        reconcile_once(store, app, settings, worker=identity.worker)

    class Beat(_Repeated):
        every_s = settings.heartbeat_s

        def act(self) -> None:
            beat()

        def stop(self, consumer: Any) -> None:
            super().stop(consumer)
            _unless_store_away(lambda: store.run(withdraw(identity.worker)))

    class Repair(_Repeated):
        every_s = settings.reconcile_s

        def act(self) -> None:
            repair()

    app.steps["consumer"].update((Beat, Repair))


class _Repeated(bootsteps.StartStopStep):
    """Runs `act` every `every_s` on the consumer's timer."""

    requires = ("celery.worker.consumer.tasks:Tasks",)
    every_s: ClassVar[float]

    def act(self) -> None:
        raise NotImplementedError

    def __init__(self, consumer: Any, **_: Any) -> None:
        self._entry: Any = None
        super().__init__(consumer)

    def start(self, consumer: Any) -> None:
        _unless_store_away(self.act)
        self._entry = consumer.timer.call_repeatedly(self.every_s, _unless_store_away, (self.act,))

    def stop(self, consumer: Any) -> None:  # noqa: ARG002  the step's interface
        if self._entry is not None:
            self._entry.cancel()
            self._entry = None


def _unless_store_away(action: Callable[[], None]) -> None:
    try:
        action()
    except StoreUnavailable:
        get_logger().warning("store_away")
