"""GET /v1/jobs/{id}/input, and erasing what outlives a job's record."""

import json
from typing import Any

import pytest

from shared import keys
from tests.services.stack import Stack

TEXT = "Angela Merkel met Emmanuel Macron in Paris on 3 May 2019."
DOCUMENTS: list[dict[str, Any]] = [
    {"custom_id": f"n{number}", "text": f"{number}. {TEXT * 5}", "language": "fr" if number % 3 else "en"}
    for number in range(200)
]


def submit(stack: Stack, **fields: Any) -> str:
    answer = stack.http.post("/v1/jobs", json=fields)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def documents(stack: Stack, job_id: str) -> list[dict[str, Any]]:
    answer = stack.http.get(f"/v1/jobs/{job_id}/input")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    body = answer.json()
    assert body["job_id"] == job_id
    return list(body["documents"])


def problem_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition("/")[2]


def test_a_text_comes_back_before_and_after_the_end(stack: Stack) -> None:
    job_id = submit(stack, text=TEXT, keep_input=True)
    sent = [{"custom_id": None, "text": TEXT, "language": None, "problem": None}]
    assert documents(stack, job_id) == sent
    stack.job(job_id, wait_s=30)
    assert documents(stack, job_id) == sent


def test_documents_of_many_parts_and_two_models_come_back_in_their_order(stack: Stack) -> None:
    job_id = submit(stack, documents=DOCUMENTS, keep_input=True)
    assert stack.job(job_id, wait_s=60)["state"] == "succeeded"
    given = documents(stack, job_id)
    assert given == [{**document, "problem": None} for document in DOCUMENTS]


def test_a_document_that_could_not_be_processed_has_its_problem_and_no_text(stack: Stack) -> None:
    job_id = submit(stack, documents=[{"text": TEXT}, {"custom_id": "b", "text": " "}], keep_input=True)
    good, bad = documents(stack, job_id)
    assert (good["text"], good["problem"]) == (TEXT, None)
    assert (bad["custom_id"], bad["text"], bad["problem"].rpartition("/")[2]) == ("b", "", "invalid-text")


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("notes.txt", TEXT.encode("utf-16"), "text/plain"),
        ("rows.csv", b"name\n" + f"{TEXT}\n".encode() * 20_000, "text/csv"),
    ],
    ids=["small", "of several pieces"],
)
def test_a_file_comes_back_byte_for_byte(stack: Stack, name: str, content: bytes, media_type: str) -> None:
    request: Any = {"file": (name, content, media_type), "request": (None, json.dumps({"keep_input": True}))}
    answer = stack.http.post("/v1/jobs", files=request)
    assert answer.status_code == 202, answer.text
    given = stack.http.get(f"/v1/jobs/{answer.json()['id']}/input")
    assert given.content == content
    assert given.headers["Content-Type"] == media_type
    assert given.headers["Content-Disposition"] == f'attachment; filename="input.{name.partition(".")[2]}"'
    assert given.headers["X-Content-Type-Options"] == "nosniff"


def test_what_was_not_to_be_kept_is_not_given(stack: Stack) -> None:
    job_id = submit(stack, text=TEXT)
    assert problem_of(stack.http.get(f"/v1/jobs/{job_id}/input")) == (409, "input-not-kept")
    stack.job(job_id, wait_s=30)
    assert problem_of(stack.http.get(f"/v1/jobs/{job_id}/input")) == (409, "input-not-kept")
    missing = stack.http.get(f"/v1/jobs/job_{'0' * 32}/input")
    assert problem_of(missing) == (404, "job-not-found")


def test_an_erased_jobs_input_is_gone(stack: Stack) -> None:
    job_id = submit(stack, text=TEXT, keep_input=True)
    stack.job(job_id, wait_s=30)
    assert stack.http.delete(f"/v1/jobs/{job_id}").status_code == 200
    assert problem_of(stack.http.get(f"/v1/jobs/{job_id}/input")) == (410, "job-erased")


def test_a_job_whose_retention_has_run_out_is_erased_with_its_deliveries(stack: Stack) -> None:
    endpoint = {"url": "https://example.com/hook", "events": ["job.canceled"]}
    stack.http.put("/v1/webhook-endpoints/late", json=endpoint).raise_for_status()
    job_id = submit(stack, text=TEXT, deadline="2999-01-01T00:00:00Z")
    stack.http.post(f"/v1/jobs/{job_id}/cancel")
    if stack.job(job_id)["state"] != "canceled":
        pytest.skip("the worker was quicker")
    stack.http.delete("/v1/webhook-endpoints/late")
    redis = stack.valkey.client()
    # As if its retention were over.
    redis.delete(keys.job(job_id), keys.result(job_id))
    redis.zrem("aa:jobs:anonymous", job_id)
    assert redis.exists(keys.event(job_id))
    assert problem_of(stack.http.get(f"/v1/jobs/{job_id}")) == (404, "job-not-found")

    answer = stack.http.delete(f"/v1/jobs/{job_id}")
    assert answer.status_code == 200
    assert json.loads(answer.json()["statement"])["erased"] == ["data key", "metadata", "deliveries"]
    assert redis.keys(f"*{job_id.removeprefix('job_')}*") == [keys.receipt(job_id).encode()]
    assert problem_of(stack.http.delete(f"/v1/jobs/{job_id}")) == (410, "job-erased")
