"""Webhooks of the service, verified with the standard library alone (Standard Webhooks 1.0.0, `v1`)."""

import base64
import binascii
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from anonymize.errors import WebhookInvalid

_PREFIX: Final = "whsec_"
_VERSION: Final = "v1"


@dataclass(frozen=True, slots=True)
class Event:
    """`id` is the same whenever the event is sent again: keep those that were handled."""

    id: str
    type: str
    timestamp: datetime
    data: Mapping[str, Any] = field(repr=False)


def verify_webhook(
    body: bytes,
    headers: Mapping[str, str],
    secrets: str | Sequence[str],
    *,
    tolerance_s: float = 300.0,
    now_s: float | None = None,
) -> Event:
    """The event. `body` is what came, byte for byte; any one of the `secrets` (`whsec_...`) is enough.

    Raises WebhookInvalid, and ValueError for a secret that is none.
    """
    keys = [secret_key(each) for each in ([secrets] if isinstance(secrets, str) else secrets)]
    found = {name.lower(): value for name, value in headers.items()}
    try:
        message_id, timestamp, signatures = (found[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
    except KeyError:
        raise WebhookInvalid("a header of a webhook is missing") from None
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 15):
        raise WebhookInvalid("its timestamp is no time")
    if abs((time.time() if now_s is None else now_s) - int(timestamp)) > tolerance_s:
        raise WebhookInvalid("its timestamp is too far from this clock")
    signed = b".".join((message_id.encode("utf-8", "surrogateescape"), timestamp.encode(), body))
    if not any(_is_signed(signed, signatures, key) for key in keys):
        raise WebhookInvalid("its signature is none of the secret's")
    return _event(message_id, body)


def _is_signed(signed: bytes, signatures: str, key: bytes) -> bool:
    right = base64.b64encode(hmac.digest(key, signed, "sha256"))
    sent = [each.partition(",") for each in signatures.split()]
    # In constant time each, and over bytes: a str that is not ASCII would raise.
    return any(
        hmac.compare_digest(right, value.encode("utf-8", "surrogateescape"))
        for version, _, value in sent
        if version == _VERSION
    )


def secret_key(secret: str) -> bytes:
    """What a secret stands for. Raises ValueError."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(_PREFIX) or not key:
        raise ValueError("a webhook secret is whsec_ and base64")
    return key


def _event(message_id: str, body: bytes) -> Event:
    try:
        said = json.loads(body)
        return Event(message_id, str(said["type"]), datetime.fromisoformat(said["timestamp"]), dict(said["data"]))
    except (ValueError, TypeError, KeyError):
        raise WebhookInvalid("its body is no event") from None
