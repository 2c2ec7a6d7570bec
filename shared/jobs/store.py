"""Two thin runners for the commands of `transitions.py`, one async (gateway), one sync (worker)."""

from collections.abc import Sequence
from typing import Any, Final, TypeVar

import redis as sync_redis
from redis import asyncio as async_redis
from redis.exceptions import NoScriptError, RedisError

from shared.errors import StoreUnavailable
from shared.jobs.script import Command, script
from shared.jobs.turns import Turns

Reply = TypeVar("Reply")

#: Commands of a gateway under way at once, each on a connection of its own. Without a bound a burst of 700 clients
#: opened 700 connections, which timed out, and held up those who asked nothing of the store (`bench/waiting.py`).
_MOST_AT_ONCE: Final = 8


# redis-py 8.1 leaves execute_command without types: hence the ignores.


class AsyncStore:
    """Runs commands on an event loop. Raises StoreUnavailable when Redis does not answer."""

    def __init__(self, connection: async_redis.Redis) -> None:
        self.connection = connection
        self._turns = Turns(_MOST_AT_ONCE)

    async def run(self, command: Command[Reply]) -> Reply:
        async with self._turns.turn():
            try:
                reply = await self.connection.execute_command(*command.arguments)  # type: ignore[no-untyped-call]
            except NoScriptError:
                await self.connection.script_load(script())
                reply = await self.connection.execute_command(*command.arguments)  # type: ignore[no-untyped-call]
        return command.read(reply)

    async def run_all(self, commands: Sequence[Command[Any]]) -> list[Any]:
        """One round trip for all; each is atomic by itself, not all together."""
        pipeline = self.connection.pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command.arguments)
        async with self._turns.turn():
            replies = await pipeline.execute(raise_on_error=False)
        return [
            await self.run(command) if isinstance(reply, NoScriptError) else _read(command, reply)
            for command, reply in zip(commands, replies, strict=True)
        ]


class SyncStore:
    """Runs commands in a worker. Raises StoreUnavailable when Redis does not answer."""

    def __init__(self, connection: sync_redis.Redis) -> None:
        self.connection = connection

    def run(self, command: Command[Reply]) -> Reply:
        try:
            try:
                reply = self.connection.execute_command(*command.arguments)  # type: ignore[no-untyped-call]
            except NoScriptError:
                self.connection.script_load(script())
                reply = self.connection.execute_command(*command.arguments)  # type: ignore[no-untyped-call]
        except (RedisError, OSError) as error:
            raise StoreUnavailable from error
        return command.read(reply)

    def run_all(self, commands: Sequence[Command[Any]]) -> list[Any]:
        """One round trip for all; each is atomic by itself, not all together."""
        pipeline = self.connection.pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command.arguments)  # type: ignore[no-untyped-call]
        try:
            replies = pipeline.execute(raise_on_error=False)
        except (RedisError, OSError) as error:
            raise StoreUnavailable from error
        return [
            self.run(command) if isinstance(reply, NoScriptError) else _read(command, reply)
            for command, reply in zip(commands, replies, strict=True)
        ]


def _read(command: Command[Any], reply: Any) -> Any:
    if isinstance(reply, RedisError):
        raise StoreUnavailable from reply
    return command.read(reply)
