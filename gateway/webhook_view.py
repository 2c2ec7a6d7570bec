"""Webhook endpoints, secrets and deliveries as their client sees them: of a URL that was called, the host alone."""

from collections.abc import Mapping

from pydantic import BaseModel, Field

from shared.cipher import KeyRing
from shared.clock import rfc3339
from shared.errors import UndecipherablePayload
from shared.webhook_url import read_url
from shared.webhooks.deliveries import Attempt, DeliveryState, Listed
from shared.webhooks.endpoints import Endpoint
from shared.webhooks.events import Event, EventType
from shared.webhooks.job_webhook import job_webhook


class EndpointView(BaseModel):
    """One webhook endpoint."""

    id: str
    url: str
    events: list[EventType]
    enabled: bool
    created_at: str
    updated_at: str
    failing_since: str | None = Field(description="Since when no attempt succeeded; null when the last one did.")
    disabled_at: str | None
    disabled_reason: str | None = Field(description="by_request, gone (it answered 410), or failing (for days).")


class NewEndpointView(EndpointView):
    secret: str = Field(description="Signs what is sent to this endpoint. Shown this once.")


class EndpointsView(BaseModel):
    endpoints: list[EndpointView]


class SecretView(BaseModel):
    secret: str = Field(description="Shown this once.")
    old_secret_valid_until: str | None = Field(description="Until then the one before signs as well.")


class KeyView(BaseModel):
    id: str
    key: str = Field(description="Ed25519, as Standard Webhooks writes it: whpk_ and base64.")


class KeysView(BaseModel):
    keys: list[KeyView]
    receipt_keys: list[KeyView] = Field(description="Of the receipts of erased jobs: kinds of messages share no key.")


class AttemptView(BaseModel):
    at: str
    duration_ms: int
    status: int | None = Field(description="Of the answer; null when there was none.")
    reason: str | None = Field(description="What was wrong; null when the event was taken.")


class DeliveryView(BaseModel):
    """One event on its way to one target; `id` is the webhook-id of every attempt."""

    id: str
    event: str
    endpoint: str | None = Field(description="null: the job's own webhook.")
    host: str | None
    state: DeliveryState
    reason: str | None = Field(description="Why it was given up.")
    created_at: str
    next_attempt_at: str | None
    ended_at: str | None
    attempts: list[AttemptView]


class DeliveriesView(BaseModel):
    deliveries: list[DeliveryView]


def endpoint_fields(endpoint: Endpoint, key_ring: KeyRing) -> dict[str, object]:
    """What EndpointView is made of. Raises UndecipherablePayload."""
    return {
        "id": endpoint.id,
        "url": endpoint.url(key_ring),
        "events": list(endpoint.events),
        "enabled": endpoint.is_enabled,
        "created_at": rfc3339(endpoint.created_ms),
        "updated_at": rfc3339(endpoint.updated_ms),
        "failing_since": rfc3339(endpoint.failing_since_ms),
        "disabled_at": rfc3339(endpoint.disabled_ms),
        "disabled_reason": endpoint.disabled_reason,
    }


def delivery_view(listed: Listed, host: str | None) -> DeliveryView:
    delivery = listed.delivery
    is_waiting = delivery.state is DeliveryState.WAITING
    return DeliveryView(
        id=delivery.id,
        event=delivery.type,
        endpoint=delivery.endpoint_id,
        host=host,
        state=delivery.state,
        reason=delivery.reason,
        created_at=rfc3339(delivery.created_ms) or "",
        next_attempt_at=rfc3339(delivery.due_ms) if is_waiting else None,
        ended_at=rfc3339(delivery.ended_ms),
        attempts=[_attempt(each) for each in listed.made],
    )


def host_of(listed: Listed, event: Event | None, endpoints: Mapping[str, Endpoint], key_ring: KeyRing) -> str | None:
    """Where it goes; None when its endpoint is gone, or a key is that opens the URL."""
    endpoint_id = listed.delivery.endpoint_id
    try:
        if endpoint_id is not None:
            endpoint = endpoints.get(endpoint_id)
            return read_url(endpoint.url(key_ring)).host if endpoint else None
        return read_url(job_webhook(event, key_ring).url).host if event else None
    except (UndecipherablePayload, ValueError):
        return None


def _attempt(attempt: Attempt) -> AttemptView:
    return AttemptView(
        at=rfc3339(attempt.sent_ms) or "",
        duration_ms=attempt.duration_ms,
        status=attempt.status,
        reason=attempt.reason,
    )
