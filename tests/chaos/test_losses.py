"""Processes are killed and the store goes away: what becomes of the job that it hits. Under load: test_faults.py."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from shared import keys
from tests.services.process_tree import cpu_s
from tests.services.processes import eventually
from tests.services.stack import Stack

TEXT = "Angela Merkel met Emmanuel Macron in Paris on 3 May 2019."
#: Some seconds of work.
LONG_TEXT = " ".join(f"{TEXT} Application no. {number}." for number in range(3_000))


def worker_process_of(stack: Stack, job_id: str, *, other_than: int = 0) -> int:
    """Id of the process that works on the job, once one does."""

    def running() -> int:
        state, worker = stack.valkey.client().hmget(keys.job(job_id), "state", "worker")
        process = int(str(worker).rpartition(":")[2].rstrip("'")) if worker else 0
        return process if state == b"running" and process != other_than else 0

    return eventually(running, what="the job runs")


def test_a_killed_worker_process_loses_no_job(fragile_stack: Stack) -> None:
    stack = fragile_stack
    stack.start_worker()
    job_id = stack.submit(LONG_TEXT)
    os.kill(worker_process_of(stack, job_id), signal.SIGKILL)
    job = stack.job(job_id, wait_s=60)
    assert (job["state"], job["attempts"]) == ("succeeded", 2)
    (document,) = stack.result(job_id)["documents"]
    assert document["entities"][-1]["end"] <= len(LONG_TEXT)
    assert stack.job(stack.submit(TEXT), wait_s=30)["state"] == "succeeded", "the worker goes on"


def test_a_killed_worker_leaves_no_process_and_its_job_to_another(fragile_stack: Stack) -> None:
    stack = fragile_stack
    worker = stack.start_worker()
    job_id = stack.submit(LONG_TEXT)
    child = worker_process_of(stack, job_id)
    worker.signal(signal.SIGKILL)
    worker.wait()
    eventually(lambda: not is_running(child), what="the child goes with its parent")
    stack.start_worker()
    job = stack.job(job_id, wait_s=60)
    assert (job["state"], job["attempts"]) == ("succeeded", 2)


def test_a_stopped_worker_ends_its_batch_first(fragile_stack: Stack) -> None:
    stack = fragile_stack
    worker = stack.start_worker()
    job_id = stack.submit(LONG_TEXT)
    child = worker_process_of(stack, job_id)
    # A job that is claimed and not begun would be given back instead.
    before_s = cpu_s(child)
    eventually(lambda: cpu_s(child) > before_s + 0.2, what="it is at work")
    worker.signal(signal.SIGTERM)
    assert worker.wait() == 0
    job = stack.job(job_id)
    assert (job["state"], job["attempts"]) == ("succeeded", 1)


def test_a_job_that_kills_every_worker_fails_and_spares_the_others(fragile_stack: Stack) -> None:
    stack = fragile_stack
    stack.start_worker()
    poison = stack.submit(LONG_TEXT)
    process = 0
    for _ in range(3):
        process = worker_process_of(stack, poison, other_than=process)
        os.kill(process, signal.SIGKILL)
    job = stack.job(poison, wait_s=60)
    assert (job["state"], job["problem"]["title"]) == ("failed", "Job failed on every attempt")
    answer = stack.http.get(f"/v1/jobs/{poison}/result")
    assert answer.status_code == 409
    assert stack.job(stack.submit(TEXT), wait_s=30)["state"] == "succeeded"


def test_queued_jobs_outlive_a_killed_valkey(fragile_stack: Stack) -> None:
    stack = fragile_stack
    stack.pretend_worker("en_sm")
    job_ids = [stack.submit(f"{TEXT} {number}") for number in range(50)]
    stack.valkey.kill()
    stack.valkey.start_again()
    stack.start_worker()
    states = [stack.job(job_id, wait_s=60)["state"] for job_id in job_ids]
    assert states == ["succeeded"] * 50


def test_a_lost_message_is_sent_again(fragile_stack: Stack) -> None:
    stack = fragile_stack
    stack.pretend_worker("en_sm")
    job_id = stack.submit(TEXT)
    redis = stack.valkey.client()
    (queue,) = eventually(lambda: redis.keys("celery:anonymize.*"), what="the message is there")
    redis.delete(queue)
    stack.start_worker()
    assert stack.job(job_id, wait_s=30)["state"] == "succeeded"


def test_doubled_messages_finish_a_job_once(fragile_stack: Stack) -> None:
    stack = fragile_stack
    stack.pretend_worker("en_sm")
    job_id = stack.submit(TEXT)
    redis = stack.valkey.client()
    (queue,) = eventually(lambda: redis.keys("celery:anonymize.*"), what="the message is there")
    (message,) = redis.lrange(queue, 0, -1)
    redis.rpush(queue, *[message] * 9)
    stack.start_worker()
    job = stack.job(job_id, wait_s=30)
    eventually(lambda: not redis.exists(queue), what="all messages are taken")
    assert (job["state"], job["attempts"]) == ("succeeded", 1)
    assert stack.job(job_id) == job


def test_without_the_store_there_is_a_503_within_3_s_and_all_is_well_when_it_is_back(fragile_stack: Stack) -> None:
    stack = fragile_stack
    stack.start_worker()
    assert stack.http.post("/entities", json={"text": TEXT}).status_code == 200
    stack.valkey.kill()
    for method, path, body in (
        ("POST", "/entities", {"text": TEXT}),
        ("POST", "/v1/jobs", {"text": TEXT}),
        ("GET", "/v1/jobs/job_" + "0" * 32, None),
        ("GET", "/v1/models", None),
        ("GET", "/health/ready", None),
    ):
        answer = stack.http.request(method, path, json=body, timeout=3.0)
        assert answer.status_code == 503, (path, answer.text)
        assert answer.json()["type"].endswith("/store-unavailable")
        assert answer.headers["Retry-After"]
        assert answer.elapsed.total_seconds() < 3
    assert stack.http.get("/health/live").status_code == 200
    stack.valkey.start_again()
    eventually(lambda: stack.http.get("/health/ready").status_code == 200, what="ready again")
    answer = stack.http.post("/entities", json={"text": TEXT})
    assert answer.status_code == 200, answer.text


def test_a_store_that_hangs_gives_a_503_within_3_s(fragile_stack: Stack) -> None:
    stack = fragile_stack
    stack.start_worker()
    stack.valkey.pause()
    try:
        answer = stack.http.post("/entities", json={"text": TEXT}, timeout=4.0)
        assert answer.status_code == 503
        assert answer.elapsed.total_seconds() < 3
    finally:
        stack.valkey.go_on()
    eventually(lambda: stack.http.get("/health/ready").status_code == 200, what="ready again")


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture(autouse=True)
def show_logs(fragile_stack: Stack) -> Any:
    """What the processes said, when a test fails."""
    yield
    sys.stdout.write(fragile_stack.logs()[-3000:])
