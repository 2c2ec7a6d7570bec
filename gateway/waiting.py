"""Clients that wait for a job's end or watch its every step: one subscription a process wakes them; nobody polls Redis.

They are woken also whenever a channel was subscribed to, be it again after a lost connection: what happened before is
found by another look. Only the task that listens touches the connection; the others say what they want and are served
within a turn.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, Final

from redis import asyncio as async_redis
from redis.asyncio.client import PubSub
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from shared import keys
from shared.log import get_logger

#: Between two tries to subscribe again.
_PAUSE_S: Final = 0.5
#: How soon a channel is subscribed to, or left, after somebody began, or nobody goes on, to watch its job.
_TURN_S: Final = 0.1
#: After so long without a message the server is asked; without an answer for as long, the connection is given up:
#: one that was cut without a word would else keep every client waiting.
_QUIET_S: Final = 5.0
#: Messages that are taken in a row before others have their turn.
_TAKEN_AT_ONCE: Final = 20
_ENDS: Final = keys.JOB_ENDS.encode()
_MOVES: Final = keys.JOB_MOVES.encode()


class Waiter:
    """Knows when a job should be looked at: it moved or ended, or messages may have been missed."""

    def __init__(self) -> None:
        self._call = asyncio.Event()
        self._end = asyncio.Event()
        #: Nothing will wake it any more: the process is about to stop.
        self.is_dismissed = False

    def wake(self, *, is_end: bool = False) -> None:
        self._call.set()
        if is_end:
            self._end.set()

    def dismiss(self) -> None:
        self.is_dismissed = True
        self.wake(is_end=True)

    async def woken(self, timeout_s: float) -> bool:
        """Whether it was woken since the last time, or is within `timeout_s`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._call.wait()
        was_woken = self._call.is_set()
        self._call.clear()
        return was_woken

    async def pause(self, timeout_s: float) -> None:
        """Lets time pass; an end cuts it short, other wakes are kept for later."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._end.wait()

    async def wakes(self, timeout_s: float) -> AsyncIterator[None]:
        """Yields at each wake, until the time is over."""
        now = asyncio.get_running_loop().time
        end = now() + timeout_s
        while (left := end - now()) > 0 and not self.is_dismissed and await self.woken(left):
            yield


class _Register(defaultdict[bytes, set[Waiter]]):
    """Waiters by job; a job that nobody waits for has no entry."""

    def __init__(self) -> None:
        super().__init__(set)

    @contextmanager
    def entry(self, name: bytes, waiter: Waiter) -> Iterator[None]:
        self[name].add(waiter)
        try:
            yield
        finally:
            self[name].discard(waiter)
            if not self[name]:
                del self[name]

    def wake(self, name: bytes, *, is_end: bool = False) -> None:
        for waiter in self.get(name, ()):
            waiter.wake(is_end=is_end)

    def all(self) -> list[Waiter]:
        return [waiter for waiters in self.values() for waiter in waiters]


class Wakeups:
    """The one subscription of this process. A waiter costs memory, a watched job also a channel, and nothing else."""

    def __init__(self, connection: async_redis.Redis) -> None:
        self._connection = connection
        self._is_subscribed = False
        self._is_closed = False
        self._waiters = _Register()
        self._watchers = _Register()
        #: Jobs whose channels the server was asked for.
        self._followed: set[bytes] = set()

    @asynccontextmanager
    async def waiter(self, job_id: str) -> AsyncIterator[Waiter]:
        """Woken by the job's end. Enter before looking at the record: an end between the two is then not missed."""
        waiter = Waiter()
        if self._is_closed:
            waiter.dismiss()
        with self._waiters.entry(job_id.encode(), waiter):
            yield waiter

    @asynccontextmanager
    async def watcher(self, job_id: str) -> AsyncIterator[Waiter]:
        """Woken by every change of the job, and once more soon. Enter before looking at the record."""
        async with self.waiter(job_id) as waiter:
            with self._watchers.entry(job_id.encode(), waiter):
                yield waiter

    @property
    def watched(self) -> int:
        """Jobs whose every change this process is told."""
        return len(self._followed)

    def close(self) -> None:
        """Lets go of all who wait, and of all who come: the process is about to stop."""
        self._is_closed = True
        for waiter in self._waiters.all():
            waiter.dismiss()

    async def run(self) -> None:
        """Listens until cancelled or closed, over losses of the connection.

        Being cancelled alone is not enough: redis-py sends by `asyncio.wait_for`, which in Python 3.11 loses a
        cancellation that comes in the moment in which it is done, such as that of leaving the last channels when the
        process stops.
        """
        while not self._is_closed:
            try:
                await self._listen()
            except (RedisError, OSError):
                if self._is_subscribed:
                    get_logger().warning("subscription_lost")
                self._is_subscribed = False
            await asyncio.sleep(_PAUSE_S)

    async def _listen(self) -> None:
        now = asyncio.get_running_loop().time
        async with self._connection.pubsub() as subscription:
            self._followed.clear()
            await subscription.subscribe(keys.JOB_ENDS)
            heard_at, is_asked, taken = now(), False, 0
            while not self._is_closed:
                await self._follow(subscription)
                message = await subscription.get_message(timeout=_TURN_S)
                if message is not None:
                    heard_at, is_asked = now(), False
                    self._take(message)
                    # Messages that are there already are given without a pause: 10,000 ends in a burst held up all else
                    # for seconds.
                    taken += 1
                    if taken % _TAKEN_AT_ONCE == 0:
                        await asyncio.sleep(0)
                elif now() - heard_at > _QUIET_S:
                    if is_asked:
                        raise RedisConnectionError("the subscription is silent")
                    await subscription.ping()
                    heard_at, is_asked = now(), True

    async def _follow(self, subscription: PubSub) -> None:
        """Ask for the channels of jobs that somebody watches, all at once, and leave those of the others."""
        wanted = self._watchers.keys()
        if wanted == self._followed:
            return
        new, gone = wanted - self._followed, self._followed - wanted
        self._followed = set(wanted)
        if new:
            await subscription.subscribe(*(_MOVES + name for name in new))
        if gone:
            await subscription.unsubscribe(*(_MOVES + name for name in gone))

    def _take(self, message: dict[str, Any]) -> None:
        kind, channel = message["type"], message["channel"]
        if kind == "message" and channel == _ENDS:
            self._waiters.wake(message["data"].partition(b" ")[0], is_end=True)
        elif kind == "message":
            self._watchers.wake(channel.removeprefix(_MOVES))
        elif kind == "subscribe" and channel == _ENDS:
            self._is_subscribed = True
            for waiter in self._waiters.all():
                waiter.wake()
        elif kind == "subscribe":
            # redis-py subscribes by itself again after a lost connection, also to what was just left.
            self._followed.add(channel.removeprefix(_MOVES))
            self._watchers.wake(channel.removeprefix(_MOVES))
