"""Workers are told to end: what runs ends within its grace, the rest is another worker's at once, nothing is lost."""

import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared import keys
from tests.services import hostile_pipeline
from tests.services.hostile_pipeline import FREEZING, SLOW
from tests.services.processes import eventually
from tests.services.receiver import Receiver, Reply
from tests.services.stack import Stack

TEXT = "Angela Merkel met Emmanuel Macron in Paris on 3 May 2019."


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("shutdown")
    environment = {
        **hostile_pipeline.install(folder / "packages"),
        "WORKER_PROCESSES": "1",
        # Whoever waits for a lease to run out waits in vain.
        "LEASE_S": "600",
        # Two jobs are more than a slice of a batch.
        "PART_MAX_CHARS": "200",
        "WEBHOOK_ALLOWED_HOSTS": "127.0.0.1",
        "WEBHOOK_TIMEOUT_S": "30",
    }
    stack = Stack(folder, environment)
    try:
        yield stack
    finally:
        stack.end()


def record(stack: Stack, job_id: str) -> tuple[str, int]:
    redis: Any = stack.valkey.client()
    state, attempts = redis.hmget(keys.job(job_id), "state", "attempts")
    return state.decode(), int(attempts)


def submit_together(stack: Stack, count: int) -> list[str]:
    """Jobs that one claim takes."""
    stack.pretend_worker("en_sm")
    return [stack.submit(f"{TEXT} {number} {SLOW} {'x' * 60}") for number in range(count)]


def test_what_was_not_begun_goes_back_at_once_and_what_runs_ends_first(stack: Stack) -> None:
    job_ids = submit_together(stack, 8)
    worker = stack.start_worker()
    eventually(lambda: record(stack, job_ids[-1]) == ("running", 1), what="all are claimed")
    worker.signal(signal.SIGTERM)
    assert worker.wait() == 0
    records = [record(stack, job_id) for job_id in job_ids]
    done = records.count(("succeeded", 1))
    assert records == [("succeeded", 1)] * done + [("queued", 0)] * (8 - done)
    assert 0 < done < 8
    other = stack.start_worker()
    assert [stack.job(job_id, wait_s=30)["state"] for job_id in job_ids] == ["succeeded"] * 8
    assert {record(stack, job_id) for job_id in job_ids} == {("succeeded", 1)}
    other.end()


def test_what_outlasts_the_grace_goes_back_too(stack: Stack) -> None:
    """Even where the process is stuck within C code and hears nothing."""
    stack.pretend_worker("en_sm")
    job_id = stack.submit(f"{TEXT} {FREEZING}")
    worker = stack.start_worker(GRACE_S="1")
    eventually(lambda: record(stack, job_id) == ("running", 1), what="it runs")
    worker.signal(signal.SIGTERM)
    assert worker.wait() == 0
    assert record(stack, job_id) == ("queued", 0)
    assert stack.http.post(f"/v1/jobs/{job_id}/cancel").status_code == 200


def test_a_rolling_restart_under_load_loses_and_doubles_nothing(stack: Stack) -> None:
    workers = [stack.start_worker() for _ in range(2)]
    quiet = [documents(stack, number) for number in range(5)]
    is_over, job_ids = threading.Event(), list[str]()

    def load() -> None:
        while not is_over.wait(0.01):
            job_ids.append(put(stack, len(job_ids) % 5))

    client = threading.Thread(target=load)
    client.start()
    try:
        for place in (0, 1, 0, 1):
            await_load(job_ids)
            workers[place].signal(signal.SIGTERM)
            assert workers[place].wait() == 0
            workers[place] = stack.start_worker()
    finally:
        is_over.set()
        client.join()
    assert len(job_ids) > 100
    jobs = [stack.job(job_id, wait_s=60) for job_id in job_ids]
    assert {(job["state"], job["attempts"], job["counts"]["succeeded"]) for job in jobs} == {("succeeded", 1, 3)}
    for number, job_id in enumerate(job_ids):
        assert stack.result(job_id)["documents"] == quiet[number % 5]
    logs = stack.logs()
    assert "lease_ran_out" not in logs
    assert "late_result_refused" not in logs
    for worker in workers:
        worker.end()


def await_load(job_ids: list[str]) -> None:
    before = len(job_ids)
    eventually(lambda: len(job_ids) > before + 20, what="the load goes on")


def put(stack: Stack, number: int) -> str:
    body = {
        "documents": [{"text": f"{TEXT} {number} {each} {'x' * 60}"} for each in range(3)],
        "options": {"scope": "document", "operators": {"default": {"name": "replace"}}},
    }
    answer = stack.http.post("/v1/jobs", json=body)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def documents(stack: Stack, number: int) -> Any:
    job_id = put(stack, number)
    assert stack.job(job_id, wait_s=30)["state"] == "succeeded"
    return stack.result(job_id)["documents"]


def test_a_stopped_courier_ends_its_attempt_first_and_gives_it_back_after_its_grace(
    stack: Stack, tmp_path: Path
) -> None:
    may_answer = threading.Event()
    receiver = Receiver(lambda _, number: Reply(when=may_answer if number < 3 else None))
    try:
        worker, courier = stack.start_worker(), stack.start_courier(DELIVERY_LEASE_S="600", GRACE_S="20")
        job_id = stack.submit(TEXT, webhook={"url": f"{receiver.url}/hook"})
        eventually(lambda: receiver.of("/hook"), what="the attempt is under way")
        courier.signal(signal.SIGTERM)
        may_answer.set()
        assert courier.wait() == 0
        (delivery,) = deliveries(stack, job_id)
        assert (delivery["state"], len(delivery["attempts"])) == ("delivered", 1)

        may_answer.clear()
        courier = stack.start_courier(DELIVERY_LEASE_S="600", GRACE_S="1")
        job_id = stack.submit(TEXT, webhook={"url": f"{receiver.url}/hook"})
        eventually(lambda: len(receiver.of("/hook")) == 2, what="the attempt is under way")
        courier.signal(signal.SIGTERM)
        assert courier.wait() == 0
        stack.start_courier(DELIVERY_LEASE_S="600")
        eventually(lambda: deliveries(stack, job_id)[0]["state"] == "delivered", what="another courier makes it again")
        assert len({each.id for each in receiver.of("/hook")[1:]}) == 1, "under the same id"
        worker.end()
    finally:
        may_answer.set()
        receiver.end()


def deliveries(stack: Stack, job_id: str) -> Any:
    return stack.http.get(f"/v1/jobs/{job_id}/deliveries").json()["deliveries"]
