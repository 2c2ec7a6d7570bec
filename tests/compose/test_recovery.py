"""What dies comes back, and what was accepted is done."""

import httpx2 as httpx

from tests.canary.marker import TEXT
from tests.compose.composition import Composition
from tests.compose.engine import inspect
from tests.compose.sending import SENTENCE, anonymized, assert_done, ended, submit
from tests.services.processes import eventually

#: `python -c`: kill -9 of every process of the container; its first one, the engine's init, ends with them.
KILL_ALL = "import os; os.kill(-1, 9)"
#: Some seconds of work.
LONG_TEXT = " ".join(f"{SENTENCE} Application no. {number}." for number in range(3_000))
#: So long that one is claimed alone.
TEXT_OF_ITS_OWN = LONG_TEXT[:70_000]


def test_a_killed_worker_comes_back_and_its_job_ends(composition: Composition, http: httpx.Client) -> None:
    job_id = submit(http, LONG_TEXT)
    eventually(lambda: state_of(http, job_id) == "running", what="the job runs")
    composition.inside("worker", "python", "-c", KILL_ALL, expected=None)
    job = eventually(lambda: (job := ended(http, job_id))["state"] != "running" and job, what="the job ends")
    assert (job["state"], job["attempts"]) == ("succeeded", 2)
    (container,) = composition.containers("worker")
    state = inspect("container", container)
    assert state["State"]["Running"]
    assert state["RestartCount"] == 1


def test_a_store_that_is_killed_keeps_queued_jobs(composition: Composition, http: httpx.Client) -> None:
    jobs = [submit(http, TEXT_OF_ITS_OWN) for _ in range(5)]
    assert state_of(http, jobs[-1]) == "queued"
    composition.compose("kill", "--signal", "KILL", "redis")
    composition.up()
    for job_id in jobs:
        assert_done(http, job_id)


def state_of(http: httpx.Client, job_id: str) -> str:
    return str(http.get(f"/v1/jobs/{job_id}").json()["state"])


def test_down_and_up_keep_keys_jobs_and_results(composition: Composition, key: str) -> None:
    with composition.http(key=key) as http:
        done = submit(http)
        assert_done(http, done)
        assert_no_log_holds_a_text(composition)
        queued = [submit(http, TEXT_OF_ITS_OWN) for _ in range(5)]
        assert state_of(http, queued[-1]) == "queued"
    composition.compose("down")
    assert composition.containers("redis") == []
    composition.up()
    with composition.http(key=key) as http:
        assert "<PERSON>" in anonymized(http, done)
        for job_id in queued:
            assert_done(http, job_id)
    assert_no_log_holds_a_text(composition)


def assert_no_log_holds_a_text(composition: Composition) -> None:
    logs = composition.logs()
    for service in ("gateway", "worker", "courier", "flower", "redis"):
        assert service.encode() in logs
    assert b'"level": "debug"' in logs or b'"level":"debug"' in logs
    assert TEXT.sightings([("logs", logs)]) == []
