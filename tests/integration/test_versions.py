"""Two versions side by side: a minor one adds, and both read both; a major one is left to those that know it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from shared import keys, messages
from shared.cipher import Field, load_key_ring
from shared.messages import make_celery, publish
from shared.settings import Settings
from tests.services.processes import eventually
from tests.services.stack import Stack

TEXT = "Angela Merkel met Emmanuel Macron in Paris on 3 May 2019."


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("versions"), {"MODELS": "en_sm", "WORKER_PROCESSES": "1"})
    try:
        yield stack
    finally:
        stack.end()


@pytest.fixture
def waiting(stack: Stack) -> Iterator[list[str]]:
    """Jobs that no worker took yet."""
    stack.pretend_worker("en_sm")
    yield [stack.submit(f"{TEXT} {number}") for number in range(3)]
    for worker in stack.workers:
        worker.end()


def test_a_record_of_the_next_minor_version_is_served(stack: Stack, waiting: list[str]) -> None:
    redis: Any = stack.valkey.client()
    for job_id in waiting:
        redis.hset(keys.job(job_id), mapping={"version": "1.1", "urgency": "high"})
    add_to_payload(stack, waiting[0], {"hue": "blue"})
    stack.start_worker()
    assert {stack.job(job_id, wait_s=30)["state"] for job_id in waiting} == {"succeeded"}


def test_a_record_of_the_version_before_is_served(stack: Stack, waiting: list[str]) -> None:
    """Without what came since."""
    redis: Any = stack.valkey.client()
    for job_id in waiting:
        redis.hdel(keys.job(job_id), "durability", "blamed", "trying")
        redis.hset(keys.job(job_id), "version", "1")
    stack.start_worker()
    assert {stack.job(job_id, wait_s=30)["state"] for job_id in waiting} == {"succeeded"}


def test_a_record_of_the_next_major_version_is_refused_and_left(stack: Stack, waiting: list[str]) -> None:
    redis: Any = stack.valkey.client()
    strange = waiting[0]
    redis.hset(keys.job(strange), "version", "2.0")
    before = redis.hgetall(keys.job(strange))
    stack.start_worker()
    assert [stack.job(job_id, wait_s=30)["state"] for job_id in waiting[1:]] == ["succeeded"] * 2
    eventually(lambda: "record_of_unknown_version" in stack.logs(), what="the worker says so")
    assert redis.hgetall(keys.job(strange)) == before
    assert redis.zrank(keys.lane("en_sm"), strange) == 0
    answer = stack.http.get(f"/v1/jobs/{strange}")
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (503, "unknown-version")

    redis.hset(keys.job(strange), "version", "1")
    assert stack.job(strange, wait_s=30)["state"] == "succeeded", "a worker that knows it takes it"


def test_a_running_record_of_the_next_major_version_is_left_to_its_worker(stack: Stack, waiting: list[str]) -> None:
    redis: Any = stack.valkey.client()
    strange = waiting[0]
    redis.zrem(keys.lane("en_sm"), strange)
    redis.zadd(keys.PREFIX + "running", {strange: 1})
    redis.hset(keys.job(strange), mapping={"version": "2.0", "state": "running"})
    stack.start_worker()
    assert stack.job(waiting[1], wait_s=30)["state"] == "succeeded"
    eventually(lambda: f'units": ["{strange}"' in stack.logs(), what="the reconciler has seen it")
    assert redis.zscore(keys.PREFIX + "running", strange) == 1
    redis.zrem(keys.PREFIX + "running", strange)


@pytest.mark.parametrize(("version", "is_refused"), [("1.1", False), ("2.0", True)])
def test_a_message_of_another_version(
    stack: Stack, waiting: list[str], version: str, is_refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refused one costs its job nothing: it stays in its lane until a hint comes that is understood."""
    redis: Any = stack.valkey.client()
    (queue,) = eventually(lambda: redis.keys("celery:anonymize.*"), what="a message is there")
    redis.delete(queue)
    monkeypatch.setattr(messages, "MESSAGE_VERSION", version)
    app = make_celery(Settings(redis_url=stack.valkey.url))
    publish(app, "en_sm", waiting[0])
    said = stack.logs().count("message_of_unknown_version")
    stack.start_worker()
    assert {stack.job(job_id, wait_s=30)["state"] for job_id in waiting} == {"succeeded"}
    assert (stack.logs().count("message_of_unknown_version") > said) is is_refused


def test_a_message_with_more_than_is_known_is_served(stack: Stack, waiting: list[str]) -> None:
    redis: Any = stack.valkey.client()
    (queue,) = eventually(lambda: redis.keys("celery:anonymize.*"), what="a message is there")
    (message, *_) = redis.lrange(queue, 0, -1)
    assert json.loads(message)["headers"]["message_version"] == 1
    redis.delete(queue)
    app = make_celery(Settings(redis_url=stack.valkey.url))
    app.send_task(
        messages.TaskName.ANONYMIZE,
        args=(waiting[0], "more"),
        kwargs={"urgency": "high"},
        queue=messages.queue("en_sm"),  # type: ignore[arg-type]  # celery-types knows names only
    )
    stack.start_worker()
    assert stack.job(waiting[0], wait_s=30)["state"] == "succeeded"
    assert "TypeError" not in stack.logs()


def test_an_announcement_of_the_next_minor_version_is_read(stack: Stack) -> None:
    redis: Any = stack.valkey.client()
    stack.pretend_worker("en_sm")
    said = json.loads(redis.hget(keys.WORKERS, "pretended"))
    said |= {"colour": "blue", "models": [{**model, "size_mb": 12} for model in said["models"]]}
    redis.hset(keys.WORKERS, "pretended", json.dumps(said))
    eventually(lambda: stack.http.get("/health/ready").status_code == 200, what="the gateway has read it")
    assert stack.http.get("/v1/models").status_code == 200


def add_to_payload(stack: Stack, job_id: str, more: dict[str, Any]) -> None:
    redis: Any = stack.valkey.client()
    key_ring = load_key_ring(Settings(data_dir=stack.folder / "data"))
    client, wrapped_key = redis.hmget(keys.job(job_id), "client", "wrapped_key")
    cipher = key_ring.job(client.decode(), job_id, wrapped_key)
    name = keys.hash_of("payload", job_id)
    payload = json.loads(cipher.open(Field.PAYLOAD, redis.hget(name, "0")))
    payload |= more
    payload["documents"] = [{**document, **more} for document in payload["documents"]]
    redis.hset(name, "0", cipher.seal(Field.PAYLOAD, json.dumps(payload).encode()))
