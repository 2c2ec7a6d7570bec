"""Connections to Redis or Valkey, async and sync, with one set of timeouts."""

from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import redis as sync_redis
from redis import asyncio as async_redis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

from shared.settings import Settings

#: A connection that the server closed while it was idle is no fault. A time-out is: asking again would double it.
_RETRIES: Final = 1
_RETRIED: Final = (RedisConnectionError,)


#: Of an event loop. A burst of requests waits for its turn: the pool that redis-py makes by itself refuses the 101st.
_MOST_CONNECTIONS: Final = 64


class _Connection(async_redis.Connection):
    """redis-py's, without a task for every command that is sent.

    redis-py 8.1 sends within `asyncio.wait_for`, for the case that the server reads nothing; only then does this too.
    """

    async def send_packed_command(self, command: Any, check_health: bool = True) -> None:
        """As redis-py's."""
        if check_health and self.is_connected:
            await self.check_health()  # type: ignore[no-untyped-call]  # redis-py 8.1
        writer = self._writer
        if writer is None or isinstance(command, bytes | str):
            await super().send_packed_command(command, check_health=False)
            return
        if writer.transport.is_closing():
            await self.disconnect(nowait=True)
            raise RedisConnectionError("the connection was closed")
        writer.writelines(command)
        if writer.transport.get_write_buffer_size():
            await super().send_packed_command((), check_health=False)


def _arguments(settings: Settings) -> dict[str, Any]:
    return {
        "socket_timeout": settings.store_timeout_s,
        "socket_connect_timeout": settings.store_timeout_s / 2,
        "socket_keepalive": True,
        "health_check_interval": 30,
    }


def connect_async(settings: Settings) -> async_redis.Redis:
    """A pool for one event loop; who finds it empty waits for a connection."""
    retry = AsyncRetry(NoBackoff(), _RETRIES, supported_errors=_RETRIED)
    pool = async_redis.BlockingConnectionPool.from_url(
        settings.redis_url.get_secret_value(),
        max_connections=_MOST_CONNECTIONS,
        timeout=settings.store_timeout_s,
        retry=retry,
        # Of redis://; a rediss:// has redis-py's own.
        connection_class=_Connection,
        **_arguments(settings),
    )
    return async_redis.Redis.from_pool(pool)


def connect_sync(settings: Settings) -> sync_redis.Redis:
    """A pool for one process; never taken over a fork."""
    retry = Retry(NoBackoff(), _RETRIES, supported_errors=_RETRIED)
    return sync_redis.Redis.from_url(settings.redis_url.get_secret_value(), retry=retry, **_arguments(settings))


def broker_url(settings: Settings) -> str:
    """BROKER_URL, or REDIS_URL, as kombu must have it: of a rediss:// that says nothing else it checks no certificate
    (5.7)."""
    url = (settings.broker_url or settings.redis_url).get_secret_value()
    parts = urlsplit(url)
    if parts.scheme != "rediss" or "ssl_cert_reqs" in dict(parse_qsl(parts.query)):
        return url
    return urlunsplit(parts._replace(query="&".join((*filter(None, (parts.query,)), "ssl_cert_reqs=required"))))
