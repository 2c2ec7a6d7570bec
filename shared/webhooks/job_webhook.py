"""A job's own webhook: where its end is to be told."""

import hmac
from hashlib import sha256
from typing import Final

from pydantic import BaseModel, ConfigDict

from shared.address_guard import Target, WebhookPolicy, check_url
from shared.cipher import Field, JobCipher, KeyRing
from shared.webhooks.events import ALL_EVENTS, Event, Events, Url, joined

#: Enough that two hosts of one client never meet.
_DIGEST_HEX_DIGITS: Final = 24


class JobWebhook(BaseModel):
    """Where to tell of one job's end; signed with the client's own secret."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Url
    events: Events = ALL_EVENTS


def record_fields(
    webhook: JobWebhook, policy: WebhookPolicy, cipher: JobCipher, key_ring: KeyRing
) -> dict[str, str | bytes]:
    """The fields of a job's record that have its end told: `webhook` sealed, `webhook_events`, `webhook_target`.

    Raises WebhookUrlRefused.
    """
    target = check_url(webhook.url, policy)
    return {
        "webhook": cipher.seal(Field.WEBHOOK, webhook.model_dump_json().encode()),
        "webhook_events": joined(webhook.events),
        "webhook_target": _digest(target, cipher.client, key_ring),
    }


def job_webhook(event: Event, key_ring: KeyRing) -> JobWebhook:
    """The job's own webhook. Raises UndecipherablePayload, ValueError when the event has none."""
    if event.webhook_box is None or event.wrapped_key is None:
        raise ValueError("the event has no webhook of its own")
    cipher = key_ring.job(event.client, event.id, event.wrapped_key)
    return JobWebhook.model_validate_json(cipher.open(Field.WEBHOOK, event.webhook_box))


def _digest(target: Target, client: str, key_ring: KeyRing) -> str:
    """Tells a client's hosts apart without naming them: each waits for its own answers alone."""
    place = f"webhook target\0{client}\0{target.host}:{target.port}".encode()
    return hmac.new(key_ring.keys[0], place, sha256).hexdigest()[:_DIGEST_HEX_DIGITS]
