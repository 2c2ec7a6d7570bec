"""What takes several requests, step by step and without a network."""

from typing import Any

import pytest

from anonymize import plans
from anonymize.answers import Models, State
from anonymize.errors import InvalidText, JobErased, JobFailed, UnexpectedAnswer, WaitTimedOut
from anonymize.exchange import Answer
from anonymize.operations import models
from anonymize.retries import Retries
from tests.client.following import Followed, answer, problem

RETRIES = Retries(random=lambda: 0.0)
RESULT = answer(200, {"job_id": "job_1", "documents": []})
FILE = answer(200)


def job(state: str, elapsed_s: float = 0.0, /, **headers: str) -> Answer:
    body: dict[str, Any] = {
        "id": "job_1",
        "state": state,
        "model": "en_sm",
        "created_at": "2026-11-23T09:31:02.480Z",
        "attempts": 1,
        "progress": 0.0,
        "counts": {"total": 1, "succeeded": 0, "failed": 0},
        "a_field_of_a_later_version": [1],
    }
    return answer(200, body, elapsed_s, **headers)


def in_short(followed: Followed) -> list[str]:
    return [f"{ask.method} {ask.path} {ask.headers.get('prefer', '')}".strip() for ask in followed.asks]


def test_a_text_that_is_done_in_time_takes_two_requests() -> None:
    followed = Followed(plans.anonymized("t", {}, "k", RETRIES, None), [job("succeeded"), RESULT])
    assert in_short(followed) == ["POST /v1/jobs wait=30", "GET /v1/jobs/job_1/result"]


def test_a_longer_one_is_waited_for_look_after_look() -> None:
    replies = [job("queued", 30), job("running", 30), job("succeeded"), RESULT]
    followed = Followed(plans.anonymized("t", {}, "k", RETRIES, None), replies)
    assert in_short(followed)[1:3] == ["GET /v1/jobs/job_1 wait=30"] * 2
    assert followed.pauses == []


def test_a_service_that_does_not_wait_is_asked_once_a_second() -> None:
    followed = Followed(plans.wait("job_1", RETRIES), [job("queued"), job("running"), job("failed")])
    assert followed.pauses == [1.0, 1.0]
    assert followed.value.state is State.FAILED


def test_no_longer_than_the_timeout_in_all() -> None:
    replies = [job("queued", 30), job("running", 10)]
    followed = Followed(plans.anonymized("t", {}, "k", RETRIES, 40.0), replies)
    assert in_short(followed) == ["POST /v1/jobs wait=30", "GET /v1/jobs/job_1 wait=10"]
    assert isinstance(followed.error, WaitTimedOut)
    assert followed.error.job.state is State.RUNNING


@pytest.mark.parametrize("state", ["failed", "canceled", "expired"])
def test_a_job_without_a_result_raises(state: str) -> None:
    followed = Followed(plans.anonymized("t", {}, "k", RETRIES, None), [job(state)])
    assert isinstance(followed.error, JobFailed)


def keys(followed: Followed) -> list[str]:
    return [ask.headers["idempotency-key"] for ask in followed.asks if ask.method == "POST"]


@pytest.mark.parametrize(
    "first",
    [
        job("failed", idempotency_replayed="true"),
        job("expired", idempotency_replayed="true"),
        problem(410, "job-erased"),
    ],
    ids=["failed", "expired", "erased"],
)
def test_a_key_whose_job_gave_nothing_is_followed_by_another(first: Answer) -> None:
    """Or a file that failed once could not be sent again for a day."""
    followed = Followed(plans.anonymized_file(b"c", "a.txt", {}, "k", RETRIES, None), [first, job("succeeded"), FILE])
    assert keys(followed) == ["k", "k-2"]
    assert followed.value.job.state is State.SUCCEEDED


def test_a_file_that_fails_now_is_not_sent_again() -> None:
    followed = Followed(plans.anonymized_file(b"c", "a.txt", {}, "k", RETRIES, None), [job("failed")])
    assert keys(followed) == ["k"]
    assert isinstance(followed.error, JobFailed)


def test_keys_come_to_an_end() -> None:
    erased = problem(410, "job-erased")
    followed = Followed(plans.anonymized_file(b"c", "a.txt", {}, "k", RETRIES, None), [erased] * 20)
    assert isinstance(followed.error, JobErased)


@pytest.mark.parametrize(
    "reply",
    [
        Answer(200, {}, b"<html>It works!</html>"),
        answer(200, {"models": 7}),
        answer(200, {"models": [{"id": "en_sm"}]}),
        answer(200, [1]),
        answer(301, location="https://elsewhere.example/"),
    ],
    ids=["html", "a number", "a field is missing", "a list", "moved"],
)
def test_what_is_not_the_service_is_told(reply: Answer) -> None:
    followed = Followed(plans.read(models(), Models, RETRIES), [reply])
    assert isinstance(followed.error, UnexpectedAnswer)
    assert len(followed.asks) == 1


def test_a_refusal_says_what_where_and_which_request() -> None:
    body = {
        "type": "https://anonymization-api.dev/problems/invalid-text",
        "detail": "The text cannot be processed; see errors.",
        "errors": [{"pointer": "/text", "detail": "The text is empty."}],
    }
    reply = answer(422, body, x_request_id="req_7")
    error = Followed(plans.anonymized(" ", {}, "k", RETRIES, None), [reply]).error
    assert isinstance(error, InvalidText)
    assert str(error) == (
        "The text cannot be processed; see errors.; /text: The text is empty. (422 invalid-text, req_7)"
    )
    assert (error.problem, error.status, error.request_id) == ("invalid-text", 422, "req_7")


@pytest.mark.parametrize("body", [b"", b"[]", b'"', b'{"errors": 7}', b'{"errors": [7], "type": null}', b"\xff"])
def test_an_error_that_is_no_problem_json_is_an_error_all_the_same(body: bytes) -> None:
    error = Followed(plans.read(models(), Models, RETRIES), [Answer(418, {}, body)]).error
    assert "418" in str(error)


def test_no_text_is_in_what_is_shown_of_values() -> None:
    secret = "Xanthippe"
    followed = Followed(plans.anonymized(secret, {}, "k", RETRIES, None), [job("succeeded"), RESULT])
    document = {
        "index": 0,
        "state": "succeeded",
        "model": "en_sm",
        "anonymized_text": secret,
        "custom_id": secret,
        "entities": [
            {
                **{"start": 0, "end": 9, "type": "PERSON", "text": secret, "score": 1, "recognizer": "spacy"},
                **{"operator": "keep", "anonymized_start": 0, "anonymized_end": 9},
            }
        ],
    }
    result = answer(200, {"job_id": "job_1", "documents": [document]})
    shown = Followed(plans.anonymized(secret, {}, "k", RETRIES, None), [job("succeeded"), result])
    assert shown.value.text == secret
    assert shown.value.entities[0].text == secret
    assert secret not in repr((followed.asks, shown.value, shown.value.entities, result))
