"""Wakeups on a real Valkey: whoever watches is told of every change, and nothing is left of those who went."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from gateway.waiting import Waiter, Wakeups
from shared import keys
from shared.redis import connect_async
from shared.settings import Settings
from tests.services.processes import eventually
from tests.services.valkey import Server


@asynccontextmanager
async def listening(valkey: Server) -> AsyncIterator[Wakeups]:
    connection = connect_async(Settings(redis_url=valkey.url))
    wakeups = Wakeups(connection)
    task = asyncio.create_task(wakeups.run())
    try:
        yield wakeups
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await connection.aclose()


async def until(condition: Callable[[], bool], what: str) -> None:
    await asyncio.to_thread(eventually, condition, within_s=20, what=what)


async def settled(waiter: Waiter, valkey: Server, job_id: str) -> None:
    """Its channel is subscribed to, and the wake that says so is over."""
    await until(lambda: channels(valkey).count(keys.JOB_MOVES + job_id) == 1, "the job is watched")
    assert await waiter.woken(20)
    while await waiter.woken(0.2):
        pass


def channels(valkey: Server) -> list[str]:
    return [name if isinstance(name, str) else name.decode() for name in valkey.client().pubsub_channels()]


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def in_time() -> None:
        async with asyncio.timeout(60):
            await test()

    asyncio.run(in_time())


def test_a_watcher_is_woken_by_moves_and_the_end_a_waiter_by_the_end_alone(valkey: Server) -> None:
    async def test() -> None:
        async with listening(valkey) as wakeups, wakeups.watcher("job_1") as watcher, wakeups.waiter("job_1") as waiter:
            await settled(watcher, valkey, "job_1")
            while await waiter.woken(0.2):
                pass
            valkey.client().publish(keys.JOB_MOVES + "job_1", "2")
            assert await watcher.woken(20)
            assert not await waiter.woken(0.2)
            valkey.client().publish(keys.JOB_ENDS, "job_1 3 succeeded")
            assert await watcher.woken(20)
            assert await waiter.woken(20)

    run(test)


def test_other_jobs_wake_nobody(valkey: Server) -> None:
    async def test() -> None:
        async with listening(valkey) as wakeups, wakeups.watcher("job_1") as first, wakeups.watcher("job_2") as second:
            await settled(first, valkey, "job_1")
            await settled(second, valkey, "job_2")
            valkey.client().publish(keys.JOB_MOVES + "job_2", "2")
            valkey.client().publish(keys.JOB_ENDS, "job_2 3 succeeded")
            assert await second.woken(20)
            assert not await first.woken(0.2)

    run(test)


def test_channels_are_subscribed_to_only_while_somebody_watches(valkey: Server) -> None:
    async def test() -> None:
        async with listening(valkey) as wakeups:
            async with wakeups.watcher("job_1"):
                async with wakeups.watcher("job_1") as second:
                    await settled(second, valkey, "job_1")
                assert channels(valkey).count(keys.JOB_MOVES + "job_1") == 1
            await until(lambda: channels(valkey) == [keys.JOB_ENDS], "the channel is left")
            assert wakeups.watched == 0
            async with wakeups.watcher("job_1") as again:
                await settled(again, valkey, "job_1")

    run(test)


def test_many_watchers_share_one_connection(valkey: Server) -> None:
    async def test() -> None:
        async with listening(valkey) as wakeups:
            watchers = [wakeups.watcher(f"job_{number}") for number in range(200)]
            waiters = [await each.__aenter__() for each in watchers]
            await until(lambda: len(channels(valkey)) == 201, "all are watched")
            assert len(valkey.client().client_list(_type="pubsub")) == 1
            valkey.client().publish(keys.JOB_MOVES + "job_7", "2")
            assert await waiters[7].woken(20)
            for each in watchers:
                await each.__aexit__(None, None, None)
            await until(lambda: channels(valkey) == [keys.JOB_ENDS], "all channels are left")

    run(test)


def test_after_a_lost_connection_all_are_woken_and_told_again(valkey: Server) -> None:
    async def test() -> None:
        async with listening(valkey) as wakeups, wakeups.watcher("job_1") as watcher, wakeups.waiter("job_2") as waiter:
            await settled(watcher, valkey, "job_1")
            while await waiter.woken(0.2):
                pass
            valkey.client().client_kill_filter(_type="pubsub")
            assert await waiter.woken(20)
            await settled(watcher, valkey, "job_1")
            valkey.client().publish(keys.JOB_MOVES + "job_1", "2")
            assert await watcher.woken(20)

    run(test)


def test_a_pause_is_cut_short_by_an_end_alone(valkey: Server) -> None:
    async def test() -> None:
        async with listening(valkey) as wakeups, wakeups.watcher("job_1") as watcher:
            await settled(watcher, valkey, "job_1")
            valkey.client().publish(keys.JOB_MOVES + "job_1", "2")
            await watcher.pause(0.3)
            assert await watcher.woken(0), "a move during a pause is kept"
            valkey.client().publish(keys.JOB_ENDS, "job_1 3 succeeded")
            # The test's own limit is 60 s.
            await watcher.pause(600)
            assert await watcher.woken(0)

    run(test)


def test_a_process_that_stops_lets_go_of_all_and_of_those_who_come(valkey: Server) -> None:
    async def test() -> None:
        async with listening(valkey) as wakeups, wakeups.waiter("job_1") as early:
            wakeups.close()
            async with wakeups.watcher("job_2") as late:
                for waiter in (early, late):
                    assert waiter.is_dismissed
                    assert [None async for _ in waiter.wakes(600)] == []

    run(test)


def test_who_listens_ends_when_it_is_closed_and_needs_no_cancellation(valkey: Server) -> None:
    """In Python 3.11 a cancellation can get lost while channels are left: a gateway with open streams never stopped."""

    async def test() -> None:
        connection = connect_async(Settings(redis_url=valkey.url))
        wakeups = Wakeups(connection)
        listener = asyncio.create_task(wakeups.run())
        async with wakeups.watcher("job_1") as watcher:
            await settled(watcher, valkey, "job_1")
            wakeups.close()
        await listener
        await connection.aclose()

    run(test)
