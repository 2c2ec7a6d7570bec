"""Deliveries: the record of each, and what couriers and clients do with them, as pure values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from shared.errors import DeliveryNotFound, WebhookEndpointDisabled, WebhookEndpointNotFound
from shared.jobs.script import Command, call, pairs
from shared.webhooks.events import Event, event_from_hash


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Attempt:
    """`status`: of the answer, None without one; `reason`: what was wrong, None when nothing was."""

    sent_ms: int
    duration_ms: int
    status: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one target. Times are milliseconds since the epoch on the store's clock."""

    #: The webhook-id, the same at every attempt.
    id: str
    event_id: str
    type: str
    client: str
    #: None: a job's own webhook.
    endpoint_id: str | None
    state: DeliveryState
    #: How often it was tried, and how often since it was last asked for: its place in the schedule.
    attempts: int
    step: int
    #: Fencing token: grows with every claim.
    token: int
    created_ms: int
    #: When it is tried next, while it waits.
    due_ms: int
    ended_ms: int | None
    #: Why it was given up.
    reason: str | None


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    delivery: Delivery
    #: None: it is gone, and with it what the body is made from.
    event: Event | None
    #: The endpoint as its hash, or the client's secret where the webhook is a job's own; may be empty.
    owner: Mapping[bytes, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Listed:
    delivery: Delivery
    made: tuple[Attempt, ...]


def claim_deliveries(
    hint: str, *, lease_ms: int, retention_ms: int, most_attempts: int, limit: int = 1
) -> Command[tuple[ClaimedDelivery, ...]]:
    """Take due deliveries under a lease, clients and targets by turns. `hint`: what the message carried, or ""."""

    def read(reply: list[Any]) -> tuple[ClaimedDelivery, ...]:
        return tuple(
            ClaimedDelivery(_delivery(delivery), event_from_hash(pairs(event)) if event else None, pairs(owner))
            for delivery, event, owner in reply
        )

    return Command(call("claim_deliveries", hint, lease_ms, retention_ms, most_attempts, limit), read)


def settle_delivery(
    delivery: Delivery,
    state: DeliveryState,
    *,
    duration_ms: int,
    status: int | None,
    reason: str | None,
    delay_ms: int,
    disabling: str,
    disable_after_ms: int,
) -> Command[bool]:
    """What came of an attempt; False when its lease was lost, and then nothing was written.

    `disabling`: why the endpoint is to be disabled at once, or "".
    """
    outcome = (delay_ms, duration_ms, status or 0, reason or "", disabling, disable_after_ms)
    return Command(call("settle_delivery", delivery.id, delivery.token, state, *outcome), bool)


def hint_deliveries(name: str, *, most: int, lost_ms: int) -> Command[tuple[str, ...]]:
    """Names of the Celery messages to publish: as many as can claim something now, less those that are under way."""
    return Command(
        call("hint_deliveries", name, most, lost_ms),
        lambda reply: tuple(f"{name}{number}" for number in range(1, reply + 1)),
    )


def ping_endpoint(
    client: str, endpoint_id: str, event_id: str, delivery_id: str, *, retention_ms: int
) -> Command[None]:
    """Queue a test event. The reading raises WebhookEndpointNotFound, WebhookEndpointDisabled."""
    return Command(
        call("ping_endpoint", client, endpoint_id, event_id, delivery_id, retention_ms),
        lambda reply: _unless_refused(reply, WebhookEndpointNotFound),
    )


def redeliver(client: str, event_id: str, delivery_id: str, *, retention_ms: int) -> Command[None]:
    """Have it made again, now and with the whole schedule.

    The reading raises DeliveryNotFound, WebhookEndpointDisabled.
    """
    return Command(
        call("redeliver", client, event_id, delivery_id, retention_ms),
        lambda reply: _unless_refused(reply, DeliveryNotFound),
    )


def list_deliveries(event_id: str) -> Command[tuple[Event | None, tuple[Listed, ...]]]:
    """Those of one event, in the order in which they were made."""

    def read(reply: Any) -> tuple[Event | None, tuple[Listed, ...]]:
        event, listed = reply
        return event_from_hash(pairs(event)) if event else None, _listed(listed)

    return Command(call("list_deliveries", event_id), read)


def list_endpoint_deliveries(client: str, endpoint_id: str, limit: int) -> Command[tuple[Listed, ...]]:
    """The latest of an endpoint, newest first."""
    return Command(call("list_endpoint_deliveries", client, endpoint_id, limit), _listed)


def _delivery(reply: Any) -> Delivery:
    record = pairs(reply)
    ended, reason, endpoint = record.get(b"ended_ms"), record.get(b"reason"), record[b"endpoint"].decode()
    return Delivery(
        id=record[b"id"].decode(),
        event_id=record[b"event"].decode(),
        type=record[b"type"].decode(),
        client=record[b"client"].decode(),
        endpoint_id=endpoint or None,
        state=DeliveryState(record[b"state"].decode()),
        attempts=int(record[b"attempts"]),
        step=int(record[b"step"]),
        token=int(record[b"token"]),
        created_ms=int(record[b"created_ms"]),
        due_ms=int(record[b"due_ms"]),
        ended_ms=int(ended) if ended else None,
        reason=reason.decode() if reason else None,
    )


def _listed(reply: Any) -> tuple[Listed, ...]:
    return tuple(Listed(_delivery(record), tuple(map(_attempt, made))) for record, made in reply)


def _attempt(row: bytes) -> Attempt:
    sent, duration, status, reason = row.decode().split(" ")
    return Attempt(int(sent), int(duration), int(status) or None, None if reason == "-" else reason)


def _unless_refused(reply: int, missing: type[DeliveryNotFound] | type[WebhookEndpointNotFound]) -> None:
    if reply == 0:
        raise missing
    if reply < 0:
        raise WebhookEndpointDisabled
