"""The courier in a process of its own, a real Valkey, a real receiver: what arrives there, and what is told of it."""

import base64
import json
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook

from shared.cipher import KeyRing, load_key_ring
from shared.clock import now_ms
from shared.jobs.states import State
from shared.jobs.store import SyncStore
from shared.redis import connect_sync
from shared.settings import Settings
from shared.signing import SigningKind, public_keys
from shared.webhooks import secrets
from shared.webhooks.deliveries import Listed, list_deliveries, redeliver
from shared.webhooks.endpoints import read_endpoint, rotate_endpoint_secret
from shared.webhooks.job_webhook import JobWebhook
from tests.services.processes import Program, eventually, python
from tests.services.receiver import Received, Receiver, Reply
from tests.services.valkey import Server
from tests.services.webhooks import CLIENT, DAY_MS, Run, add_endpoint, end_job


class Place:
    """Store, keys and receiver, and as many couriers as a test starts."""

    def __init__(self, folder: Path, valkey: Server) -> None:
        self.folder = folder
        self.environment = {
            "REDIS_URL": valkey.url,
            "DATA_DIR": str(folder),
            "ROLE": "deliver",
            "WEBHOOK_ALLOWED_HOSTS": "127.0.0.1",
            "WEBHOOK_SCHEDULE_SCALE": "0.001",
            "WEBHOOK_TIMEOUT_S": "2",
            "DELIVERY_LEASE_S": "3",
            "HINT_LOST_S": "1",
            "LOG_LEVEL": "debug",
        }
        self.run: Run = SyncStore(connect_sync(Settings(redis_url=valkey.url))).run
        self.key_ring: KeyRing = load_key_ring(Settings(data_dir=folder))
        self.receiver = Receiver()
        self.couriers: list[Program] = []

    def start(self, **environment: str) -> Program:
        log = self.folder / f"courier-{len(self.couriers)}.log"
        self.couriers.append(python("worker", log, {**self.environment, **environment}))
        return self.couriers[-1]

    def endpoint(self, name: str = "crm") -> str:
        """Its secret; it is called at /name."""
        _, secret = add_endpoint(self.run, self.key_ring, name, url=f"{self.receiver.url}/{name}")
        return secret

    def arrived(self, path: str, number: int = 1) -> list[Received]:
        def enough() -> list[Received]:
            received = self.receiver.of(path)
            return received if len(received) >= number else []

        return eventually(enough, within_s=30, what=f"{number} at {path}; see {self.folder}")

    def settled(self, job_id: str, state: str, attempts: int = 0) -> Listed:
        """The job's only delivery, once it is in this state after at least so many attempts."""

        def listed() -> list[Listed]:
            _, (only,) = self.run(list_deliveries(job_id))
            return [only] if only.delivery.state == state and len(only.made) >= attempts else []

        return eventually(listed, within_s=30, what=f"the delivery is {state}; see {self.folder}")[0]

    def end(self) -> None:
        for courier in self.couriers:
            courier.end()
        self.receiver.end()


@pytest.fixture
def place(tmp_path: Path, valkey: Server) -> Iterator[Place]:
    place = Place(tmp_path, valkey)
    yield place
    place.end()


def verify(received: Received, secret: str) -> Any:
    return Webhook(secret).verify(received.body, dict(received.headers))


def verify_v1a(received: Received, public_key: bytes) -> None:
    """Raises InvalidSignature when none of the `v1a` signatures is by this key."""
    (signature,) = [each for each in received.headers["webhook-signature"].split(" ") if each.startswith("v1a,")]
    signed = f"{received.id}.{received.headers['webhook-timestamp']}.".encode() + received.body
    Ed25519PublicKey.from_public_bytes(public_key).verify(base64.b64decode(signature.removeprefix("v1a,")), signed)


def test_an_end_arrives_once_signed_and_without_text(place: Place) -> None:
    secret = place.endpoint()
    place.start(PUBLIC_URL="https://api.example.com/")
    job_id = end_job(place.run, place.key_ring, metadata=b'{"order": "\xc3\xa9-17"}')
    (received,) = place.arrived("/crm")
    body = verify(received, secret)
    assert body["type"] == "job.succeeded"
    assert body["data"] == {
        "id": job_id,
        "state": "succeeded",
        "counts": {"total": 1, "succeeded": 1, "failed": 0},
        "metadata": {"order": "é-17"},
        "links": {
            "self": f"https://api.example.com/v1/jobs/{job_id}",
            "result": f"https://api.example.com/v1/jobs/{job_id}/result",
        },
        "problem": None,
    }
    (key,) = public_keys(place.key_ring, SigningKind.WEBHOOK)
    verify_v1a(received, key.raw)
    listed = place.settled(job_id, "delivered")
    assert [(each.status, each.reason) for each in listed.made] == [(200, None)]
    assert len(place.receiver.received) == 1


def test_a_failed_job_says_why_and_its_links_are_paths_without_a_public_url(place: Place) -> None:
    place.endpoint()
    place.start()
    job_id = end_job(place.run, place.key_ring, State.FAILED, problem="poison")
    (received,) = place.arrived("/crm")
    data = json.loads(received.body)["data"]
    assert data["problem"]["type"].endswith("/poison")
    assert data["links"]["self"] == f"/v1/jobs/{job_id}"


def test_a_jobs_own_webhook_is_signed_with_the_clients_secret(place: Place) -> None:
    place.start()
    webhook = JobWebhook(url=f"{place.receiver.url}/own?token=x")
    job_id = end_job(place.run, place.key_ring, webhook=webhook)
    (received,) = place.arrived("/own?token=x")
    # Made at first use, seen by nobody; a rotation keeps it valid beside the one that is shown.
    new = secrets.new_secret()
    box = secrets.seal(place.key_ring, CLIENT, secrets.CLIENT, new)
    place.run(secrets.rotate_client_secret(CLIENT, box))
    again = place.settled(job_id, "delivered").delivery
    place.run(redeliver(CLIENT, job_id, again.id, retention_ms=DAY_MS))
    verify(place.arrived("/own?token=x", 2)[1], secrets.shown(new))
    assert received.id == again.id == f"msg_{job_id.removeprefix('job_')}"


def test_it_is_tried_again_under_the_same_id_with_the_same_body_and_a_fresh_timestamp(place: Place) -> None:
    secret = place.endpoint()
    place.receiver.reply = lambda _, number: Reply(500 if number < 4 else 204)
    place.start()
    job_id = end_job(place.run, place.key_ring)
    received = place.arrived("/crm", 4)
    assert {each.id for each in received} == {f"msg_{job_id.removeprefix('job_')}_crm"}
    assert len({each.body for each in received}) == 1
    moments = [int(each.headers["webhook-timestamp"]) for each in received]
    # The fourth comes two seconds after the first.
    assert moments == sorted(moments)
    assert moments[0] < moments[3]
    verify(received[3], secret)
    listed = place.settled(job_id, "delivered")
    assert [(each.status, each.reason) for each in listed.made] == [(500, "refused")] * 3 + [(204, None)]


def test_a_redirect_is_a_failure_and_is_not_followed(place: Place) -> None:
    place.endpoint()
    place.receiver.reply = lambda _, number: Reply(302, {"Location": "/elsewhere"}) if number == 1 else Reply()
    place.start()
    listed = place.settled(end_job(place.run, place.key_ring), "delivered")
    assert [(each.status, each.reason) for each in listed.made] == [(302, "redirected"), (200, None)]
    assert place.receiver.of("/elsewhere") == []


def test_retry_after_is_waited_for(place: Place) -> None:
    place.endpoint()
    place.receiver.reply = lambda _, __: Reply(429, {"Retry-After": "3600"})
    place.start()
    listed = place.settled(end_job(place.run, place.key_ring), "waiting", attempts=1)
    assert listed.delivery.due_ms - listed.made[0].sent_ms >= 3_600_000


def test_410_disables_the_endpoint(place: Place) -> None:
    place.endpoint()
    place.receiver.reply = lambda _, __: Reply(410)
    place.start()
    listed = place.settled(end_job(place.run, place.key_ring), "given_up")
    assert listed.delivery.reason == "gone"
    endpoint = place.run(read_endpoint(CLIENT, "crm"))
    assert (endpoint.is_enabled, endpoint.disabled_reason) == (False, "gone")


def test_an_endpoint_that_fails_for_too_long_is_disabled(place: Place) -> None:
    place.endpoint()
    place.receiver.reply = lambda _, __: Reply(503)
    place.start(WEBHOOK_DISABLE_AFTER_S="1")
    listed = place.settled(end_job(place.run, place.key_ring), "given_up")
    assert listed.delivery.reason == "endpoint_disabled"
    endpoint = place.run(read_endpoint(CLIENT, "crm"))
    assert endpoint.disabled_reason == "failing"
    assert endpoint.disabled_ms - endpoint.failing_since_ms >= 1_000


def test_endpoints_that_never_answer_hold_up_nobody_else(place: Place) -> None:
    never = threading.Event()
    place.receiver.reply = lambda path, _: Reply(when=never if path.startswith("/dead") else None)
    for number in range(3):
        place.endpoint(f"dead-{number}")
    place.endpoint("alive")
    job_ids = [end_job(place.run, place.key_ring) for _ in range(30)]
    place.start()
    alive = place.arrived("/alive", 30)
    assert {each.id for each in alive} == {f"msg_{job_id.removeprefix('job_')}_alive" for job_id in job_ids}
    assert len(place.receiver.received) - len(alive) < 30
    never.set()


def test_a_courier_killed_after_it_sent_is_followed_by_one_that_sends_the_same_id(place: Place) -> None:
    place.endpoint()
    never = threading.Event()
    place.receiver.reply = lambda _, number: Reply(when=never if number == 1 else None)
    courier = place.start()
    job_id = end_job(place.run, place.key_ring)
    place.arrived("/crm")
    courier.signal(signal.SIGKILL)
    courier.wait()
    place.start()
    first, second = place.arrived("/crm", 2)
    assert first.id == second.id
    assert first.body == second.body
    listed = place.settled(job_id, "delivered")
    assert [(each.status, each.reason) for each in listed.made] == [(None, "courier_lost"), (200, None)]
    never.set()


def test_while_a_secret_is_rotated_both_verify(place: Place) -> None:
    old = place.endpoint()
    new = secrets.new_secret()
    place.run(rotate_endpoint_secret(CLIENT, "crm", secrets.seal(place.key_ring, CLIENT, "crm", new)))
    place.start()
    end_job(place.run, place.key_ring)
    (received,) = place.arrived("/crm")
    verify(received, old)
    verify(received, secrets.shown(new))


def test_lost_messages_lose_no_delivery(place: Place, valkey: Server) -> None:
    place.endpoint()
    # As many as may be under way, and none of them ever arrives.
    names = {f"lost-{number}": now_ms() for number in range(16)}
    valkey.client().zadd("aa:delivery-hints", names)
    place.start()
    place.settled(end_job(place.run, place.key_ring), "delivered")


def test_a_stopped_courier_ends_its_attempts_first(place: Place) -> None:
    place.endpoint()
    go = threading.Event()
    place.receiver.reply = lambda _, __: Reply(when=go)
    courier = place.start()
    job_id = end_job(place.run, place.key_ring)
    place.arrived("/crm")
    courier.signal(signal.SIGTERM)
    go.set()
    assert courier.wait() == 0
    assert len(place.settled(job_id, "delivered").made) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("WEBHOOK_CA_FILE", "/nowhere.pem"), ("DELIVERY_LEASE_S", "2"), ("WEBHOOK_ALLOWED_HOSTS", "a b:c/")],
)
def test_a_courier_with_a_wrong_setting_does_not_start(place: Place, name: str, value: str) -> None:
    courier = place.start(**{name: value})
    assert courier.wait() == 1
    assert courier.said().startswith("courier: ")
    assert len(courier.said().splitlines()) == 1


def test_the_courier_loads_no_model(place: Place) -> None:
    courier = place.start()
    eventually((place.folder / "courier.health").exists, what="it lives")
    maps = Path(f"/proc/{courier.pid}/maps").read_text()
    assert "spacy" not in maps
    assert "numpy" not in maps
