"""Connections to Redis or Valkey, async and sync, with one set of timeouts."""

from typing import Any, Final

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
        **_arguments(settings),
    )
    return async_redis.Redis.from_pool(pool)


def connect_sync(settings: Settings) -> sync_redis.Redis:
    """A pool for one process; never taken over a fork."""
    retry = Retry(NoBackoff(), _RETRIES, supported_errors=_RETRIED)
    return sync_redis.Redis.from_url(settings.redis_url.get_secret_value(), retry=retry, **_arguments(settings))
