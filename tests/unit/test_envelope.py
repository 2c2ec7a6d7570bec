"""The body and headers of a webhook, as Standard Webhooks' own package reads them."""

import base64
import json
import time
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook, WebhookVerificationError

from shared.cipher import KeyRing
from shared.signing import SigningKind, public_keys
from shared.webhooks.events import Event
from shared.webhooks.secrets import new_secret, shown
from worker.delivery.envelope import MAX_BODY_BYTES, body_of, headers_of

JOB = "job_" + "0" * 32
EVENT = Event(
    JOB, "job.failed", "client", "failed", 1_795_413_600_123, total=3, succeeded=1, failed=2, problem="poison"
)
OLD, NEW = b"o" * 32, b"n" * 32


def test_the_body_of_a_failed_job() -> None:
    assert json.loads(body_of(EVENT, {"order": 7}, "")) == {
        "type": "job.failed",
        "timestamp": "2026-11-23T06:00:00.123Z",
        "data": {
            "id": JOB,
            "state": "failed",
            "counts": {"total": 3, "succeeded": 1, "failed": 2},
            "metadata": {"order": 7},
            "links": {"self": f"/v1/jobs/{JOB}", "result": f"/v1/jobs/{JOB}/result"},
            "problem": {
                "type": "https://anonymization-api.dev/problems/poison",
                "title": "Job failed on every attempt",
                "detail": "The job's worker died each time it was tried.",
            },
        },
    }


def test_the_body_of_a_ping() -> None:
    ping = Event("ping_1", "ping", "client", "", EVENT.finished_ms)
    assert json.loads(body_of(ping, {}, "https://api.example.com")) == {
        "type": "ping",
        "timestamp": "2026-11-23T06:00:00.123Z",
        "data": {"id": "ping_1"},
    }


@pytest.mark.parametrize("public_url", ["https://api.example.com", "https://api.example.com/"])
def test_links_have_the_public_url_before_them(public_url: str) -> None:
    links = json.loads(body_of(EVENT, {}, public_url))["data"]["links"]
    assert links["self"] == f"https://api.example.com/v1/jobs/{JOB}"


@pytest.mark.parametrize(
    ("metadata", "is_kept"),
    [
        ({}, True),
        ({"note": "é" * 4_990}, True),
        ({"note": "\\" * 5_000}, True),
        ({"note": "x" * 10_000}, True),
        ({"note": "x" * MAX_BODY_BYTES}, False),
    ],
)
def test_a_body_is_below_20_kb_and_loses_its_metadata_rather_than_its_event(metadata: Any, is_kept: bool) -> None:
    body = body_of(EVENT, metadata, "https://api.example.com")
    assert len(body) <= MAX_BODY_BYTES
    assert json.loads(body)["data"]["metadata"] == (metadata if is_kept else None)


def test_each_secret_and_each_key_of_the_ring_signs() -> None:
    secrets, ring, body = [new_secret(), new_secret()], KeyRing((NEW, OLD)), body_of(EVENT, {}, "")
    now_s = int(time.time())
    headers = headers_of("msg_1", now_s, body, secrets, ring)
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("msg_1", str(now_s))
    signatures = headers["webhook-signature"].split(" ")
    assert [each.partition(",")[0] for each in signatures] == ["v1", "v1", "v1a", "v1a"]
    for secret in secrets:
        assert Webhook(shown(secret)).verify(body, headers)["type"] == "job.failed"
    with pytest.raises(WebhookVerificationError):
        Webhook(shown(new_secret())).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(shown(secrets[0])).verify(body.replace(b"failed", b"passed"), headers)


def test_v1a_verifies_with_the_published_key_and_no_other() -> None:
    body = body_of(EVENT, {}, "")
    (signature,) = headers_of("msg_1", 17, body, [], KeyRing((NEW,)))["webhook-signature"].split(" ")
    value = base64.b64decode(signature.removeprefix("v1a,"))
    (key,) = public_keys(KeyRing((NEW,)), SigningKind.WEBHOOK)
    Ed25519PublicKey.from_public_bytes(key.raw).verify(value, b"msg_1.17." + body)
    for ring, kind in ((KeyRing((OLD,)), SigningKind.WEBHOOK), (KeyRing((NEW,)), SigningKind.RECEIPT)):
        (other,) = public_keys(ring, kind)
        with pytest.raises(InvalidSignature):
            Ed25519PublicKey.from_public_bytes(other.raw).verify(value, b"msg_1.17." + body)
