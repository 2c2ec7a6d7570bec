"""The Python client against the real service."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from anonymize import (
    AsyncClient,
    Client,
    Conflict,
    Forbidden,
    IdempotencyMismatch,
    InvalidRequest,
    InvalidText,
    JobErased,
    JobNotFound,
    ModelUnavailable,
    NotFound,
    State,
    TokenInvalid,
    Unauthenticated,
    UnsupportedFile,
    WaitTimedOut,
)
from gateway.access.scopes import Scope
from tests.access.service import Guarded
from tests.services.processes import eventually
from tests.services.receiver import Receiver

TEXT = "Jane Doe lives in Leeds."


def test_a_text(client: Client) -> None:
    result = client.anonymize(TEXT)
    assert result.text == "<PERSON> lives in <LOCATION>."
    assert [(each.type, TEXT[each.start : each.end]) for each in result.entities] == [
        ("PERSON", "Jane Doe"),
        ("LOCATION", "Leeds"),
    ]


def test_options_are_the_services_own(client: Client) -> None:
    result = client.anonymize(
        TEXT,
        language="en",
        model_size="sm",
        metadata={"order": 17},
        keep_input=True,
        deadline=datetime.now(UTC) + timedelta(minutes=5),
        options={"entity_types": ["PERSON"], "operators": {"PERSON": {"name": "mask"}}, "explain": True},
    )
    assert result.text == "******** lives in Leeds."
    assert result.entities[0].explanation is not None
    job = client.job(result.job_id)
    assert job.metadata == {"order": 17}
    assert job.deadline_at is not None


def test_documents_succeed_and_fail_each_alone(client: Client) -> None:
    result = client.anonymize([{"custom_id": "a", "text": TEXT}, " ", "Ann Bell left."])
    assert [(each.custom_id, each.state) for each in result.documents] == [
        ("a", State.SUCCEEDED),
        (None, State.FAILED),
        (None, State.SUCCEEDED),
    ]
    assert str(result.documents[1].problem).endswith("invalid-text")
    with pytest.raises(ValueError, match="look at documents"):
        _ = result.text


def test_submit_wait_and_result(client: Client) -> None:
    job = client.submit(TEXT, metadata={"a": 1})
    assert job.state in {State.QUEUED, State.RUNNING, State.SUCCEEDED}
    ended = client.wait(job.id, timeout_s=60)
    assert ended.state is State.SUCCEEDED
    assert ended.finished_at is not None
    assert ended.finished_at >= ended.created_at
    assert client.result(job.id).text == "<PERSON> lives in <LOCATION>."


def test_a_file(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "Jane Doe.csv"
    path.write_text("nr,name\n1,Jane Doe\n")
    result = client.anonymize_file(path, file={"columns": ["name"]})
    assert result.content == b"nr,name\n1,<PERSON>\n"
    assert result.job.counts.failed == 0
    job = client.submit_file(b"Ann Bell left.", name="a.txt")
    assert client.wait(job.id).state is State.SUCCEEDED
    assert client.file(job.id) == b"<PERSON> left."


def test_the_name_of_a_file_stays_here(service: Guarded, client: Client) -> None:
    client.anonymize_file(b"Ann Bell left.", name="Dr. Xanthippe Quillfeather.MD")
    assert "Quillfeather" not in service.stack.logs()


def test_jobs_page_after_page(client: Client) -> None:
    made = [client.submit(f"{TEXT} {number}").id for number in range(5)]
    assert [job.id for job in client.jobs(page_size=2)] == made[::-1]
    for job_id in made:
        client.wait(job_id)
    assert len(list(client.jobs(states=["succeeded"]))) == 5
    assert not list(client.jobs(states=[State.FAILED, "canceled"]))
    assert not list(client.jobs(created_before=datetime(2020, 1, 1, tzinfo=UTC)))


def test_cancel_and_erase(client: Client) -> None:
    job = client.submit(TEXT)
    assert client.cancel(job.id).id == job.id
    receipt = client.erase(job.id)
    assert json.loads(receipt.statement)["job_id"] == job.id
    for method in (client.job, client.result, client.cancel, client.erase):
        with pytest.raises(JobErased):
            method(job.id)


def test_encrypt_and_back(client: Client) -> None:
    hidden = client.anonymize(TEXT, options={"operators": {"default": {"name": "encrypt"}}}).text
    assert "Jane" not in hidden
    assert client.deanonymize(hidden) == TEXT
    with pytest.raises(TokenInvalid):
        client.deanonymize(hidden.replace(":siv:", ":siv:AA"))


def test_models(client: Client) -> None:
    (model,) = [each for each in client.models() if each.id == "en_sm"]
    assert (model.language, model.size, model.workers, model.processes) == ("en", "sm", 1, 1)


def test_deliveries(client: Client) -> None:
    receiver = Receiver()
    try:
        job = client.submit(TEXT, webhook={"url": f"{receiver.url}/hook", "events": ["job.succeeded"]})
        (delivery,) = eventually(
            lambda: [each for each in client.deliveries(job.id) if each.state == "delivered"], what="it is delivered"
        )
        assert delivery.attempts[0].status == 200
        assert client.redeliver(job.id, delivery.id).id == delivery.id
        eventually(lambda: len(receiver.of("/hook")) == 2, what="it comes again")
    finally:
        receiver.end()


def test_the_same_key_is_the_same_job(client: Client) -> None:
    first = client.submit(TEXT, idempotency_key="once")
    assert client.submit(TEXT, idempotency_key="once").id == first.id
    with pytest.raises(IdempotencyMismatch):
        client.submit("Another text.", idempotency_key="once")
    assert client.submit(TEXT).id != first.id


REFUSED: list[tuple[type[Exception], Callable[[Client], object]]] = [
    (InvalidText, lambda client: client.anonymize(" ")),
    (ModelUnavailable, lambda client: client.anonymize(TEXT, model_size="lg")),
    (InvalidRequest, lambda client: client.anonymize(TEXT, options={"entity_types": ["NO_SUCH"]})),
    (UnsupportedFile, lambda client: client.anonymize_file(b"%PDF", name="a.pdf")),
    (JobNotFound, lambda client: client.job("job_" + "0" * 32)),
    (NotFound, lambda client: client.wait("../../health/live")),
    (Conflict, lambda client: client.file(client.anonymize(TEXT).job_id)),
]


@pytest.mark.parametrize(("error", "act"), REFUSED)
def test_a_refusal_is_an_exception_of_its_own(
    client: Client, error: type[Exception], act: Callable[[Client], object]
) -> None:
    with pytest.raises(error):
        act(client)


def test_keys_and_scopes(url: str, new_key: Callable[..., str]) -> None:
    with Client(url, "ak_0000000000000000_wrong") as client, pytest.raises(Unauthenticated):
        client.models()
    with Client(url, new_key(Scope.JOBS_READ)) as client, pytest.raises(Forbidden):
        client.submit(TEXT)


def test_a_wait_that_is_too_long(service: Guarded, url: str, new_key: Callable[..., str]) -> None:
    """In a lane that nobody takes from."""
    service.stack.pretend_worker("fr_sm")
    with Client(url, new_key()) as client:
        eventually(lambda: len(client.models()) == 2, what="the gateway knows it")
        job = client.submit(TEXT, language="fr")
        with pytest.raises(WaitTimedOut) as caught:
            client.wait(job.id, timeout_s=1)
        assert caught.value.job.state is State.QUEUED
        assert caught.value.job.queue is not None
        client.cancel(job.id)
        assert client.wait(job.id).state is State.CANCELED


def test_the_same_on_an_event_loop(url: str, new_key: Callable[..., str]) -> None:
    async def use() -> None:
        async with AsyncClient(url, new_key()) as client:
            results = await asyncio.gather(*(client.anonymize(f"Jane Doe met {number} men.") for number in range(8)))
            assert {each.text.split()[0] for each in results} == {"<PERSON>"}
            job = await client.submit(TEXT)
            assert (await client.wait(job.id)).state is State.SUCCEEDED
            assert (await client.result(job.id)).text == "<PERSON> lives in <LOCATION>."
            assert len([each async for each in client.jobs(page_size=4)]) == 9
            file = await client.anonymize_file(b"Ann Bell left.", name="a.txt")
            assert file.content == await client.file(file.job.id) == b"<PERSON> left."
            assert (await client.submit_file(b"Ann Bell left.", name="a.txt")).state is not State.FAILED
            assert (await client.cancel(job.id)).is_over
            assert "en_sm" in {each.id for each in await client.models()}
            assert await client.deliveries(job.id) == ()
            assert await client.deanonymize("no token") == "no token"
            await client.erase(job.id)
            with pytest.raises(JobErased):
                await client.job(job.id)
            with pytest.raises(JobErased):
                await client.redeliver(job.id, "msg_1")

    asyncio.run(use())
