"""Clients that wait for a job's end: one subscription a process wakes them; nobody polls Redis."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from redis import asyncio as async_redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from shared import keys
from shared.log import get_logger

#: Between two tries to subscribe again; a waiter that missed a message looks at the record when this succeeds.
_PAUSE_S: Final = 0.5
#: After so long without a message the server is asked; without an answer for as long, the connection is given up:
#: one that was cut without a word would else keep every client waiting.
_QUIET_S: Final = 5.0


class Waiter:
    """Knows when one job ended, or when it should be looked at again because messages may have been missed."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def wake(self) -> None:
        self._event.set()

    async def wakes(self, timeout_s: float) -> AsyncIterator[None]:
        """Yields at each wake, until the time is over."""
        now = asyncio.get_running_loop().time
        end = now() + timeout_s
        while (left := end - now()) > 0:
            try:
                async with asyncio.timeout(left):
                    await self._event.wait()
            except TimeoutError:
                return
            self._event.clear()
            yield


class Wakeups:
    """The one subscription of this process. A waiter costs memory and nothing else."""

    def __init__(self, connection: async_redis.Redis) -> None:
        self._connection = connection
        self._is_subscribed = False
        self._waiters: defaultdict[bytes, set[Waiter]] = defaultdict(set)

    @asynccontextmanager
    async def waiter(self, job_id: str) -> AsyncIterator[Waiter]:
        """Enter before looking at the record: an end between the look and the wait is then not missed."""
        name, waiter = job_id.encode(), Waiter()
        self._waiters[name].add(waiter)
        try:
            yield waiter
        finally:
            self._waiters[name].discard(waiter)
            if not self._waiters[name]:
                del self._waiters[name]

    async def run(self) -> None:
        """Listens until cancelled, over losses of the connection."""
        while True:
            try:
                await self._listen()
            except (RedisError, OSError):
                if self._is_subscribed:
                    get_logger().warning("subscription_lost")
                self._is_subscribed = False
            await asyncio.sleep(_PAUSE_S)

    async def _listen(self) -> None:
        async with self._connection.pubsub() as subscription:
            await subscription.subscribe(keys.JOB_ENDS)
            self._is_subscribed = True
            # What ended while nobody listened is found by another look.
            for waiters in list(self._waiters.values()):
                for waiter in waiters:
                    waiter.wake()
            is_asked = False
            while True:
                message = await subscription.get_message(timeout=_QUIET_S)
                if message is not None:
                    is_asked = False
                    if message["type"] == "message":
                        self._spread(message["data"])
                elif is_asked:
                    raise RedisConnectionError("the subscription is silent")
                else:
                    await subscription.ping()
                    is_asked = True

    def _spread(self, end: bytes) -> None:
        for waiter in self._waiters.get(end.partition(b" ")[0], ()):
            waiter.wake()
