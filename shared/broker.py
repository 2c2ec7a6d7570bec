"""kombu's Redis transport, mended in two places. What is lost or doubled by it is a message, which is only a hint.

An act on a closed channel is a connection error, which Celery survives. kombu 5.7 fails with an AttributeError there
(kombu#582): a worker died of it whenever Redis went away between a task's end and its acknowledgement
(`tests/chaos/test_losses.py` kills it just there).

A message whose acknowledgement fails no longer counts against what may be taken. In kombu 5.7 it does for ever: a
worker whose every process once met a store that was paused lived on, announced itself, and took nothing any more
(`tests/chaos/test_faults.py` pauses it).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError


class QoS(redis.QoS):
    def ack(self, delivery_tag: str) -> None:
        with self._freed(delivery_tag):
            super().ack(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        with self._freed(delivery_tag):
            super().reject(delivery_tag, requeue=requeue)

    @contextmanager
    def _freed(self, delivery_tag: str) -> Iterator[None]:
        """The message stays in the store's `unacked`, and comes again when its visibility timeout is over."""
        try:
            yield
        except (RedisError, OSError):
            self._quick_ack(delivery_tag)  # type: ignore[attr-defined]  # not in kombu's stubs
            raise


class Channel(redis.Channel):
    QoS = QoS

    def _connparams(self, asynchronous: bool = False) -> Any:
        if self.connection is None or self.connection.client is None:
            raise RedisConnectionError("the channel is closed")
        return super()._connparams(asynchronous=asynchronous)  # type: ignore[misc]  # not in kombu's stubs


class Transport(redis.Transport):
    Channel = Channel


def install() -> None:
    """Have redis:// and rediss:// mean this transport."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:Transport"
