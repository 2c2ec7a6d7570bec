"""The secrets that sign webhooks (Standard Webhooks, `v1`): an endpoint's, or the client's own for jobs' webhooks."""

import base64
import secrets
from collections.abc import Mapping
from typing import Final

from shared.cipher import KeyRing
from shared.jobs.script import Command, call, pairs

SECRET_BYTES: Final = 32
_PREFIX: Final = "whsec_"
#: Both secrets sign for so long after a rotation.
OVERLAP_MS: Final = 86_400_000
#: The name under which the client's own secret is sealed: no endpoint can have it.
CLIENT: Final = "*"

KIND: Final = "webhook-secret"
Record = Mapping[bytes, bytes]


def new_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def shown(secret: bytes) -> str:
    """As a client is shown it, once: `whsec_...`."""
    return _PREFIX + base64.b64encode(secret).decode()


def seal(key_ring: KeyRing, client: str, owner: str, secret: bytes) -> bytes:
    """`owner`: the endpoint's id, or CLIENT."""
    return key_ring.seal(client, KIND, owner, secret)


def valid_secrets(record: Record, key_ring: KeyRing, client: str, owner: str, now_ms: int) -> tuple[bytes, ...]:
    """Those that sign now, the newest first, of an endpoint's record or the client's. Raises UndecipherablePayload."""
    boxes = [record[b"secret"]] if b"secret" in record else []
    if now_ms < int(record.get(b"old_secret_until_ms", 0)):
        boxes.append(record[b"old_secret"])
    return tuple(key_ring.open(client, KIND, owner, box) for box in boxes)


def rotate_client_secret(client: str, box: bytes) -> Command[Record]:
    """A new secret; the one before stays valid for OVERLAP_MS."""
    return Command(call("rotate_client_secret", client, box, OVERLAP_MS), pairs)


def ensure_client_secret(client: str, box: bytes) -> Command[Record]:
    """The record of the client's secret: with this one where it had none."""
    return Command(call("ensure_client_secret", client, box), pairs)
