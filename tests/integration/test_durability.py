"""What a 202 promises: the record is on disk, or the answer says that it is not known to be."""

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from gateway.durability import DurableWrites
from shared.errors import StoreUnavailable
from shared.jobs.durability import Durability
from shared.jobs.store import AsyncStore, SyncStore
from shared.redis import connect_async
from shared.settings import Settings
from tests.integration.job_store import put
from tests.services.processes import eventually
from tests.services.stack import Stack
from tests.services.valkey import Server

TEXT = "Angela Merkel met Emmanuel Macron in Paris on 3 May 2019."
FILE = {"file": ("notes.txt", TEXT.encode(), "text/plain")}


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Takes jobs that nobody works on."""
    stack = Stack(tmp_path_factory.mktemp("idle"))
    stack.pretend_worker("en_sm")
    yield stack
    stack.end()


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The same, and refuses what is not on disk."""
    stack = Stack(tmp_path_factory.mktemp("strict"), {"REQUIRE_DURABLE": "true"})
    stack.pretend_worker("en_sm")
    yield stack
    stack.end()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    yield server
    server.end()


def settings_of(server: Server, **settings: Any) -> Settings:
    return Settings.model_validate({"redis_url": server.url, **settings})


def durability(stack: Stack, **request: Any) -> tuple[str, str]:
    """What the 202 says, and then the job."""
    answer = stack.http.post("/v1/jobs", **request)
    assert answer.status_code == 202, answer.text
    job = answer.json()
    return job["durability"], stack.job(job["id"])["durability"]


def says(stack: Stack, said: str) -> bool:
    return durability(stack, json={"text": TEXT}) == (said, said)


def set_up(stack: Stack, **settings: str) -> None:
    for name, value in settings.items():
        stack.valkey.client().config_set(name, value)


MANY = {"documents": [{"text": TEXT * 20}] * 40}
REQUESTS: dict[str, dict[str, Any]] = {
    "a text": {"json": {"text": TEXT}},
    "documents of several parts": {"json": MANY},
    "a text with a key": {"json": {"text": TEXT}, "headers": {"Idempotency-Key": "a"}},
}
ORDERS = [
    ({"appendonly": "yes", "appendfsync": "always"}, "fsync"),
    ({"appendonly": "yes", "appendfsync": "everysec"}, "fsync"),
    ({"appendonly": "no"}, "memory"),
    ({"appendonly": "yes"}, "fsync"),
]


def test_the_answer_says_what_the_store_confirms(idle: Stack) -> None:
    for settings, said in ORDERS:
        set_up(idle, **settings)
        eventually(partial(says, idle, said), what=f"{said} with {settings}")
        for name, request in REQUESTS.items():
            assert durability(idle, **request) == (said, said) or "key" in name, (settings, name)
    replay = idle.http.post("/v1/jobs", **REQUESTS["a text with a key"])
    assert (replay.headers["Idempotency-Replayed"], replay.json()["durability"]) == ("true", "fsync")


def test_a_file_is_on_disk_too(idle: Stack) -> None:
    assert durability(idle, files=FILE) == ("fsync", "fsync")


def test_a_store_without_a_file_is_refused_where_the_disk_is_required(strict: Stack) -> None:
    set_up(strict, appendonly="no")
    before = {key for key in strict.valkey.client().scan_iter("aa:*") if b"disk-mark" not in key}
    requests = (*REQUESTS.values(), {"files": FILE})
    for request in requests:
        answer = strict.http.post("/v1/jobs", **request)
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (503, "not-durable")
        assert answer.headers["Retry-After"] == "5"
    assert {key for key in strict.valkey.client().scan_iter("aa:*") if b"disk-mark" not in key} == before
    assert strict.http.get("/v1/jobs").json()["jobs"] == []

    set_up(strict, appendonly="yes")
    eventually(
        lambda: strict.http.post("/v1/jobs", json={"text": TEXT}).status_code == 202, what="the file is on again"
    )


def test_a_job_that_is_not_confirmed_in_time_is_dropped_where_the_disk_is_required(strict: Stack) -> None:
    """The store writes its file anew then, which is slowed down: it confirms nothing and refuses nothing."""
    redis = strict.valkey.client()
    assert durability(strict, json={"text": TEXT})[0] == "fsync"
    known = {job["id"] for job in strict.http.get("/v1/jobs").json()["jobs"]}
    sequence = int(redis.get("aa:sequence") or 0)
    redis.config_set("appendonly", "no")
    redis.config_set("rdb-key-save-delay", 300_000)
    try:
        redis.config_set("appendonly", "yes")
        answer = strict.http.post("/v1/jobs", json={"text": TEXT})
    finally:
        redis.config_set("rdb-key-save-delay", 0)
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (503, "not-durable")
    assert int(redis.get("aa:sequence") or 0) == sequence + 1, "it was stored"
    assert {job["id"] for job in strict.http.get("/v1/jobs").json()["jobs"]} == known, "and dropped"


def test_the_jobs_of_a_store_that_is_killed_after_the_202_are_there_and_get_done(tmp_path: Path) -> None:
    stack = Stack(tmp_path)
    try:
        stack.pretend_worker("en_sm")
        promised = []
        for request in (*REQUESTS.values(), {"files": FILE}):
            answer = stack.http.post("/v1/jobs", **request)
            assert answer.json()["durability"] == "fsync"
            stack.valkey.kill()
            stack.valkey.start_again()
            promised.append(answer.json()["id"])
            eventually(
                lambda: stack.http.get("/v1/jobs").status_code == 200, what="the gateway has its connections again"
            )
        stack.start_worker()
        assert [stack.job(job_id, wait_s=30)["state"] for job_id in promised] == ["succeeded"] * len(promised)
    finally:
        stack.end()


def test_one_wait_is_enough_for_many(server: Server) -> None:
    async def ask() -> set[Durability]:
        redis = connect_async(settings_of(server))
        writes = DurableWrites(AsyncStore(redis), 2.0)
        epoch = await writes.begin()
        answers = await asyncio.gather(*(writes.of("job_1", epoch) for _ in range(200)))
        await writes.close()
        await redis.aclose()
        return set(answers)

    assert asyncio.run(ask()) == {Durability.FSYNC}
    asked = server.client().info("commandstats")["cmdstat_waitaof"]["calls"]
    assert asked <= 4


def test_who_goes_away_takes_nobody_with_it(server: Server) -> None:
    async def ask() -> Durability:
        redis = connect_async(settings_of(server))
        writes = DurableWrites(AsyncStore(redis), 2.0)
        epoch = await writes.begin()
        gone = asyncio.create_task(writes.of("job_1", epoch))
        stays = asyncio.create_task(writes.of("job_1", epoch))
        await asyncio.sleep(0)
        gone.cancel()
        answer = await stays
        await writes.close()
        await redis.aclose()
        return answer

    assert asyncio.run(ask()) is Durability.FSYNC


@pytest.mark.parametrize("is_kept", [True, False], ids=["kept the job", "forgot the job"])
def test_a_store_that_died_in_between_must_have_the_job(server: Server, is_kept: bool) -> None:
    """What it forgot is no 202, though its file is in order again."""

    async def ask() -> Durability:
        redis = connect_async(settings_of(server))
        writes = DurableWrites(AsyncStore(redis), 2.0)
        epoch = await writes.begin()
        if is_kept:
            put_job(server)
        await asyncio.to_thread(restart, server)
        try:
            return await writes.of("job_1", epoch)
        finally:
            await writes.close()
            await redis.aclose()

    if is_kept:
        assert asyncio.run(ask()) is Durability.FSYNC
    else:
        with pytest.raises(StoreUnavailable):
            asyncio.run(ask())


def test_a_store_that_is_away_is_no_answer(server: Server) -> None:
    async def ask() -> None:
        redis = connect_async(settings_of(server))
        writes = DurableWrites(AsyncStore(redis), 0.5)
        epoch = await writes.begin()
        server.pause()
        try:
            await writes.of("job_1", epoch)
        finally:
            server.go_on()
            await writes.close()
            await redis.aclose()

    with pytest.raises(StoreUnavailable):
        asyncio.run(ask())


def test_a_server_that_does_not_know_the_command_is_asked_once(server: Server) -> None:
    """Redis 7.0, played by a server whose user may not use it: it answers with an error as well."""
    administrator = server.client()
    administrator.acl_setuser("old", enabled=True, passwords=["+old"], keys=["*"], commands=["+@all", "-waitaof"])
    url = server.url.replace("redis://:", "redis://old:").replace(server.url.split(":")[2].split("@")[0], "old")

    async def ask() -> list[Durability]:
        redis = connect_async(Settings.model_validate({"redis_url": url}))
        writes = DurableWrites(AsyncStore(redis), 2.0)
        epoch = await writes.begin()
        answers = [await writes.of("job_1", epoch) for _ in range(20)]
        assert not writes.is_offered
        await writes.close()
        await redis.aclose()
        return answers

    assert set(asyncio.run(ask())) == {Durability.MEMORY}
    assert administrator.info("commandstats")["cmdstat_waitaof"]["rejected_calls"] == 1


def put_job(server: Server) -> None:
    put(SyncStore(server.client()).run)


def restart(server: Server) -> None:
    server.kill()
    server.start_again()
