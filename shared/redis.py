"""Connections to Redis or Valkey, async and sync, with one set of timeouts."""

from typing import Any

import redis as sync_redis
from redis import asyncio as async_redis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

from shared.settings import Settings


def _arguments(settings: Settings) -> dict[str, Any]:
    return {
        "socket_timeout": settings.store_timeout_s,
        "socket_connect_timeout": settings.store_timeout_s / 2,
        "socket_keepalive": True,
        "health_check_interval": 30,
    }


def connect_async(settings: Settings) -> async_redis.Redis:
    """A pool for one event loop. One retry: a connection that the server closed while idle is no fault."""
    retry = AsyncRetry(NoBackoff(), 1)
    return async_redis.Redis.from_url(settings.redis_url.get_secret_value(), retry=retry, **_arguments(settings))


def connect_sync(settings: Settings) -> sync_redis.Redis:
    """A pool for one process; never taken over a fork."""
    retry = Retry(NoBackoff(), 1)
    return sync_redis.Redis.from_url(settings.redis_url.get_secret_value(), retry=retry, **_arguments(settings))
