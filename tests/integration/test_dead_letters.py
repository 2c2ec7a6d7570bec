"""Jobs that no process outlived: an operator sees them, and has them done again when the reason is gone."""

import json
from collections.abc import Iterator

import pytest

from shared.jobs.repair import lose
from shared.jobs.store import SyncStore
from tests.integration.job_store import Run, end_part, take
from tests.services.stack import Stack

TEXT = "Angela Merkel met Emmanuel Macron in Paris on 3 May 2019."
LANES = ("en_sm", "en_sm.bulk")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Without a worker until the last test starts one."""
    stack = Stack(tmp_path_factory.mktemp("dead"), {"WORKER_PROCESSES": "1", "PART_MAX_DOCUMENTS": "2"})
    try:
        stack.pretend_worker(*LANES)
        yield stack
    finally:
        stack.end()


def submit_text(stack: Stack) -> str:
    return stack.submit(TEXT, metadata={"case": "17"}, options={"entity_types": ["PERSON"]})


def submit_documents(stack: Stack) -> str:
    body = {"documents": [{"text": f"{TEXT} {number}", "custom_id": f"n{number}"} for number in range(5)]}
    return str(stack.http.post("/v1/jobs", json=body).json()["id"])


def submit_file(stack: Stack) -> str:
    lines = "\n".join(json.dumps({"note": f"{TEXT} {number}"}) for number in range(3))
    files = {"file": ("notes.jsonl", lines.encode(), "application/jsonl")}
    return str(stack.http.post("/v1/jobs", files=files).json()["id"])


def kill(run: Run, job_id: str) -> None:
    """Whoever works on the job, or on its last step once its parts are done, dies each time."""
    poisoned: set[str] = set()
    while not poisoned:
        for claimed in take(run, "", *LANES, jobs=1, characters=10**9):
            if claimed.part != "end" and not claimed.is_whole:
                end_part(run, claimed)
        poisoned = set(run(lose("w", "poison", max_attempts=3, retention_ms=60_000)).poisoned)
    assert poisoned <= {job_id, f"{job_id}.end"}


@pytest.fixture(scope="module")
def dead(stack: Stack) -> list[str]:
    """One of each kind, oldest first."""
    run = SyncStore(stack.valkey.client()).run
    job_ids = []
    for submit in (submit_text, submit_documents, submit_file):
        job_ids.append(submit(stack))
        kill(run, job_ids[-1])
    return job_ids


def test_they_are_listed_newest_first_without_a_word_of_the_text(stack: Stack, dead: list[str]) -> None:
    answer = stack.http.get("/v1/dead-letters", params={"limit": 2})
    assert answer.status_code == 200, answer.text
    first = answer.json()
    rest = stack.http.get("/v1/dead-letters", params={"cursor": first["next_cursor"]}).json()
    listed = first["dead_letters"] + rest["dead_letters"]
    assert [each["id"] for each in listed] == dead[::-1]
    assert rest["next_cursor"] is None
    text = listed[2]
    assert (text["client"], text["model"], text["attempts"], text["documents"]) == ("anonymous", "en_sm", 3, 1)
    assert text["problem"].endswith("/poison")
    assert "Merkel" not in answer.text


@pytest.mark.parametrize("job_id", ["job_" + "0" * 32, "nonsense"])
def test_what_is_no_dead_letter_cannot_be_replayed(stack: Stack, job_id: str) -> None:
    answer = stack.http.post(f"/v1/dead-letters/{job_id}/replay")
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (404, "dead-letter-not-found")


def test_a_living_job_cannot_be_replayed(stack: Stack, dead: list[str]) -> None:
    job_id = stack.submit(TEXT)
    assert stack.http.post(f"/v1/dead-letters/{job_id}/replay").status_code == 404
    stack.http.post(f"/v1/jobs/{job_id}/cancel")


def test_replayed_each_is_done_as_a_new_job_of_its_client(stack: Stack, dead: list[str]) -> None:
    stack.start_worker()
    again = []
    for job_id in dead:
        answers = [stack.http.post(f"/v1/dead-letters/{job_id}/replay") for _ in range(2)]
        assert [answer.status_code for answer in answers] == [202, 202], answers[0].text
        assert answers[0].json()["id"] == answers[1].json()["id"], "asked for twice it is one job"
        assert answers[0].headers["Location"] == f"/v1/jobs/{answers[0].json()['id']}"
        again.append(answers[0].json()["id"])
    jobs = [stack.job(job_id, wait_s=60) for job_id in again]
    assert [(job["state"], job["counts"]["succeeded"]) for job in jobs] == [
        ("succeeded", 1),
        ("succeeded", 5),
        ("succeeded", 3),
    ]
    assert jobs[0]["metadata"] == {"case": "17"}
    (document,) = stack.result(again[0])["documents"]
    assert {entity["type"] for entity in document["entities"]} == {"PERSON"}
    assert [each["custom_id"] for each in stack.result(again[1])["documents"]] == [f"n{n}" for n in range(5)]
    assert "Merkel" not in stack.http.get(f"/v1/jobs/{again[2]}/file").text
    listed = stack.http.get("/v1/dead-letters").json()["dead_letters"]
    assert {each["id"]: each["replayed_as"] for each in listed} == dict(zip(dead, again, strict=True))
    assert [stack.job(job_id)["state"] for job_id in dead] == ["failed"] * 3, "what ended has ended"
