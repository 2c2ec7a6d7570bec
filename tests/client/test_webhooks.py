"""A webhook is verified, and nothing else is taken for one."""

import base64
import json
from datetime import UTC, datetime

import pytest
import standardwebhooks

from anonymize import WebhookInvalid, verify_webhook

SECRET = "whsec_" + base64.b64encode(b"a" * 32).decode()
OTHER = "whsec_" + base64.b64encode(b"b" * 32).decode()
NOW = datetime(2026, 11, 23, 9, 31, 2, tzinfo=UTC)
BODY = json.dumps(
    {"type": "job.succeeded", "timestamp": "2026-11-23T09:31:02.480Z", "data": {"id": "job_1", "state": "succeeded"}}
).encode()


def signed(body: bytes = BODY, secret: str = SECRET, message_id: str = "msg_1") -> dict[str, str]:
    """By the standard's own library."""
    signature = standardwebhooks.Webhook(secret).sign(message_id, NOW, body.decode())
    return {
        "Webhook-Id": message_id,
        "Webhook-Timestamp": str(int(NOW.timestamp())),
        "Webhook-Signature": signature,
    }


def test_what_the_standards_library_signed_verifies() -> None:
    event = verify_webhook(BODY, signed(), SECRET, now_s=NOW.timestamp())
    assert (event.id, event.type, event.data["id"]) == ("msg_1", "job.succeeded", "job_1")
    assert event.timestamp == datetime(2026, 11, 23, 9, 31, 2, 480_000, tzinfo=UTC)


def test_any_secret_and_any_signature_is_enough() -> None:
    """As while a secret is rotated; `v1a` is passed over."""
    headers = signed()
    headers["Webhook-Signature"] = f"v1a,AAAA v1,BBBB {headers['Webhook-Signature']}"
    assert verify_webhook(BODY, headers, [OTHER, SECRET], now_s=NOW.timestamp()).id == "msg_1"


@pytest.mark.parametrize("shift_s", [-299, 299])
def test_clocks_may_differ_by_minutes(shift_s: int) -> None:
    assert verify_webhook(BODY, signed(), SECRET, now_s=NOW.timestamp() + shift_s)


RIGHT = signed()["Webhook-Signature"]


@pytest.mark.parametrize(
    ("changes", "body", "shift_s"),
    [
        ({}, BODY + b" ", 0),
        ({}, b"", 0),
        ({}, BODY, 301),
        ({}, BODY, -301),
        ({"Webhook-Id": "msg_2"}, BODY, 0),
        ({"Webhook-Timestamp": str(int(NOW.timestamp()) + 1)}, BODY, 0),
        ({"Webhook-Timestamp": "now"}, BODY, 0),
        ({"Webhook-Timestamp": "9" * 400}, BODY, 0),
        ({"Webhook-Timestamp": "١٢"}, BODY, 0),
        ({"Webhook-Signature": ""}, BODY, 0),
        ({"Webhook-Signature": RIGHT.replace("v1,", "v2,")}, BODY, 0),
        ({"Webhook-Signature": RIGHT.replace("v1,", "")}, BODY, 0),
        ({"Webhook-Signature": RIGHT[:-2]}, BODY, 0),
        ({"Webhook-Signature": "v1,\udcff é"}, BODY, 0),
        (signed(secret=OTHER), BODY, 0),
    ],
)
def test_what_is_refused(changes: dict[str, str], body: bytes, shift_s: int) -> None:
    with pytest.raises(WebhookInvalid):
        verify_webhook(body, {**signed(), **changes}, SECRET, now_s=NOW.timestamp() + shift_s)


@pytest.mark.parametrize("name", ["Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"])
def test_no_header_may_be_missing(name: str) -> None:
    headers = signed()
    del headers[name]
    with pytest.raises(WebhookInvalid, match="missing"):
        verify_webhook(BODY, headers, SECRET, now_s=NOW.timestamp())


@pytest.mark.parametrize("body", [b"no json", b"[]", b'{"type": "ping"}', b'{"type":"a","timestamp":1,"data":{}}'])
def test_a_signed_body_that_is_no_event(body: bytes) -> None:
    with pytest.raises(WebhookInvalid, match="no event"):
        verify_webhook(body, signed(body), SECRET, now_s=NOW.timestamp())


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_!!!", SECRET.removeprefix("whsec_"), "whsec_é"])
def test_a_secret_that_is_none_is_a_fault_of_the_caller(secret: str) -> None:
    with pytest.raises(ValueError, match="whsec_"):
        verify_webhook(BODY, signed(), secret, now_s=NOW.timestamp())
