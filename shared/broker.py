"""kombu's Redis transport, mended: an act on a closed channel is a connection error, which Celery survives.

kombu 5.7 fails with an AttributeError there (kombu#582): a worker died of it whenever Redis went away between a task's
end and its acknowledgement (`tests/chaos/test_losses.py` kills it just there). Nothing is lost by the error: a message
is only a hint, and the reconciler sends what is missing.
"""

from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis
from redis.exceptions import ConnectionError as RedisConnectionError


class Channel(redis.Channel):
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
