"""What is sent: body, headers, signatures (Standard Webhooks 1.0.0). Pure."""

import base64
import hmac
import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final

from shared.cipher import KeyRing
from shared.clock import rfc3339
from shared.errors import error_of, problem_uri
from shared.signing import SigningKind, sign_with_all
from shared.webhooks.events import PING, Event

#: Receivers may refuse more (Standard Webhooks: "less than 20kb").
MAX_BODY_BYTES: Final = 20_000


def body_of(event: Event, metadata: Any, public_url: str) -> bytes:
    """The same bytes for the same event: counts and links, never text. Metadata that is too long is left out (null)."""
    data = _job(event, metadata, public_url.rstrip("/")) if event.type != PING else {"id": event.id}
    body = _written(event, data)
    return body if len(body) <= MAX_BODY_BYTES else _written(event, {**data, "metadata": None})


def headers_of(
    delivery_id: str, timestamp_s: int, body: bytes, secrets: Sequence[bytes], key_ring: KeyRing
) -> dict[str, str]:
    """`v1` for each secret, `v1a` (Ed25519) for each key of the ring: a receiver needs any one of them."""
    signed = b"%b.%d.%b" % (delivery_id.encode(), timestamp_s, body)
    signatures = [f"v1,{_base64(hmac.digest(secret, signed, sha256))}" for secret in secrets]
    signatures += [f"v1a,{_base64(each.value)}" for each in sign_with_all(key_ring, SigningKind.WEBHOOK, signed)]
    return {
        "Content-Type": "application/json",
        "User-Agent": "anonymization-api",
        "webhook-id": delivery_id,
        "webhook-timestamp": str(timestamp_s),
        "webhook-signature": " ".join(signatures),
    }


def _job(event: Event, metadata: Any, public_url: str) -> dict[str, Any]:
    here = f"{public_url}/v1/jobs/{event.id}"
    return {
        "id": event.id,
        "state": event.state,
        "counts": {"total": event.total, "succeeded": event.succeeded, "failed": event.failed},
        "metadata": metadata,
        "links": {"self": here, "result": f"{here}/result"},
        "problem": _problem(event.problem),
    }


def _problem(kind: str | None) -> dict[str, str] | None:
    if kind is None:
        return None
    error = error_of(kind)
    return {"type": problem_uri(kind), "title": error.title, "detail": error().detail}


def _written(event: Event, data: dict[str, Any]) -> bytes:
    body = {"type": event.type, "timestamp": rfc3339(event.finished_ms), "data": data}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
