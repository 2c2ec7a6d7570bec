"""A Celery bootstep that acts again and again on the consumer's own timer.

A worker whose loop hangs falls silent by itself, and no thread lives in a process that forks.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from celery import bootsteps

from shared.errors import StoreUnavailable
from shared.log import get_logger


class Repeated(bootsteps.StartStopStep):
    """Runs `act` every `every_s` seconds."""

    requires = ("celery.worker.consumer.tasks:Tasks",)
    every_s: ClassVar[float]

    def act(self) -> None:
        raise NotImplementedError

    def __init__(self, consumer: Any, **_: Any) -> None:
        self._entry: Any = None
        super().__init__(consumer)

    def start(self, consumer: Any) -> None:
        unless_store_away(self.act)
        self._entry = consumer.timer.call_repeatedly(self.every_s, unless_store_away, (self.act,))

    def stop(self, consumer: Any) -> None:  # noqa: ARG002  the step's interface
        if self._entry is not None:
            self._entry.cancel()
            self._entry = None


def unless_store_away(action: Callable[[], None]) -> None:
    """Logs that the store is away, and goes on: the next act may find it again."""
    try:
        action()
    except StoreUnavailable:
        get_logger().warning("store_away")
