"""Whether the store has on disk what was written: one wait for all who ask at the same time.

The append-only file is in order. So one connection of its own makes a small write and then asks `WAITAOF 1 0 ms`
(Valkey, Redis >= 7.2): the answer holds for every write that was answered before, on whatever connection.
"""

import asyncio
from typing import Final

from redis.asyncio.connection import AbstractConnection
from redis.exceptions import RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from shared import keys
from shared.errors import StoreUnavailable
from shared.jobs.durability import Durability
from shared.jobs.reads import read_exists
from shared.jobs.store import AsyncStore

#: Longest wait for the disk. With `appendfsync everysec` it takes up to a second: decision 11.
_WAIT_MS: Final = 500
#: A server that said that it cannot is asked again after so long: its append-only file may be on by then.
_REFUSED_S: Final = 2.0


class DurableWrites:
    """Rounds of asking: who comes while one is under way waits for the next."""

    def __init__(self, store: AsyncStore, timeout_s: float) -> None:
        self._store = store
        self._timeout_s = timeout_s
        self._connection: AbstractConnection | None = None
        self._under_way: asyncio.Task[bool | None] | None = None
        self._coming: asyncio.Task[bool | None] | None = None
        self._refused_at = float("-inf")
        #: Counts connections: between two of them the store may have died and forgotten.
        self._epoch = 0

    @property
    def is_offered(self) -> bool:
        """Whether the store can keep an append-only file that it speaks of, as far as is known."""
        return self._now() - self._refused_at > _REFUSED_S

    async def begin(self) -> int:
        """Before the write: gives what `of` is to be told. Raises StoreUnavailable."""
        if self._connection is None or not self._connection.is_connected:
            await self._round()
        return self._epoch

    async def of(self, job_id: str, epoch: int) -> Durability:
        """Of a job that was written after `begin` gave `epoch`.

        Raises StoreUnavailable when the store went away in between, or came back without the job.
        """
        is_on_disk = await self._round()
        if self._epoch != epoch and not await self._store.run(read_exists(job_id)):
            raise StoreUnavailable
        return Durability.FSYNC if is_on_disk else Durability.MEMORY

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.disconnect()

    async def _round(self) -> bool:
        """Whether all that was written before is on disk."""
        if not self.is_offered and self._connection is not None and self._connection.is_connected:
            return False
        if self._coming is None:
            self._coming = asyncio.create_task(self._ask_after(self._under_way))
        # Shielded: a client that goes away takes the others' answer with it otherwise.
        answer = await asyncio.shield(self._coming)
        if answer is None:
            raise StoreUnavailable
        return answer

    async def _ask_after(self, before: asyncio.Task[bool | None] | None) -> bool | None:
        """None: the store is away."""
        if before is not None:
            await before
        self._under_way, self._coming = self._coming, None
        was_connected = self._connection is not None and self._connection.is_connected
        try:
            return await self._ask()
        except (RedisError, OSError):
            if not was_connected:
                return None
        # A connection that the server closed while it was idle is no fault.
        try:
            return await self._ask()
        except (RedisError, OSError):
            return None

    async def _ask(self) -> bool:
        connection = await self._connected()
        commands = (("SET", keys.DISK_MARK, "1"), ("WAITAOF", 1, 0, _WAIT_MS))
        try:
            await connection.send_packed_command(connection.pack_commands(commands))
            await connection.read_response()
        except RedisError:
            await connection.disconnect()
            raise
        try:
            reply = await connection.read_response(timeout=_WAIT_MS / 1000 + self._timeout_s)
        except ResponseError:
            # Its append-only file is off, or it does not know the command.
            self._refused_at = self._now()
            return False
        if reply is None:
            await connection.disconnect()
            raise RedisTimeoutError("no answer to WAITAOF")
        return bool(reply[0] >= 1)

    async def _connected(self) -> AbstractConnection:
        if self._connection is None:
            self._connection = self._store.connection.connection_pool.make_connection()  # type: ignore[no-untyped-call]  # redis-py 8.1
        if not self._connection.is_connected:
            await self._connection.connect()
            self._refused_at = float("-inf")
            self._epoch += 1
        return self._connection

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
