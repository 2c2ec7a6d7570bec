"""Texts that kill, stall or starve the process that reads them: stopped, counted, and nobody else's harm."""

import json
import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from shared import keys
from tests.services import hostile_pipeline
from tests.services.hostile_pipeline import FREEZING, GROWING, KILLING, STALLING, STARVING
from tests.services.process_tree import descendants
from tests.services.processes import eventually
from tests.services.stack import Stack

GOOD = "Angela Merkel met Emmanuel Macron in Paris on 3 May 2019."


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("hostile")
    environment = {
        **hostile_pipeline.install(folder / "packages"),
        # A quarter of it for a short text.
        "TASK_TIME_LIMIT_S": "8",
        "MAX_JOB_MEMORY_MB": "300",
        "MAX_CHILD_MEMORY_MB": "100",
        "PART_MAX_DOCUMENTS": "20",
    }
    stack = Stack(folder, environment)
    try:
        stack.start_worker()
        yield stack
    finally:
        stack.end()


@pytest.fixture(autouse=True)
def main_process_lives(stack: Stack) -> Iterator[None]:
    yield
    assert stack.workers[0].is_alive
    assert stack.job(stack.submit(GOOD), wait_s=30)["state"] == "succeeded"


@pytest.mark.parametrize(
    ("word", "problems"),
    [
        (KILLING, {"poison"}),
        (STALLING, {"timed-out"}),
        (STARVING, {"out-of-memory"}),
        # Nothing of the process runs any more, so its lease may run out before its time does.
        (FREEZING, {"poison", "timed-out"}),
    ],
)
def test_a_text_that_its_process_does_not_outlive_fails_after_three_attempts(
    stack: Stack, word: str, problems: set[str]
) -> None:
    beside = [stack.submit(f"{GOOD} {number}") for number in range(4)]
    job_id = stack.submit(f"{GOOD} {word}")
    beside += [stack.submit(f"{GOOD} {number}") for number in range(4)]
    job = stack.job(job_id, wait_s=60)
    assert (job["state"], job["attempts"]) == ("failed", 3)
    assert job["problem"]["type"].rpartition("/")[2] in problems
    assert {stack.job(each, wait_s=30)["state"] for each in beside} == {"succeeded"}


@pytest.mark.parametrize(("word", "count"), [(KILLING, 7), (STALLING, 50)])
def test_of_many_documents_only_the_one_that_kills_fails(stack: Stack, word: str, count: int) -> None:
    """In a job of one part, and in one of several."""
    texts = [f"{GOOD} {number}" for number in range(count)]
    quiet = results_of(stack, texts)
    texts[5] += f" {word}"
    job, documents = results_of(stack, texts)
    assert (job["state"], job["counts"]) == ("succeeded", {"total": count, "succeeded": count - 1, "failed": 1})
    assert documents[5]["problem"] == ("poison" if word == KILLING else "timed-out")
    assert documents[:5] + documents[6:] == quiet[1][:5] + quiet[1][6:]


def test_several_killing_documents_of_one_part_all_are_found(stack: Stack) -> None:
    texts = [f"{GOOD} {number} {KILLING if number in (0, 3, 9) else ''}" for number in range(10)]
    job, documents = results_of(stack, texts)
    assert job["counts"] == {"total": 10, "succeeded": 7, "failed": 3}
    assert [document["problem"] for document in documents] == [
        "poison" if number in (0, 3, 9) else None for number in range(10)
    ]


def test_of_a_file_only_the_segment_that_kills_fails(stack: Stack) -> None:
    lines = "\n".join(json.dumps({"text": f"{GOOD} {KILLING if number == 2 else ''}"}) for number in range(5))
    answer = stack.http.post("/v1/jobs", files={"file": ("notes.jsonl", lines.encode(), "application/jsonl")})
    assert answer.status_code == 202, answer.text
    job = stack.job(answer.json()["id"], wait_s=60)
    assert job["state"] == "succeeded", job
    assert job["counts"]["failed"] == 1


def test_a_dead_process_costs_no_lease(stack: Stack) -> None:
    """What it held goes back as soon as its main process sees that it died."""
    job_id = stack.submit(f"{GOOD} {STALLING}")
    redis: Any = stack.valkey.client()
    child = eventually(lambda: process_of(redis, job_id), what="the job runs")
    redis.zadd(keys.PREFIX + "running", {job_id: 2**52})
    os.kill(child, signal.SIGKILL)
    eventually(lambda: process_of(redis, job_id) not in (0, child), within_s=20, what="another process has it")
    assert stack.http.post(f"/v1/jobs/{job_id}/cancel").status_code == 200


def test_a_process_that_grew_is_replaced_after_its_job(stack: Stack) -> None:
    before = set(descendants(stack.workers[0].pid))
    job = stack.job(stack.submit(f"{GOOD} {GROWING}"), wait_s=30)
    assert (job["state"], job["attempts"]) == ("succeeded", 1)
    eventually(lambda: before - set(descendants(stack.workers[0].pid)), what="the process that did it goes")
    eventually(lambda: len(descendants(stack.workers[0].pid)) == len(before), what="another one comes")


def process_of(redis: Any, job_id: str) -> int:
    state, worker = redis.hmget(keys.job(job_id), "state", "worker")
    return int(worker.decode().rpartition(":")[2]) if state == b"running" else 0


def results_of(stack: Stack, texts: list[str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    body = {"documents": [{"text": text} for text in texts], "options": {"scope": "document"}}
    answer = stack.http.post("/v1/jobs", json=body)
    assert answer.status_code == 202, answer.text
    job = stack.job(answer.json()["id"], wait_s=60)
    return job, stack.result(job["id"])["documents"]
