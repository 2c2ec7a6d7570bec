"""Publishes Celery messages beside the event loop: a broker that is slow or away holds up no request."""

from concurrent.futures import ThreadPoolExecutor
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
        self._pending = 0

    def publish(self, lane: str, job_id: str) -> None:
        """Gives at once."""
        if self._pending >= _MOST_PENDING:
            get_logger().warning("message_dropped", lane=lane, job_id=job_id)
            return
        self._pending += 1
        self._thread.submit(self._send, lane, job_id)

    def _send(self, lane: str, job_id: str) -> None:
        try:
            publish(self._app, lane, job_id)
        except (OperationalError, RedisError, OSError):
            get_logger().warning("message_not_published", lane=lane, job_id=job_id)
        finally:
            self._pending -= 1

    def close(self) -> None:
        """Sends what waits, then ends."""
        self._thread.shutdown(wait=True)
