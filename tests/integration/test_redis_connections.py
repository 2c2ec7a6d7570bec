"""A burst of requests waits for connections to the store, and none is refused."""

import asyncio

from shared.jobs.reads import read_job
from shared.jobs.store import AsyncStore
from shared.redis import connect_async
from shared.settings import Settings
from tests.services.valkey import Server


def test_a_thousand_looks_at_once_are_all_answered(valkey: Server) -> None:
    async def looks() -> list[object]:
        connection = connect_async(Settings(redis_url=valkey.url))
        store = AsyncStore(connection)
        try:
            return list(await asyncio.gather(*(store.run(read_job("job_1")) for _ in range(1_000))))
        finally:
            await connection.aclose()

    assert asyncio.run(looks()) == [None] * 1_000
