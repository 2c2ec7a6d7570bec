"""A client's webhook endpoints: the record, and what is done with it, as pure values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from shared import keys
from shared.cipher import KeyRing
from shared.errors import TooManyWebhookEndpoints
from shared.jobs.script import Command, call, pairs
from shared.webhooks.secrets import OVERLAP_MS

MAX_ENDPOINTS: Final = 20
#: Why a client's own request disabled an endpoint; the other reasons are of worker/delivery/verdict.py.
BY_REQUEST: Final = "by_request"

KIND: Final = "webhook-endpoint-url"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint, as it stands in Redis. Times are milliseconds since the epoch on the store's clock."""

    id: str
    client: str
    events: tuple[str, ...]
    is_enabled: bool
    created_ms: int
    updated_ms: int
    #: Sealed by the key ring.
    url_box: bytes = field(repr=False)
    #: Since when no attempt succeeded; None: the last one did, or there was none.
    failing_since_ms: int | None = None
    disabled_ms: int | None = None
    disabled_reason: str | None = None
    old_secret_until_ms: int | None = None

    def url(self, key_ring: KeyRing) -> str:
        """Raises UndecipherablePayload."""
        return key_ring.open(self.client, KIND, self.id, self.url_box).decode()


@dataclass(frozen=True, slots=True)
class Put:
    endpoint: Endpoint
    is_new: bool


def endpoint_from_hash(record: Mapping[bytes, bytes]) -> Endpoint:
    """An endpoint from the reply to HGETALL of its key. Raises KeyError when a field is missing."""

    def moment(name: bytes) -> int | None:
        return int(record[name]) if name in record else None

    reason = record.get(b"disabled_reason")
    return Endpoint(
        id=record[b"id"].decode(),
        client=record[b"client"].decode(),
        events=tuple(record[b"events"].decode().split(",")),
        is_enabled=record[b"enabled"] == b"1",
        created_ms=int(record[b"created_ms"]),
        updated_ms=int(record[b"updated_ms"]),
        url_box=record[b"url"],
        failing_since_ms=moment(b"failing_since_ms"),
        disabled_ms=moment(b"disabled_ms"),
        disabled_reason=reason.decode() if reason else None,
        old_secret_until_ms=moment(b"old_secret_until_ms"),
    )


def seal_url(key_ring: KeyRing, client: str, endpoint_id: str, url: str) -> bytes:
    return key_ring.seal(client, KIND, endpoint_id, url.encode())


def put_endpoint(client: str, endpoint_id: str, *, url_box: bytes, events: str, secret_box: bytes) -> Command[Put]:
    """Make or change one; `secret_box` is for a new one alone. The reading raises TooManyWebhookEndpoints."""

    def read(reply: list[Any]) -> Put:
        if reply[0] < 0:
            raise TooManyWebhookEndpoints(f"You have {MAX_ENDPOINTS} webhook endpoints, the most; delete one first.")
        return Put(endpoint_from_hash(pairs(reply[1])), bool(reply[0]))

    return Command(call("put_endpoint", client, endpoint_id, url_box, events, secret_box, MAX_ENDPOINTS), read)


def read_endpoint(client: str, endpoint_id: str) -> Command[Endpoint | None]:
    return Command(("HGETALL", keys.webhook_endpoint(client, endpoint_id)), _read_one)


def list_endpoints(client: str) -> Command[tuple[Endpoint, ...]]:
    """By their ids."""

    def read(reply: list[Any]) -> tuple[Endpoint, ...]:
        return tuple(sorted((endpoint_from_hash(pairs(each)) for each in reply), key=lambda endpoint: endpoint.id))

    return Command(call("list_endpoints", client), read)


def delete_endpoint(client: str, endpoint_id: str) -> Command[bool]:
    """False when there was none. Its waiting deliveries are given up."""
    return Command(call("delete_endpoint", client, endpoint_id), bool)


def enable_endpoint(client: str, endpoint_id: str) -> Command[Endpoint | None]:
    """None when there is none."""
    return Command(call("enable_endpoint", client, endpoint_id, 1, ""), _read_one)


def disable_endpoint(client: str, endpoint_id: str) -> Command[Endpoint | None]:
    """None when there is none. Its waiting deliveries are given up."""
    return Command(call("enable_endpoint", client, endpoint_id, 0, BY_REQUEST), _read_one)


def rotate_endpoint_secret(client: str, endpoint_id: str, box: bytes) -> Command[Endpoint | None]:
    """A new secret, the one before stays valid for OVERLAP_MS; None when there is no such endpoint."""
    return Command(call("rotate_endpoint_secret", client, endpoint_id, box, OVERLAP_MS), _read_one)


def _read_one(reply: Any) -> Endpoint | None:
    return endpoint_from_hash(pairs(reply)) if reply else None
