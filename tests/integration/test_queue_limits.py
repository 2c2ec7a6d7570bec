"""MAX_QUEUE_DEPTH: a full lane takes nothing, keeps nothing of what it refused, and takes again when it drains."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from shared import keys
from tests.services.processes import eventually
from tests.services.stack import Stack

TEXT = "Angela Merkel met Emmanuel Macron in Paris on 3 May 2019."
DEPTH = 3
MANY = {"documents": [{"text": TEXT * 20} for _ in range(60)]}
FILE = {"file": ("notes.txt", TEXT.encode(), "text/plain"), "request": (None, json.dumps({"keep_input": True}))}
LARGE_FILE = {"file": ("notes.txt", f"{TEXT}\n".encode() * 60_000, "text/plain")}
SMALL: dict[str, dict[str, Any]] = {
    "a text": {"json": {"text": TEXT}},
    "a text that is awaited": {"json": {"text": TEXT}, "headers": {"Prefer": "wait=5"}},
    "a text with a key": {"json": {"text": TEXT}, "headers": {"Idempotency-Key": "full"}},
    "a text with a webhook": {"json": {"text": TEXT, "metadata": {"a": 1}}},
    "a file": {"files": FILE},
}
BULK: dict[str, dict[str, Any]] = {"many documents": {"json": MANY}, "a large file": {"files": LARGE_FILE}}


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Lanes with as many jobs as they may hold."""
    stack = Stack(tmp_path_factory.mktemp("full"), {"MAX_QUEUE_DEPTH": str(DEPTH)})
    stack.pretend_worker("en_sm")
    for _ in range(DEPTH):
        stack.submit(TEXT)
    # One job of many parts fills the other lane, whatever number of parts it has.
    assert stack.http.post("/v1/jobs", json=MANY).status_code == 202
    yield stack
    stack.end()


def stored(stack: Stack) -> set[bytes]:
    """Keys that a job could leave."""
    names: set[bytes] = set(stack.valkey.client().scan_iter(f"{keys.PREFIX}*"))
    return {name for name in names if name.startswith((b"aa:job:", b"aa:payload", b"aa:file", b"aa:idem", b"aa:event"))}


def depth(stack: Stack, lane: str) -> int:
    return int(stack.valkey.client().zcard(keys.lane(lane)))


@pytest.mark.parametrize("request_", [*SMALL.values(), *BULK.values()], ids=[*SMALL, *BULK])
def test_a_full_lane_takes_nothing_and_keeps_nothing(full: Stack, request_: dict[str, Any]) -> None:
    before, lanes = stored(full), (depth(full, "en_sm"), depth(full, "en_sm.bulk"))
    listed = full.http.get("/v1/jobs").json()
    answer = full.http.post("/v1/jobs", **request_)
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"].endswith("/queue-full")
    assert int(answer.headers["Retry-After"]) > 0
    assert stored(full) == before
    assert (depth(full, "en_sm"), depth(full, "en_sm.bulk")) == lanes
    assert [job["id"] for job in full.http.get("/v1/jobs").json()["jobs"]] == [job["id"] for job in listed["jobs"]]


def test_the_original_contract_is_refused_too(full: Stack) -> None:
    before = stored(full)
    answer = full.http.post("/entities", json={"text": TEXT})
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (503, "queue-full")
    assert stored(full) == before


def test_a_lane_that_drains_takes_jobs_again(full: Stack) -> None:
    refused = full.http.post("/v1/jobs", **SMALL["a text with a key"])
    assert refused.status_code == 503
    full.start_worker()
    eventually(lambda: depth(full, "en_sm") < DEPTH and depth(full, "en_sm.bulk") < DEPTH, what="the lanes drain")
    for name, request in {**SMALL, **BULK}.items():
        answer = eventually(partial(taken, full, request), what=f"{name} is taken")
        assert full.job(answer.json()["id"], wait_s=60)["state"] == "succeeded", name


def taken(stack: Stack, request: dict[str, Any]) -> Any:
    answer = stack.http.post("/v1/jobs", **request)
    return answer if answer.status_code in (200, 202) else None
