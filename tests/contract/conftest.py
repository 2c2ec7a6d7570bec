"""A service whose every operation can be done, and things that it has made."""

from collections.abc import Iterator

import pytest

from tests.contract.made import Made
from tests.services.keys import make_key
from tests.services.receiver import Receiver
from tests.services.stack import Stack


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.end()


@pytest.fixture(scope="session")
def contract_stack(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[Stack]:
    """A service with keys and without limits, that may call the test's own receiver, and does."""
    allowed = receiver.url.removeprefix("http://")
    settings = {"WEBHOOK_ALLOWED_HOSTS": allowed, "AUTH": "keys", "RATE_LIMIT_PER_S": "0", "MAX_CLIENT_JOBS": "0"}
    stack = Stack(tmp_path_factory.mktemp("contract"), settings)
    try:
        stack.start_courier()
        stack.start_worker()
        yield stack
    finally:
        stack.end()


@pytest.fixture(scope="session")
def made(contract_stack: Stack, receiver: Receiver) -> Made:
    key = make_key(contract_stack, "contract")
    http = contract_stack.http
    http.headers["Authorization"] = f"Bearer {key}"
    documents = [{"text": "John Smith signed in London."}, {"text": " "}]
    file = {"file": ("notes.txt", b"John Smith signed in London.")}
    answers = (
        http.post(
            "/v1/jobs", json={"text": "John Smith signed.", "webhook": {"url": receiver.url}, "keep_input": True}
        ),
        http.post("/v1/jobs", json={"documents": documents}),
        http.post("/v1/jobs", files=file),
    )
    jobs = tuple(answer.json()["id"] for answer in answers)
    for job in jobs:
        assert contract_stack.job(job, wait_s=60)["state"] == "succeeded"
    (delivery,) = http.get(f"/v1/jobs/{jobs[0]}/deliveries").json()["deliveries"]
    spare = http.post("/v1/keys", json={"client": "spare", "scopes": ["jobs:read"]}).json()
    return Made(jobs, delivery["id"], spare["id"], key, receiver.url)
