"""From a submitted text to the signed webhook: real gateway, worker with its model, courier, receiver."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from tests.services.processes import eventually
from tests.services.receiver import Receiver, Reply
from tests.services.stack import Stack

#: Words that are in texts and results and nowhere else.
CANARY = "Xanthippe Quillfeather"
SETTINGS = {"WEBHOOK_ALLOWED_HOSTS": "127.0.0.1", "WEBHOOK_TIMEOUT_S": "3", "MODELS": "en_sm", "WORKER_PROCESSES": "1"}


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    stack = Stack(tmp_path, SETTINGS)
    try:
        stack.start_worker()
        stack.start_courier()
        yield stack
    finally:
        stack.end()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.end()


def test_an_endpoint_that_never_answers_holds_up_neither_jobs_nor_other_endpoints(
    stack: Stack, receiver: Receiver
) -> None:
    never = threading.Event()
    receiver.reply = lambda path, _: Reply(when=never if path == "/dead" else None)
    secrets = {}
    for name in ("dead", "alive"):
        answer = stack.http.put(f"/v1/webhook-endpoints/{name}", json={"url": f"{receiver.url}/{name}"})
        secrets[name] = answer.json()["secret"]

    def whole_way(number: int) -> str:
        job_id = stack.submit(f"{CANARY} met John Smith in Leeds, for the {number}th time.")
        assert stack.job(job_id, wait_s=60)["state"] == "succeeded"
        return job_id

    with ThreadPoolExecutor(8) as clients:
        job_ids = set(clients.map(whole_way, range(40)))
    alive = eventually(
        lambda: receiver.of("/alive") if len(receiver.of("/alive")) >= len(job_ids) else [],
        within_s=30,
        what="every end is told",
    )
    bodies = [Webhook(secrets["alive"]).verify(each.body, dict(each.headers)) for each in alive]
    assert sorted(body["data"]["id"] for body in bodies) == sorted(job_ids)
    assert {body["type"] for body in bodies} == {"job.succeeded"}
    assert len(receiver.of("/dead")) < len(job_ids)
    never.set()

    values = b"".join(each.body for each in receiver.received) + stack.logs().encode()
    values += b"".join(path.read_bytes() for path in stack.valkey.append_only_folder.iterdir())
    for word in CANARY.split():
        assert word.encode() not in values
