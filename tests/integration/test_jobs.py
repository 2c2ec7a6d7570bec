"""Submit, wait, read: the job API as a client sees it."""

import re
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.services.processes import eventually
from tests.services.stack import Stack

TEXT = "Angela Merkel met Emmanuel Macron in Paris on 3 May 2019."
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def test_submit_then_poll(stack: Stack) -> None:
    answer = stack.http.post("/v1/jobs", json={"text": TEXT})
    assert answer.status_code == 202
    queued = answer.json()
    assert answer.headers["Location"] == queued["links"]["self"] == f"/v1/jobs/{queued['id']}"
    assert answer.headers["Retry-After"]
    assert answer.headers["Cache-Control"] == "no-store"

    job = stack.job(queued["id"], wait_s=30)
    assert job["state"] == "succeeded"
    assert (job["attempts"], job["progress"]) == (1, 1.0)
    assert job["counts"] == {"total": 1, "succeeded": 1, "failed": 0}
    assert all(RFC3339.fullmatch(job[f"{name}_at"]) for name in ("created", "started", "finished", "expires"))

    (document,) = stack.result(queued["id"])["documents"]
    assert document["language"] == "en"
    for entity in document["entities"]:
        assert TEXT[entity["start"] : entity["end"]] == entity["text"]
    assert {"Angela Merkel", "Emmanuel Macron", "Paris"} <= {entity["text"] for entity in document["entities"]}
    assert "Merkel" not in document["anonymized_text"]


def test_prefer_wait_answers_with_the_ended_job(stack: Stack) -> None:
    answer = stack.http.post("/v1/jobs", json={"text": TEXT}, headers={"Prefer": "respond-async, wait=30"})
    assert answer.status_code == 200
    assert answer.json()["state"] == "succeeded"
    assert answer.headers["Preference-Applied"] == "wait=30"


def test_waiting_ends_when_its_time_is_over(fragile_stack: Stack) -> None:
    fragile_stack.pretend_worker("en_sm")
    answer = fragile_stack.http.post("/v1/jobs", json={"text": TEXT}, headers={"Prefer": "wait=1"})
    assert answer.status_code == 202
    assert answer.json()["state"] == "queued"
    assert answer.json()["queue"] == {"position": 0, "estimated_wait_s": None}, "nothing was ever claimed here"
    second = fragile_stack.submit(TEXT)
    assert fragile_stack.job(second)["queue"]["position"] == 1
    assert fragile_stack.job(second, wait_s=1)["state"] == "queued"


def test_the_etag_changes_with_the_job(fragile_stack: Stack) -> None:
    fragile_stack.pretend_worker("en_sm")
    job_id = fragile_stack.submit(TEXT)
    before = fragile_stack.http.get(f"/v1/jobs/{job_id}").headers["ETag"]
    assert fragile_stack.http.get(f"/v1/jobs/{job_id}").headers["ETag"] == before
    fragile_stack.start_worker()
    fragile_stack.job(job_id, wait_s=30)
    assert fragile_stack.http.get(f"/v1/jobs/{job_id}").headers["ETag"] != before


def test_waiting_clients_do_not_poll_redis(fragile_stack: Stack) -> None:
    stack = fragile_stack
    stack.pretend_worker("en_sm")
    # As many as the test's client keeps connections.
    job_ids = [stack.submit(TEXT) for _ in range(80)]
    redis = stack.valkey.client()
    before = calls(redis, "hgetall")
    with ThreadPoolExecutor(len(job_ids)) as clients:
        waits = [clients.submit(stack.job, job_id, wait_s=30) for job_id in job_ids]
        eventually(lambda: calls(redis, "hgetall") >= before + len(job_ids), what="all clients wait")
        asked = calls(redis, "hgetall") + calls(redis, "zrank")
        # Not awaiting a condition, but showing that for a time nothing happens.
        threading.Event().wait(2)
        assert calls(redis, "hgetall") + calls(redis, "zrank") == asked
        stack.start_worker()
        assert {wait.result()["state"] for wait in waits} == {"succeeded"}


def test_waiters_are_woken_after_the_store_was_away(fragile_stack: Stack) -> None:
    stack = fragile_stack
    stack.start_worker()
    stack.valkey.kill()
    stack.valkey.start_again()
    eventually(lambda: stack.http.get("/health/ready").status_code == 200, what="ready again")
    answer = stack.http.post("/entities", json={"text": TEXT})
    assert answer.status_code == 200


def test_a_french_text_and_one_whose_language_is_found(stack: Stack) -> None:
    french = "Marie Curie est née à Varsovie et elle a travaillé avec Pierre Curie à Paris."
    for language in ("fr", "auto"):
        job_id = stack.submit(french, language=language)
        assert stack.job(job_id, wait_s=30)["state"] == "succeeded"
        (document,) = stack.result(job_id)["documents"]
        assert (document["language"], document["model"]) == ("fr", "fr_sm")


def test_many_jobs_at_once_all_end_with_their_own_result(stack: Stack) -> None:
    texts = [f"{TEXT} Reference {number}." for number in range(100)]

    def whole_way(text: str) -> Any:
        job_id = stack.submit(text)
        assert stack.job(job_id, wait_s=60)["state"] == "succeeded"
        return stack.result(job_id)

    with ThreadPoolExecutor(16) as clients:
        results = list(clients.map(whole_way, texts))
    for text, result in zip(texts, results, strict=True):
        (document,) = result["documents"]
        assert all(text[entity["start"] : entity["end"]] == entity["text"] for entity in document["entities"])


def test_models_are_those_of_live_workers(stack: Stack) -> None:
    models = stack.http.get("/v1/models").json()["models"]
    assert [(model["id"], model["workers"], model["processes"]) for model in models] == [
        ("en_sm", 1, 2),
        ("fr_sm", 1, 2),
    ]
    assert "PERSON" in models[0]["labels"]


def test_a_worker_that_falls_silent_is_not_counted(fragile_stack: Stack) -> None:
    worker = fragile_stack.start_worker()
    worker.signal(signal.SIGKILL)
    eventually(lambda: fragile_stack.workers_alive() == 0, within_s=20, what="the dead worker is not counted")
    assert fragile_stack.http.post("/entities", json={"text": TEXT}).status_code == 503


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/docs/files/swagger-ui-bundle.js"])
def test_the_documentation_asks_no_outside_host(stack: Stack, path: str) -> None:
    answer = stack.http.get(path)
    assert answer.status_code == 200
    if path == "/docs":
        assert not re.findall(r"(?:src|href)=\"https?:", answer.text)


def calls(redis: Any, command: str) -> int:
    return int(redis.info("commandstats").get(f"cmdstat_{command}", {"calls": 0})["calls"])


def test_a_stopped_worker_withdraws_at_once(fragile_stack: Stack) -> None:
    worker = fragile_stack.start_worker()
    worker.end()
    started = time.monotonic()
    eventually(lambda: fragile_stack.workers_alive() == 0, what="the stopped worker is gone")
    assert time.monotonic() - started < float(fragile_stack.environment["WORKER_LOST_S"])
