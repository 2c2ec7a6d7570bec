"""POST /v1/jobs with an Idempotency-Key."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shared import keys
from tests.services.stack import Stack

TEXT = "Angela Merkel met Emmanuel Macron in Paris on 3 May 2019."


def post(stack: Stack, key: str, text: str = TEXT, **fields: Any) -> Any:
    return stack.http.post("/v1/jobs", json={"text": text, **fields}, headers={"Idempotency-Key": key})


def kind(answer: Any) -> str:
    return str(answer.json()["type"].rpartition("/")[2])


def test_the_same_request_is_the_same_job_while_it_runs_and_when_it_ended(stack: Stack) -> None:
    first, second = post(stack, "same"), post(stack, '"same"')
    assert first.json()["id"] == second.json()["id"]
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert stack.job(first.json()["id"], wait_s=60)["state"] == "succeeded"
    third = post(stack, "same")
    assert (third.json()["id"], third.json()["state"]) == (first.json()["id"], "succeeded")


def test_another_request_with_the_same_key_is_refused(stack: Stack) -> None:
    post(stack, "other")
    answer = post(stack, "other", language="fr")
    assert (answer.status_code, kind(answer)) == (422, "idempotency-mismatch")


def test_a_refused_request_frees_its_key_for_a_corrected_one(stack: Stack) -> None:
    assert post(stack, "refused", text=" ").status_code == 422
    answer = post(stack, "refused")
    assert answer.status_code == 202
    assert "Idempotency-Replayed" not in answer.headers


@pytest.mark.parametrize("key", ["a b", '"', '""', "k" * 256])
def test_what_is_no_key_is_refused(stack: Stack, key: str) -> None:
    answer = post(stack, key)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/headers/Idempotency-Key")


def test_twenty_at_once_are_one_job(stack: Stack) -> None:
    with ThreadPoolExecutor(20) as clients:
        answers = list(clients.map(lambda _: post(stack, "at-once"), range(20)))
    accepted = [answer for answer in answers if answer.status_code in {200, 202}]
    assert len({answer.json()["id"] for answer in accepted}) == 1
    refused = [answer for answer in answers if answer not in accepted]
    assert {(answer.status_code, kind(answer), answer.headers["Retry-After"]) for answer in refused} <= {
        (409, "idempotency-in-flight", "1")
    }


def test_neither_key_nor_request_can_be_read_in_the_store(stack: Stack) -> None:
    post(stack, "a-telling-key")
    redis = stack.valkey.client()
    names = list(redis.scan_iter(keys.idempotency("anonymous", "*")))
    assert names
    stored = repr([names, redis.mget(names)])
    assert "telling" not in stored
    assert "Merkel" not in stored
