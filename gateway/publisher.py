"""Publishes Celery messages beside the event loop: a broker that is slow or away holds up no request."""

from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import Final

from celery import Celery
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from shared.log import get_logger
from shared.messages import publish

#: Messages waiting for the thread; beyond it they are dropped, for the reconciler sends what is missing.
_MOST_PENDING: Final = 1_000


class Publisher:
    """One thread with one connection; a message is only a hint, so nobody waits for it."""

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="publish")
        # Counted by a semaphore: a plain number changed by two threads loses counts, and one that only grew would in
        # the end drop every message.
        self._room = BoundedSemaphore(_MOST_PENDING)

    def publish(self, lane: str, job_id: str) -> None:
        """Gives at once."""
        if not self._room.acquire(blocking=False):
            get_logger().warning("message_dropped", lane=lane, job_id=job_id)
            return
        self._thread.submit(self._send, lane, job_id)

    def _send(self, lane: str, job_id: str) -> None:
        try:
            publish(self._app, lane, job_id)
        except (OperationalError, RedisError, OSError):
            get_logger().warning("message_not_published", lane=lane, job_id=job_id)
        finally:
            self._room.release()

    def close(self) -> None:
        """Sends what waits, then ends."""
        self._thread.shutdown(wait=True)
