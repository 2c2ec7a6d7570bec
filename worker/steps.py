"""What a worker's main process does beside consuming: announce its models, show that it lives, reconcile."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from celery import Celery

from shared.jobs.store import SyncStore
from shared.presence import Announcement, ServedModel, announce, read_time, withdraw
from shared.settings import Settings
from worker.reconciler import reconcile_once
from worker.repeated import Repeated, unless_store_away


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

    class Beat(Repeated):
        every_s = settings.heartbeat_s

        def act(self) -> None:
            beat()

        def stop(self, consumer: Any) -> None:
            super().stop(consumer)
            unless_store_away(lambda: store.run(withdraw(identity.worker)))

    class Repair(Repeated):
        every_s = settings.reconcile_s

        def act(self) -> None:
            repair()

    app.steps["consumer"].update((Beat, Repair))
