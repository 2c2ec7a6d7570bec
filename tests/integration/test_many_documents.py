"""Jobs of many documents: each document fails alone, names agree over all of them, and small jobs do not wait."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.services.processes import eventually
from tests.services.stack import Stack

ENGLISH = "John Smith met Angela Merkel in Paris."
NUMBERED = {"operators": {"default": {"name": "replace", "numbered": True}}}


@pytest.fixture(scope="module")
def parted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A service whose parts are so small that a few documents make many."""
    stack = Stack(tmp_path_factory.mktemp("parted"), {"PART_MAX_DOCUMENTS": "3", "PART_MAX_CHARS": "200"})
    try:
        stack.start_worker()
        yield stack
    finally:
        stack.end()


def submit(stack: Stack, documents: list[dict[str, Any]], **fields: Any) -> str:
    # The standard's encoder spells lone surrogates, which the client's refuses.
    body = json.dumps({"documents": documents, **fields}).encode()
    answer = stack.http.post("/v1/jobs", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def done(stack: Stack, documents: list[dict[str, Any]], **fields: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    job_id = submit(stack, documents, **fields)
    job = stack.job(job_id, wait_s=60)
    assert job["state"] == "succeeded", job
    return job, stack.result(job_id)["documents"]


def test_documents_come_back_in_order_with_their_ids(stack: Stack) -> None:
    documents = [{"custom_id": f"id {number}", "text": f"{ENGLISH} Case {number}."} for number in range(5)]
    job, results = done(stack, documents)
    assert job["counts"] == {"total": 5, "succeeded": 5, "failed": 0}
    assert [(each["index"], each["custom_id"]) for each in results] == [(n, f"id {n}") for n in range(5)]
    assert all("Smith" not in each["anonymized_text"] for each in results)


BAD = [
    ({"text": " \n"}, "invalid-text"),
    ({"text": ""}, "invalid-text"),
    ({"text": "a\x00b"}, "invalid-text"),
    ({"text": "\ud800"}, "invalid-text"),
    ({"text": ENGLISH, "language": "xx"}, "model-unavailable"),
    ({"text": ENGLISH, "language": "de"}, "model-unavailable"),
    ({"text": "x" * 1_000_001}, "text-too-long"),
]


@pytest.mark.parametrize("which", ["stack", "parted"])
def test_a_bad_document_fails_alone(which: str, request: pytest.FixtureRequest) -> None:
    stack: Stack = request.getfixturevalue(which)
    documents = [{"custom_id": "good", "text": ENGLISH}, *(bad for bad, _ in BAD), {"text": ENGLISH}]
    job, results = done(stack, documents)
    assert job["counts"] == {"total": 9, "succeeded": 2, "failed": 7}
    assert [each["state"] for each in results] == ["succeeded", *["failed"] * 7, "succeeded"]
    assert [each["problem"] for each in results[1:-1]] == [problem for _, problem in BAD]
    assert all(each["anonymized_text"] is None and each["entities"] == [] for each in results[1:-1])


@pytest.mark.parametrize("which", ["stack", "parted"])
def test_a_job_of_which_nothing_succeeds_has_failed_and_says_why(which: str, request: pytest.FixtureRequest) -> None:
    stack: Stack = request.getfixturevalue(which)
    job_id = submit(stack, [{"text": " "}] * 5)
    job = stack.job(job_id, wait_s=60)
    assert (job["state"], job["counts"]["failed"]) == ("failed", 5)
    assert job["problem"]["type"].endswith("/no-document-succeeded")
    assert [each["problem"] for each in stack.result(job_id)["documents"]] == ["invalid-text"] * 5


def test_languages_are_mixed_in_one_job(parted: Stack) -> None:
    french = "Marie Dupont habite à Lyon avec Jean Martin."
    documents = [
        {"text": french if number % 2 else ENGLISH, "language": "fr" if number % 2 else "en"} for number in range(10)
    ]
    _, results = done(parted, documents)
    assert [each["index"] for each in results] == list(range(10))
    assert [each["model"] for each in results] == ["en_sm", "fr_sm"] * 5
    assert all("Dupont" not in each["anonymized_text"] for each in results)


def test_names_and_numbers_agree_over_all_parts(parted: Stack) -> None:
    texts = ["Mr John Smith of Leeds came.", *["Nothing was said."] * 10, "Then Smith left for Leeds again."]
    _, results = done(parted, [{"text": text} for text in texts], options=NUMBERED)
    first, last = results[0], results[-1]
    assert "Smith" not in last["anonymized_text"], "a name that one document gives is found in all"
    numbered = {entity["text"]: part["anonymized_text"] for part in (first, last) for entity in part["entities"]}
    assert set(numbered) >= {"Leeds"}
    assert "<PERSON_1>" in first["anonymized_text"]
    assert "<PERSON_1>" in last["anonymized_text"]


def test_parts_give_what_one_part_gives(parted: Stack, stack: Stack) -> None:
    documents = [{"text": f"{ENGLISH} Dr. Mary Jones of Acme Ltd wrote to user{n}@example.org."} for n in range(20)]
    options = {"operators": {"default": {"name": "replace", "numbered": True}}, "explain": True}
    _, in_parts = done(parted, documents, options=options)
    _, in_one = done(stack, documents, options=options)
    assert in_parts == in_one


def test_documents_that_share_nothing_do_not(parted: Stack) -> None:
    documents = [{"text": ENGLISH}] * 7
    _, results = done(parted, documents, options={"scope": "document", "operators": {"default": {"name": "hash"}}})
    assert len({each["anonymized_text"] for each in results}) == 7


def test_lines_of_a_running_job_come_in_order_as_they_are_done(parted: Stack) -> None:
    documents = [{"text": f"{ENGLISH} Number {number}."} for number in range(40)]
    job_id = submit(parted, documents, options={"scope": "document"})
    headers = {"Accept": "application/x-ndjson"}
    with parted.http.stream("GET", f"/v1/jobs/{job_id}/result", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("application/x-ndjson")
        lines = [json.loads(line) for line in answer.iter_lines()]
    assert [line["index"] for line in lines] == list(range(40))
    assert parted.job(job_id)["state"] == "succeeded"
    assert lines == parted.result(job_id)["documents"]


def test_a_canceled_job_keeps_what_was_done(fragile_stack: Stack) -> None:
    stack = fragile_stack
    stack.restart_gateway(PART_MAX_DOCUMENTS="3", PART_MAX_CHARS="60000", WORKER_PROCESSES="1")
    stack.start_worker()
    job_id = submit(stack, [{"text": ENGLISH * 300}] * 120)
    eventually(lambda: stack.job(job_id)["counts"]["succeeded"] > 0, what="a part is done")
    answer = stack.http.post(f"/v1/jobs/{job_id}/cancel")
    assert answer.status_code == 200
    job = stack.job(job_id, wait_s=60)
    assert job["state"] == "canceled"
    counts = job["counts"]
    assert 0 < counts["succeeded"] < 120
    assert counts["succeeded"] + counts["failed"] == 120
    results = stack.result(job_id)["documents"]
    assert sum(each["state"] == "succeeded" for each in results) == counts["succeeded"]
    assert {each["problem"] for each in results} == {None, "canceled"}


def test_a_big_job_holds_up_no_small_ones(fragile_stack: Stack) -> None:
    stack = fragile_stack
    stack.start_worker()
    big = submit(stack, [{"text": ENGLISH * 20}] * 2_000)
    eventually(lambda: stack.job(big)["state"] == "running", what="the big job runs")
    for _ in range(10):
        small = stack.submit(ENGLISH)
        assert stack.job(small, wait_s=30)["state"] == "succeeded"
    assert stack.job(big)["state"] == "running", "ten small ones went through while it ran"
    assert stack.http.delete(f"/v1/jobs/{big}").status_code == 200


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ({"text": ENGLISH, "documents": [{"text": ENGLISH}]}, ""),
        ({"documents": []}, "/documents"),
        ({"documents": [{"custom_id": "a"}]}, "/documents/0/text"),
        ({"documents": [{"text": ENGLISH, "more": 1}]}, "/documents/0"),
        ({"documents": [{"text": ENGLISH, "custom_id": "x" * 201}]}, "/documents/0/custom_id"),
        ({"documents": [{"text": ENGLISH, "custom_id": "\ud800"}]}, "/documents/0/custom_id"),
        ({"text": ENGLISH, "metadata": {"a": "x" * 10_000}}, "/metadata"),
        ({"text": ENGLISH, "metadata": {"a": "\ud800"}}, "/metadata"),
        ({"text": ENGLISH, "metadata": []}, "/metadata"),
        ({"text": ENGLISH, "deadline": "tomorrow"}, "/deadline"),
        ({"text": ENGLISH, "deadline": "2001-01-01T00:00:00Z"}, "/deadline"),
        ({"text": ENGLISH, "deadline": "2101-01-01T00:00:00"}, "/deadline"),
    ],
)
def test_a_bad_request_names_its_field(stack: Stack, body: dict[str, Any], pointer: str) -> None:
    answer = stack.http.post(
        "/v1/jobs", content=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert problem["errors"][0]["pointer"].startswith(pointer)


def test_too_many_documents_are_refused(stack: Stack) -> None:
    answer = stack.http.post("/v1/jobs", json={"documents": [{"text": "a"}] * 10_001})
    assert answer.status_code == 413
    assert answer.json()["type"].endswith("/too-many-documents")
