"""Turns at the store: so many commands of a process at once, the others in the order of coming."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from shared.errors import StoreUnavailable

_AWAY = (RedisConnectionError, RedisTimeoutError, OSError)


class Turns:
    """Whoever waits when the store is found away is refused with the one who found it: nobody waits for it twice."""

    def __init__(self, most: int) -> None:
        self._free = most
        self._waiting: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Raises StoreUnavailable for whatever redis-py raises within."""
        await self._begin()
        try:
            yield
        except (RedisError, OSError) as error:
            if isinstance(error, _AWAY):
                self._refuse_all()
            raise StoreUnavailable from error
        finally:
            self._end()

    async def _begin(self) -> None:
        if self._free:
            self._free -= 1
            return
        given = asyncio.get_running_loop().create_future()
        self._waiting.append(given)
        try:
            await given
        except asyncio.CancelledError:
            # Cancelled in the very moment in which it was given the turn.
            if not given.cancelled() and given.exception() is None:
                self._end()
            raise

    def _end(self) -> None:
        """The turn goes to the next who still waits."""
        while self._waiting:
            given = self._waiting.popleft()
            if not given.done():
                given.set_result(None)
                return
        self._free += 1

    def _refuse_all(self) -> None:
        while self._waiting:
            given = self._waiting.popleft()
            if not given.done():
                given.set_exception(StoreUnavailable())
