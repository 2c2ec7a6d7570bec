"""BROKER_URL: RabbitMQ carries the messages, on quorum queues. Records, payloads and results stay in Redis."""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from celery import Celery
from kombu.exceptions import OperationalError
from pydantic import SecretStr

from shared.messages import make_celery, publish
from shared.model_catalogue import lanes_of, parse_models, queue_of
from shared.settings import Settings
from tests.services import rabbitmq
from tests.services.certificates import Authority
from tests.services.processes import eventually
from tests.services.rabbitmq import RabbitMQ
from tests.services.receiver import Receiver
from tests.services.stack import Stack
from tests.services.tls_front import TlsFront

pytestmark = pytest.mark.skipif(
    not rabbitmq.is_installed and "CI" not in os.environ, reason="needs Debian's rabbitmq-server (make system)"
)

#: Words that are in texts and results and nowhere else.
CANARY = "Xanthippe Quillfeather"
TEXT = f"{CANARY} met John Smith in Leeds."
LANE = "anonymize.en_sm"


@dataclass(frozen=True)
class Place:
    """A service whose messages go through RabbitMQ, with one worker and one courier."""

    stack: Stack
    broker: RabbitMQ
    receiver: Receiver

    def submit(self, count: int) -> list[str]:
        return [self.stack.submit(TEXT) for _ in range(count)]

    def all_succeed(self, job_ids: list[str]) -> bool:
        return [self.stack.job(job_id, wait_s=30)["state"] for job_id in job_ids] == ["succeeded"] * len(job_ids)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMQ]:
    broker = RabbitMQ(tmp_path_factory.mktemp("rabbitmq"))
    yield broker
    broker.end()


@pytest.fixture(scope="module")
def place(broker: RabbitMQ, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    settings = {
        "BROKER_URL": broker.url,
        "WEBHOOK_ALLOWED_HOSTS": "127.0.0.1",
        "MODELS": "en_sm",
        "WORKER_PROCESSES": "1",
    }
    stack, receiver = Stack(tmp_path_factory.mktemp("stack"), settings), Receiver()
    try:
        stack.start_worker()
        stack.start_courier()
        yield Place(stack, broker, receiver)
    finally:
        receiver.end()
        stack.end()


def test_jobs_and_webhooks_go_through_quorum_queues_and_no_message_through_redis(place: Place) -> None:
    answer = place.stack.http.put("/v1/webhook-endpoints/crm", json={"url": f"{place.receiver.url}/crm"})
    assert answer.status_code in {200, 201}, answer.text
    job_ids = place.submit(5)
    assert place.all_succeed(job_ids)
    eventually(lambda: len(place.receiver.of("/crm")) >= len(job_ids), what="every end is told")
    listed = place.broker.control("list_queues", "name", "type", "exclusive").splitlines()[1:]
    queues = {name: (kind, is_exclusive) for name, kind, is_exclusive in (line.split("\t") for line in listed)}
    lanes = lanes_of(parse_models(["en_sm"]))
    assert {name for name, (kind, _) in queues.items() if kind == "quorum"} == {*map(queue_of, lanes), "webhooks"}
    # Celery's own for its remote control. RabbitMQ 4.3 refuses those that are neither durable nor exclusive.
    assert {is_exclusive for kind, is_exclusive in queues.values() if kind == "classic"} == {"true"}
    # Nor are there any for countdowns.
    assert not [name for name in queues if name.startswith("celery_delayed")]
    assert place.stack.valkey.client().keys("celery:*") == []


def test_a_killed_worker_loses_no_job(place: Place) -> None:
    job_ids = place.submit(20)
    place.stack.workers[0].signal(signal.SIGKILL)
    job_ids += place.submit(5)
    place.stack.start_worker()
    assert place.all_succeed(job_ids)


def test_lost_messages_are_sent_again(place: Place) -> None:
    """By the reconciler of a worker that comes later, to RabbitMQ: it found no message of these jobs."""
    place.stack.workers[-1].end()
    place.stack.pretend_worker("en_sm")
    job_ids = place.submit(5)
    eventually(lambda: _purged(place.broker), what="a message is in the queue, and is gone")
    assert _purged(place.broker) == 0
    place.stack.start_worker()
    assert place.all_succeed(job_ids)


def _purged(broker: RabbitMQ) -> int:
    connection = broker.connect()
    try:
        return int(connection.channel().queue_purge(LANE) or 0)
    finally:
        connection.close()


def test_a_killed_broker_that_comes_back_loses_no_job(place: Place) -> None:
    job_ids = place.submit(10)
    place.broker.kill()
    # Taken as long as a worker is known; its message is not sent, and the record is.
    answers = [place.stack.http.post("/v1/jobs", json={"text": TEXT}) for _ in range(5)]
    assert {answer.status_code for answer in answers} <= {202, 503}
    job_ids += [answer.json()["id"] for answer in answers if answer.status_code == 202]
    place.broker.start_again()
    assert place.all_succeed(job_ids)
    delivered = len(place.receiver.of("/crm"))
    eventually(place.stack.workers_alive, what="the worker is back")
    assert place.all_succeed(place.submit(3))
    eventually(lambda: len(place.receiver.of("/crm")) >= delivered + 3, what="webhooks go on")


def test_no_message_holds_a_text(place: Place) -> None:
    for program in place.stack.workers:
        program.end()
    place.stack.pretend_worker("en_sm")
    job_ids = place.submit(3)
    sent = eventually(lambda: _taken(place.broker), what="a message is there")
    assert any(job_id in sent for job_id in job_ids)
    kept = b"".join(path.read_bytes() for path in place.broker.folder.rglob("*") if path.is_file())
    assert job_ids[0].encode() in kept, "what the broker wrote is looked at"
    for word in CANARY.split():
        assert word not in sent
        assert word.encode() not in kept
        assert word not in place.stack.logs()


def _taken(broker: RabbitMQ) -> str:
    """A message, whole; empty when there is none."""
    connection = broker.connect()
    try:
        message = connection.channel().basic_get(LANE, no_ack=True)
        return f"{message.body!r} {message.properties}" if message else ""
    finally:
        connection.close()


def test_a_broker_that_confirms_nothing_holds_nobody_up(broker: RabbitMQ) -> None:
    """With its memory alarm on, it takes messages and lets them lie."""
    app = make_celery(Settings(broker_url=SecretStr(broker.url)))
    publish(app, "en_sm", "job_1")
    broker.control("set_vm_memory_high_watermark", "absolute", "1")
    try:
        with pytest.raises(OperationalError):
            publish(app, "en_sm", "job_1")
    finally:
        broker.control("set_vm_memory_high_watermark", "absolute", "2GB")
    eventually(lambda: _is_published(app), what="it goes on")
    app.close()


def _is_published(app: Celery) -> bool:
    try:
        publish(app, "en_sm", "job_1")
    except OperationalError:
        return False
    return True


@pytest.mark.parametrize(
    ("name", "is_trusted", "is_sent"),
    [("127.0.0.1", True, True), ("elsewhere.example", True, False), ("127.0.0.1", False, False)],
)
def test_amqps_checks_whose_the_certificate_is(
    broker: RabbitMQ, tmp_path: Path, name: str, is_trusted: bool, is_sent: bool
) -> None:
    authority = Authority(tmp_path)
    with TlsFront(broker.port, authority.server_context(name)) as front:
        url = f"amqps://guest:guest@127.0.0.1:{front.port}//"
        app = make_celery(
            Settings(broker_url=SecretStr(url + f"?ssl_ca_certs={authority.file}" if is_trusted else url))
        )
        try:
            publish(app, "en_sm", "job_1")
        except OperationalError:
            assert not is_sent
        else:
            assert is_sent
        finally:
            app.close()
