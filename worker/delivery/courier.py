"""One attempt: claimed, signed, sent, judged, settled."""

import json
import random
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from shared.cipher import Field, KeyRing
from shared.clock import now_ms
from shared.errors import UndecipherablePayload
from shared.jobs.store import SyncStore
from shared.log import get_logger
from shared.settings import Settings
from shared.traces import NEW_TRACE, OFF, Kind, Span, Traces
from shared.webhooks import secrets
from shared.webhooks.deliveries import (
    ClaimedDelivery,
    Delivery,
    DeliveryState,
    claim_deliveries,
    settle_delivery,
)
from shared.webhooks.endpoints import endpoint_from_hash
from shared.webhooks.events import Event
from shared.webhooks.job_webhook import job_webhook
from worker.delivery.counting import count_attempt
from worker.delivery.envelope import body_of, headers_of
from worker.delivery.http_client import Answer
from worker.delivery.verdict import MOST_ATTEMPTS, Verdict, judge
from worker.shutdown import Shutdown


class Sender(Protocol):
    """Raises nothing that a URL or an endpoint can cause."""

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer: ...


@dataclass(frozen=True, slots=True)
class CourierContext:
    settings: Settings
    store: SyncStore
    key_ring: KeyRing
    client: Sender
    shutdown: Shutdown = field(default_factory=Shutdown)
    #: By id.
    in_flight: dict[str, Delivery] = field(default_factory=dict)
    traces: Traces = OFF


@dataclass(frozen=True, slots=True)
class Request:
    """What one attempt sends."""

    url: str
    headers: Mapping[str, str]
    body: bytes


def deliver_due(hint: str, context: CourierContext) -> int:
    """Makes due deliveries, one after the other; gives how many.

    Until none is left, DRAIN_S is over, or the courier is to end. `hint`: what the Celery message carried. Raises
    StoreUnavailable.
    """
    end, made = time.monotonic() + context.settings.drain_s, 0
    while not context.shutdown.is_asked and (claimed := context.store.run(_claim(hint, context.settings))):
        for each in claimed:
            context.in_flight[each.delivery.id] = each.delivery
            try:
                with _span_of(each, context.traces) as span:
                    deliver(each, context, span)
            finally:
                del context.in_flight[each.delivery.id]
        hint, made = "", made + len(claimed)
        if time.monotonic() > end:
            break
    return made


def deliver(claimed: ClaimedDelivery, context: CourierContext, span: Span) -> None:
    """One attempt of a claimed delivery. Raises StoreUnavailable: it is then made again when its lease runs out."""
    delivery = claimed.delivery
    try:
        request = prepare(claimed, context, now_ms())
    except (UndecipherablePayload, ValueError, KeyError) as error:
        # ValueError and KeyError: a record of which a part is gone or is of another version.
        get_logger().error("delivery_unreadable", delivery_id=delivery.id, exc_info=error)
        span.fail("unreadable")
        _settle(delivery, Verdict(DeliveryState.GIVEN_UP, "unreadable"), Answer(duration_ms=0), context)
        return
    # Whoever is called may go on with the trace. It is no part of what is signed.
    carried = {} if span.traceparent is None else {"traceparent": span.traceparent}
    answer = context.client.send(request.url, {**request.headers, **carried}, request.body)
    settings = context.settings
    verdict = judge(
        answer,
        kind=delivery.type,
        step=delivery.step,
        now_ms=now_ms(),
        scale=settings.webhook_schedule_scale,
        chance=random.random(),
    )
    _settle(delivery, verdict, answer, context)
    span.note({"delivery.state": verdict.state})
    if answer.status is not None:
        span.note({"http.response.status_code": answer.status})
    if verdict.reason is not None:
        span.fail(verdict.reason)


def _span_of(claimed: ClaimedDelivery, traces: Traces) -> AbstractContextManager[Span]:
    """One attempt; where it goes to is the client's, and is not told."""
    delivery, event = claimed.delivery, claimed.event
    return traces.span(
        "deliver",
        Kind.CLIENT,
        parent=(event.traceparent if event else None) or NEW_TRACE,
        attributes={
            "job.id": delivery.event_id,
            "delivery.id": delivery.id,
            "delivery.attempt": delivery.attempts,
            "delivery.type": delivery.type,
        },
    )


def prepare(claimed: ClaimedDelivery, context: CourierContext, moment_ms: int) -> Request:
    """What is to be sent at this moment. Raises UndecipherablePayload, ValueError, KeyError for records that fail."""
    delivery, event, key_ring = claimed.delivery, claimed.event, context.key_ring
    if event is None:
        raise ValueError("the event is gone")
    owner: Mapping[bytes, bytes] = claimed.owner
    if delivery.endpoint_id is None:
        url, name = job_webhook(event, key_ring).url, secrets.CLIENT
        if not owner:
            box = secrets.seal(key_ring, delivery.client, name, secrets.new_secret())
            owner = context.store.run(secrets.ensure_client_secret(delivery.client, box))
    else:
        url, name = endpoint_from_hash(owner).url(key_ring), delivery.endpoint_id
    valid = secrets.valid_secrets(owner, key_ring, delivery.client, name, moment_ms)
    body = body_of(event, _metadata(event, key_ring), context.settings.public_url)
    return Request(url, headers_of(delivery.id, moment_ms // 1000, body, valid, key_ring), body)


def _claim(hint: str, settings: Settings) -> Any:
    return claim_deliveries(
        hint,
        lease_ms=int(settings.delivery_lease_s * 1000),
        retention_ms=int(settings.delivery_retention_s * 1000),
        most_attempts=MOST_ATTEMPTS,
    )


def _settle(delivery: Delivery, verdict: Verdict, answer: Answer, context: CourierContext) -> None:
    count_attempt(verdict, answer.duration_ms)
    is_settled = context.store.run(
        settle_delivery(
            delivery,
            verdict.state,
            duration_ms=answer.duration_ms,
            status=answer.status,
            reason=verdict.reason,
            delay_ms=verdict.delay_ms,
            disabling=verdict.disabling,
            disable_after_ms=int(context.settings.webhook_disable_after_s * 1000),
        )
    )
    get_logger().info(
        "delivery_attempted" if is_settled else "delivery_lease_lost",
        delivery_id=delivery.id,
        attempt=delivery.attempts,
        state=verdict.state,
        status=answer.status,
        reason=verdict.reason,
        duration_ms=answer.duration_ms,
    )


def _metadata(event: Event, key_ring: KeyRing) -> Any:
    if event.metadata_box is None or event.wrapped_key is None:
        return {}
    cipher = key_ring.job(event.client, event.id, event.wrapped_key)
    return json.loads(cipher.open(Field.METADATA, event.metadata_box))
