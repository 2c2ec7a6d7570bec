"""The main process watches its children: what a dead one held goes back at once, and a worker ends within its grace."""

import os
import signal
from typing import Any, Final

from celery import Celery, bootsteps
from celery.signals import worker_shutting_down
from kombu.exceptions import OperationalError

from shared.errors import StoreUnavailable
from shared.jobs.repair import Reconciled, lose, release_node
from shared.jobs.store import SyncStore
from shared.jobs.transitions import Hint
from shared.log import get_logger
from shared.messages import publish
from shared.settings import Settings
from worker.limits import problem_of
from worker.lost_attempts import tell_lost
from worker.metrics import count_death
from worker.preload import child_name, node_name
from worker.shutdown import Shutdown

_EVERY_S: Final = 0.5


def add_watch(app: Celery, store: SyncStore, settings: Settings, shutdown: Shutdown) -> None:
    """Have the worker of `app` watch its pool, also while it waits for the pool to end."""

    def ask(**_: Any) -> None:
        shutdown.ask()

    worker_shutting_down.connect(ask, weak=False)

    class Watch(bootsteps.StartStopStep):
        requires = ("celery.worker.components:Pool",)

        def __init__(self, worker: Any, **_: Any) -> None:
            self._gone: list[Any] = []
            super().__init__(worker)

        def start(self, worker: Any) -> None:
            # On the loop's timer, which the pool goes on serving while its tasks end: so no thread lives beside a fork.
            worker.timer.call_repeatedly(_EVERY_S, self._look, (worker,))
            self._note_the_dead(worker.pool._pool)

        def stop(self, worker: Any) -> None:
            pass

        def _note_the_dead(self, pool: Any) -> None:
            """Those that billiard takes out of its list; some live for less than the time between two looks."""
            join = pool._join_exited_workers

            def join_and_note(*arguments: Any, **options: Any) -> Any:
                before = list(pool._pool)
                try:
                    return join(*arguments, **options)
                finally:
                    self._gone += [process for process in before if process not in pool._pool]

            pool._join_exited_workers = join_and_note

        def _look(self, worker: Any) -> None:
            pool = worker.pool._pool
            # Celery has a file descriptor for it, and yet was seen to take 2 s, until its own timer.
            if any(process.exitcode is not None for process in list(pool._pool)):
                pool.maintain_pool()
            try:
                while self._gone:
                    _lost(self._gone[0], app, store, settings)
                    del self._gone[0]
            except StoreUnavailable:
                get_logger().warning("store_away")
            if shutdown.has_lasted(settings.grace_s):
                _end([process.pid for process in pool._pool], app, store)

    app.steps["worker"].add(Watch)


def _lost(process: Any, app: Celery, store: SyncStore, settings: Settings) -> None:
    """Raises StoreUnavailable."""
    problem = problem_of(process.exitcode)
    if process.exitcode:
        count_death(problem)
    lost = store.run(
        lose(
            child_name(process.pid),
            problem,
            max_attempts=settings.max_attempts,
            retention_ms=int(settings.retention_s * 1000),
        )
    )
    if lost.requeued or lost.poisoned:
        _tell(lost, problem, process)
    _publish(lost.publish, app)
    tell_lost(lost.lost_attempts, settings)


def _tell(lost: Reconciled, problem: str, process: Any) -> None:
    get_logger().warning("process_died", process_id=process.pid, exit_code=process.exitcode, problem=problem)
    for event, units in (("unit_given_back", lost.requeued), ("unit_poisoned", lost.poisoned)):
        for unit in units:
            get_logger().warning(event, unit=unit, problem=problem)


def _end(children: list[int], app: Celery, store: SyncStore) -> None:
    """GRACE_S is over: what still runs is another worker's from now on, unharmed, and this one ends."""
    for child in children:
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            continue
    try:
        hints = store.run(release_node(node_name(os.getpid())))
    except StoreUnavailable:
        # Their leases run out.
        get_logger().error("grace_over_store_away")
    else:
        get_logger().warning("grace_over", units_given_back=len(hints))
        _publish(hints, app)
    # Celery would wait on for tasks that nobody runs any more. What it has not acknowledged is only hints.
    os._exit(0)


def _publish(hints: tuple[Hint, ...], app: Celery) -> None:
    for hint in hints:
        try:
            publish(app, hint.lane, hint.unit)
        except OperationalError:
            get_logger().warning("message_not_published", lane=hint.lane, unit=hint.unit)
