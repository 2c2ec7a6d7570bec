"""Webhooks as a client sees them: endpoints, secrets, keys, pings, deliveries; with a real courier and receiver."""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook

from tests.services.processes import eventually
from tests.services.receiver import Received, Receiver, Reply
from tests.services.stack import Stack

RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
URL = "https://hooks.example.com/anonymized?key=1"
#: A word that is in nothing that leaves the service but its result.
CANARY = "Xanthippe Quillfeather"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A gateway and a courier; of workers none but a pretended one."""
    settings = {
        "WEBHOOK_ALLOWED_HOSTS": "127.0.0.1",
        "WEBHOOK_SCHEDULE_SCALE": "0.001",
        "WEBHOOK_TIMEOUT_S": "2",
        "PUBLIC_URL": "https://api.example.com",
    }
    stack = Stack(tmp_path_factory.mktemp("webhooks"), settings)
    try:
        stack.pretend_worker("en_sm")
        stack.start_courier()
        yield stack
    finally:
        stack.end()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.end()


@pytest.fixture(autouse=True)
def no_endpoints(stack: Stack) -> None:
    for endpoint in call(stack, "GET", "webhook-endpoints")["endpoints"]:
        call(stack, "DELETE", f"webhook-endpoints/{endpoint['id']}", 204)


def call(stack: Stack, method: str, path: str, status: int = 200, body: Any = None) -> Any:
    answer = stack.http.request(method, f"/v1/{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def put(stack: Stack, name: str, url: str, status: int = 201, **fields: Any) -> Any:
    return call(stack, "PUT", f"webhook-endpoints/{name}", status, {"url": url, **fields})


def arrived(receiver: Receiver, number: int = 1) -> list[Received]:
    return eventually(
        lambda: receiver.received if len(receiver.received) >= number else [], within_s=30, what="it arrives"
    )


def ended(stack: Stack, path: str) -> Any:
    """The only delivery at this path, when it has ended."""

    def last() -> Any:
        (delivery,) = call(stack, "GET", path)["deliveries"]
        return delivery if delivery["ended_at"] else None

    return eventually(last, within_s=30, what="the delivery ends")


def canceled_job(stack: Stack, **fields: Any) -> str:
    job_id = stack.submit(f"{CANARY} lives in Leeds.", **fields)
    call(stack, "POST", f"jobs/{job_id}/cancel")
    return job_id


def test_an_endpoint_is_made_looked_at_changed_and_deleted(stack: Stack) -> None:
    made = put(stack, "crm", URL)
    secret = made.pop("secret")
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
    assert made["events"] == ["job.succeeded", "job.failed", "job.canceled", "job.expired"]
    assert (made["id"], made["url"], made["enabled"]) == ("crm", URL, True)
    assert made["failing_since"] is made["disabled_at"] is made["disabled_reason"] is None
    assert RFC3339.fullmatch(made["created_at"])
    assert call(stack, "GET", "webhook-endpoints/crm") == made
    changed = put(stack, "crm", f"{URL}2", 200, events=["job.failed"])
    assert "secret" not in changed
    assert (changed["url"], changed["events"]) == (f"{URL}2", ["job.failed"])
    assert call(stack, "GET", "webhook-endpoints") == {"endpoints": [changed]}
    call(stack, "DELETE", "webhook-endpoints/crm", 204)
    for method, path in (
        ("GET", ""),
        ("DELETE", ""),
        ("POST", "/enable"),
        ("POST", "/disable"),
        ("POST", "/rotate"),
        ("POST", "/ping"),
        ("GET", "/deliveries"),
    ):
        problem = call(stack, method, f"webhook-endpoints/crm{path}", 404)
        assert problem["type"].endswith("/webhook-endpoint-not-found"), path


def test_answers_with_secrets_are_not_kept(stack: Stack) -> None:
    for method, path, body in (
        ("PUT", "webhook-endpoints/crm", {"url": URL}),
        ("GET", "webhook-endpoints/crm", None),
        ("POST", "webhook-endpoints/crm/rotate", None),
        ("POST", "webhook-secret", None),
    ):
        assert stack.http.request(method, f"/v1/{path}", json=body).headers["Cache-Control"] == "no-store"


def test_nothing_of_an_endpoint_stands_readable_in_the_store(stack: Stack) -> None:
    secret = base64.b64decode(put(stack, "crm", URL)["secret"].removeprefix("whsec_"))
    redis = stack.valkey.client()
    values = b"".join(redis.dump(key) or b"" for key in redis.keys("aa:webhook*"))
    assert b"crm" in values
    assert b"example.com" not in values
    assert secret not in values


@pytest.mark.parametrize(
    ("name", "body", "kind", "pointer"),
    [
        ("crm", {}, "invalid-request", "/url"),
        ("crm", {"url": 7}, "invalid-request", "/url"),
        ("crm", {"url": URL, "events": []}, "invalid-request", "/events"),
        ("crm", {"url": URL, "events": ["job.born"]}, "invalid-request", "/events/0"),
        ("crm", {"url": URL, "events": "job.failed"}, "invalid-request", "/events"),
        ("crm", {"url": URL, "secret": "mine"}, "invalid-request", "/secret"),
        ("crm", {"url": "x" * 3_000}, "invalid-request", "/url"),
        ("crm", {"url": "http://hooks.example.com/"}, "webhook-url-refused", "/url"),
        ("crm", {"url": "https://10.0.0.1/"}, "webhook-url-refused", "/url"),
        ("crm", {"url": "https://user:word@hooks.example.com/"}, "webhook-url-refused", "/url"),
        ("crm", {"url": "https://hooks.example.com/\ud800"}, "invalid-request", "/url"),
        ("a b", {"url": URL}, "invalid-request", "/path/endpoint_id"),
        ("crm.1", {"url": URL}, "invalid-request", "/path/endpoint_id"),
        ("x" * 65, {"url": URL}, "invalid-request", "/path/endpoint_id"),
    ],
)
def test_what_cannot_be_an_endpoint_is_refused_by_name(
    stack: Stack, name: str, body: Any, kind: str, pointer: str
) -> None:
    answer = stack.http.put(
        f"/v1/webhook-endpoints/{name}", content=json.dumps(body), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["type"].endswith(f"/{kind}")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert "example.com" not in answer.text
    assert call(stack, "GET", "webhook-endpoints") == {"endpoints": []}


def test_a_jobs_webhook_is_checked_when_it_is_sent(stack: Stack) -> None:
    for webhook, pointer in (
        ({"url": "https://169.254.169.254/latest"}, "/webhook/url"),
        ({"url": URL, "events": []}, "/webhook/events"),
        ({"events": ["job.failed"]}, "/webhook/url"),
    ):
        answer = stack.http.post("/v1/jobs", json={"text": "Jane Doe lives in Leeds.", "webhook": webhook})
        assert answer.status_code == 422, answer.text
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_a_ping_arrives_signed_and_stands_among_the_deliveries(stack: Stack, receiver: Receiver) -> None:
    secret = put(stack, "crm", f"{receiver.url}/hook?key=1")["secret"]
    queued = call(stack, "POST", "webhook-endpoints/crm/ping", 202)
    assert (queued["event"], queued["endpoint"], queued["host"]) == ("ping", "crm", "127.0.0.1")
    (received,) = arrived(receiver)
    assert received.id == queued["id"]
    assert Webhook(secret).verify(received.body, dict(received.headers))["type"] == "ping"
    delivery = ended(stack, "webhook-endpoints/crm/deliveries")
    assert (delivery["id"], delivery["state"]) == (queued["id"], "delivered")
    ((attempt),) = delivery["attempts"]
    assert (attempt["status"], attempt["reason"]) == (200, None)
    assert RFC3339.fullmatch(attempt["at"])
    assert "key=1" not in json.dumps(delivery)


def test_a_ping_that_is_refused_says_so(stack: Stack, receiver: Receiver) -> None:
    receiver.reply = lambda _, __: Reply(500)
    put(stack, "crm", receiver.url)
    call(stack, "POST", "webhook-endpoints/crm/ping", 202)
    delivery = ended(stack, "webhook-endpoints/crm/deliveries")
    assert (delivery["state"], delivery["reason"]) == ("given_up", "refused")
    assert len(receiver.received) == 1


def test_the_published_key_verifies(stack: Stack, receiver: Receiver) -> None:
    (key,) = call(stack, "GET", "webhook-keys")["keys"]
    raw = base64.b64decode(key["key"].removeprefix("whpk_"), validate=True)
    put(stack, "crm", receiver.url)
    call(stack, "POST", "webhook-endpoints/crm/ping", 202)
    (received,) = arrived(receiver)
    (signature,) = re.findall(r"v1a,(\S+)", received.headers["webhook-signature"])
    signed = f"{received.id}.{received.headers['webhook-timestamp']}.".encode() + received.body
    Ed25519PublicKey.from_public_bytes(raw).verify(base64.b64decode(signature), signed)


def test_rotation_gives_a_secret_and_keeps_the_old_one_for_a_day(stack: Stack, receiver: Receiver) -> None:
    old = put(stack, "crm", receiver.url)["secret"]
    rotated = call(stack, "POST", "webhook-endpoints/crm/rotate")
    assert RFC3339.fullmatch(rotated["old_secret_valid_until"])
    call(stack, "POST", "webhook-endpoints/crm/ping", 202)
    (received,) = arrived(receiver)
    for secret in (old, rotated["secret"]):
        Webhook(secret).verify(received.body, dict(received.headers))


def test_a_disabled_endpoint_says_why_and_since_when_until_it_is_enabled(stack: Stack, receiver: Receiver) -> None:
    put(stack, "crm", receiver.url)
    disabled = call(stack, "POST", "webhook-endpoints/crm/disable")
    assert (disabled["enabled"], disabled["disabled_reason"]) == (False, "by_request")
    assert RFC3339.fullmatch(disabled["disabled_at"])
    assert call(stack, "POST", "webhook-endpoints/crm/disable") == disabled
    problem = call(stack, "POST", "webhook-endpoints/crm/ping", 409)
    assert problem["type"].endswith("/webhook-endpoint-disabled")
    # It stays disabled when it is changed.
    assert put(stack, "crm", f"{receiver.url}/other", 200)["enabled"] is False
    enabled = call(stack, "POST", "webhook-endpoints/crm/enable")
    assert (enabled["enabled"], enabled["disabled_reason"], enabled["disabled_at"]) == (True, None, None)
    call(stack, "POST", "webhook-endpoints/crm/ping", 202)
    arrived(receiver)


def test_an_endpoint_that_is_gone_says_so(stack: Stack, receiver: Receiver) -> None:
    receiver.reply = lambda _, __: Reply(410)
    put(stack, "crm", receiver.url)
    canceled_job(stack)
    endpoint = eventually(
        lambda: [each for each in call(stack, "GET", "webhook-endpoints")["endpoints"] if not each["enabled"]],
        within_s=30,
        what="the endpoint is disabled",
    )[0]
    assert endpoint["disabled_reason"] == "gone"


def test_a_jobs_deliveries_and_one_made_again(stack: Stack, receiver: Receiver) -> None:
    receiver.reply = lambda _, number: Reply(500 if number == 1 else 200)
    secret = call(stack, "POST", "webhook-secret", 201)["secret"]
    webhook = {"url": f"{receiver.url}/own?key=1", "events": ["job.canceled"]}
    job_id = canceled_job(stack, webhook=webhook, metadata={"order": 17})
    received = arrived(receiver, 2)
    body = Webhook(secret).verify(received[1].body, dict(received[1].headers))
    assert (body["type"], body["data"]["metadata"]) == ("job.canceled", {"order": 17})
    assert body["data"]["links"]["self"] == f"https://api.example.com/v1/jobs/{job_id}"
    delivery = ended(stack, f"jobs/{job_id}/deliveries")
    assert (delivery["endpoint"], delivery["host"], delivery["state"]) == (None, "127.0.0.1", "delivered")
    assert [(each["status"], each["reason"]) for each in delivery["attempts"]] == [(500, "refused"), (200, None)]
    assert "key=1" not in json.dumps(delivery)

    # The job goes before its deliveries do.
    stack.valkey.client().delete(f"aa:job:{job_id}")
    again = call(stack, "POST", f"jobs/{job_id}/deliveries/{delivery['id']}/redeliver", 202)
    assert again["id"] == delivery["id"]
    assert {each.id for each in arrived(receiver, 3)} == {delivery["id"]}
    assert len(ended(stack, f"jobs/{job_id}/deliveries")["attempts"]) == 3
    problem = call(stack, "POST", f"jobs/{job_id}/deliveries/msg_0/redeliver", 404)
    assert problem["type"].endswith("/delivery-not-found")


def test_a_job_without_webhooks_has_no_deliveries_and_an_erased_one_is_gone(stack: Stack, receiver: Receiver) -> None:
    waiting = stack.submit("Jane Doe lives in Leeds.")
    assert call(stack, "GET", f"jobs/{waiting}/deliveries") == {"deliveries": []}
    assert call(stack, "GET", f"jobs/job_{'0' * 32}/deliveries", 404)["type"].endswith("/job-not-found")
    job_id = canceled_job(stack, webhook={"url": receiver.url})
    delivery = ended(stack, f"jobs/{job_id}/deliveries")
    answer = stack.http.delete(f"/v1/jobs/{job_id}")
    assert answer.status_code < 300, answer.text
    assert call(stack, "GET", f"jobs/{job_id}/deliveries", 410)
    assert call(stack, "POST", f"jobs/{job_id}/deliveries/{delivery['id']}/redeliver", 410)


def test_a_ping_is_no_job(stack: Stack, receiver: Receiver) -> None:
    put(stack, "crm", receiver.url)
    queued = call(stack, "POST", "webhook-endpoints/crm/ping", 202)
    ping = "ping_" + queued["id"].removeprefix("msg_").removesuffix("_crm")
    call(stack, "GET", f"jobs/{ping}/deliveries", 404)


def test_no_text_is_in_what_is_sent_logged_or_listed(stack: Stack, receiver: Receiver) -> None:
    put(stack, "crm", f"{receiver.url}/{'secret-path'}")
    job_id = canceled_job(stack, webhook={"url": f"{receiver.url}/secret-own"})
    sent = arrived(receiver, 2)
    listed = json.dumps(call(stack, "GET", f"jobs/{job_id}/deliveries"))
    for word in CANARY.split():
        assert not [each for each in sent if word.encode() in each.body]
        assert word not in listed
        assert word not in stack.logs()
    assert "secret-" not in listed
    assert "secret-" not in stack.logs()
    assert "whsec_" not in stack.logs()
