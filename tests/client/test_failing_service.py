"""Real connections to a server that is full, away, slow or not the service at all."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from anonymize import AsyncClient, Client, Job, Retries, Unavailable, UnexpectedAnswer, Unreachable
from deploy.local.valkey import free_port
from tests.client.commanding import Shell
from tests.client.failing_service import FailingService, Reply, job
from tests.services.processes import eventually

QUICK = Retries(first_delay_s=0.01)
FULL = Reply(
    503, {"type": "https://anonymization-api.dev/problems/queue-full", "detail": "Full."}, {"Retry-After": "1"}
)
CUT = Reply(202, job(), is_cut=True)
OK = Reply(202, job())

Submit = Callable[[FailingService], Job]


def by_client(service: FailingService) -> Job:
    with Client(service.url, retries=QUICK) as client:
        return client.submit("some text")


def by_async_client(service: FailingService) -> Job:
    async def submit() -> Job:
        async with AsyncClient(service.url, retries=QUICK) as client:
            return await client.submit("some text")

    return asyncio.run(submit())


@pytest.fixture
def serve() -> Iterator[Callable[..., FailingService]]:
    services: list[FailingService] = []

    def start(*replies: Reply) -> FailingService:
        services.append(FailingService(*replies))
        return services[-1]

    yield start
    for service in services:
        service.end()


@pytest.mark.parametrize("submit", [by_client, by_async_client])
def test_a_full_service_is_asked_again_when_it_said(serve: Callable[..., FailingService], submit: Submit) -> None:
    service = serve(FULL, OK)
    began = time.monotonic()
    assert submit(service).id == "job_1"
    assert time.monotonic() - began >= 1.0
    assert len(service.asked) == 2
    assert len(service.keys()) == 1


@pytest.mark.parametrize("submit", [by_client, by_async_client])
def test_an_answer_that_is_cut_off_is_asked_for_again_with_the_same_key(
    serve: Callable[..., FailingService], submit: Submit
) -> None:
    service = serve(CUT, CUT, OK)
    assert submit(service).id == "job_1"
    assert len(service.asked) == 3
    assert len(service.keys()) == 1
    assert len({each.body for each in service.asked}) == 1


@pytest.mark.parametrize("submit", [by_client, by_async_client])
def test_a_service_that_stays_away_is_unreachable(serve: Callable[..., FailingService], submit: Submit) -> None:
    service = serve(CUT)
    with pytest.raises(Unreachable, match="the connection broke"):
        submit(service)
    assert len(service.asked) == QUICK.max_attempts


def test_an_answer_that_does_not_come_times_out(serve: Callable[..., FailingService]) -> None:
    never = threading.Event()
    service = serve(Reply(when=never))
    try:
        with (
            Client(service.url, timeout_s=0.1, retries=Retries(max_attempts=2, first_delay_s=0.01)) as client,
            pytest.raises(Unreachable, match="timed out"),
        ):
            client.models()
        assert len(service.asked) == 2
    finally:
        never.set()


def test_nothing_listens() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with Client(url, retries=QUICK) as client, pytest.raises(Unreachable, match=f"{url}: no connection"):
        client.redeliver("job_1", "msg_1")


def test_what_is_not_repeatable_is_sent_once(serve: Callable[..., FailingService]) -> None:
    service = serve(CUT)
    with Client(service.url, retries=QUICK) as client, pytest.raises(Unreachable):
        client.redeliver("job_1", "msg_1")
    assert len(service.asked) == 1


def test_a_service_that_is_full_for_too_long(serve: Callable[..., FailingService]) -> None:
    service = serve(FULL)
    with (
        Client(service.url, retries=Retries(patience_s=0.5)) as client,
        pytest.raises(Unavailable, match="queue-full") as refused,
    ):
        client.submit("some text")
    assert refused.value.retry_after_s == 1


def test_neither_key_nor_text_follows_a_redirect(serve: Callable[..., FailingService]) -> None:
    elsewhere = serve(OK)
    service = serve(Reply(307, headers={"Location": f"{elsewhere.url}/v1/jobs"}))
    with Client(service.url, "ak_0_secret") as client, pytest.raises(UnexpectedAnswer, match="307"):
        client.submit("some text")
    assert service.asked[0].headers["authorization"] == "Bearer ak_0_secret"
    assert elsewhere.asked == []


def test_below_a_path(serve: Callable[..., FailingService]) -> None:
    service = serve(Reply(200, {"models": []}))
    with Client(f"{service.url}/anonymizer/") as client:
        assert client.models() == ()
    assert service.asked[0].path == "/anonymizer/v1/models"


def test_the_command_stops_when_the_service_is_gone(serve: Callable[..., FailingService], tmp_path: Path) -> None:
    """It does not try each of a thousand files for itself."""
    service = serve(CUT)
    shell = Shell(tmp_path, service.url)
    (shell.folder / "in").mkdir()
    for number in range(100):
        (shell.folder / "in" / f"{number}.txt").write_text("Jane Doe")
    done = shell.run("files", "in", "-o", "out", "--parallel", "2")
    assert done.code == 3
    assert "stopped: " in done.err
    assert len(service.asked) <= 2 * Retries().max_attempts


def test_texts_that_failed_within_a_file_are_a_failure_each_time(
    serve: Callable[..., FailingService], tmp_path: Path
) -> None:
    counts = {"total": 3, "succeeded": 1, "failed": 2}
    made, file = Reply(200, {**job(), "counts": counts}), Reply(200, "<FAILED>")
    service = serve(made, file, made, file)
    shell = Shell(tmp_path, service.url)
    (tmp_path / "a.txt").write_text("Jane Doe")
    for _ in range(2):
        done = shell.run("files", "a.txt", "-o", "out", "--json")
        (failure,) = json.loads(done.out)["failures"]
        assert done.code == 1
        assert failure["detail"].startswith("2 of 3 texts could not be anonymized")
        assert (tmp_path / "out" / "a.txt").read_text() == '"<FAILED>"'
    assert len(service.asked) == 4
    assert len(service.keys()) == 1


def test_no_more_files_are_under_way_than_asked_for(serve: Callable[..., FailingService], tmp_path: Path) -> None:
    go_on = threading.Event()
    service = serve(Reply(200, job(), when=go_on))
    shell = Shell(tmp_path, service.url)
    (tmp_path / "in").mkdir()
    for number in range(20):
        (tmp_path / "in" / f"{number}.txt").write_text(f"Jane Doe {number}")
    program = shell.start("files", str(tmp_path / "in"), "-o", str(tmp_path / "out"), "--parallel", "3")
    try:
        eventually(lambda: service.under_way == 3, what="three are under way")
        go_on.set()
        assert program.wait() == 0
    finally:
        go_on.set()
        program.end()
    assert service.most_under_way == 3
    assert len(list((tmp_path / "out").glob("*.txt"))) == 20
