"""GET /v1/queues: what waits for each model."""

from typing import Any

from tests.services.stack import Stack


def queues(stack: Stack) -> dict[str, Any]:
    answer = stack.http.get("/v1/queues")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return {each.pop("model"): each for each in answer.json()["queues"]}


def test_what_waits_is_counted_big_jobs_by_their_parts(fragile_stack: Stack) -> None:
    fragile_stack.pretend_worker("en_sm")
    for _ in range(3):
        fragile_stack.submit("Jane Doe lives in Leeds.")
    documents = [{"text": f"Jane Doe met person {number}."} for number in range(257)]
    assert fragile_stack.http.post("/v1/jobs", json={"documents": documents}).status_code == 202
    nothing_is_taken = {"claimed_per_s": 0.0, "workers": 1, "processes": 1}
    (english,) = queues(fragile_stack).values()
    assert english.pop("queued") == 3 + 2
    assert english == nothing_is_taken


def test_what_is_served_is_told_for_texts_of_any_language_too(stack: Stack) -> None:
    found = queues(stack)
    assert found.keys() == {"auto_sm", "en_sm", "fr_sm"}
    assert all(each["workers"] == 1 and each["processes"] == 2 for each in found.values())
    assert stack.http.get("/v1/queues").json()["workers"] == 1
