"""Jobs that end and endpoints that wait for it, made straight in the store: no model, no gateway."""

import secrets
from collections.abc import Callable
from typing import Any

from shared.address_guard import policy_of
from shared.cipher import Field, KeyRing
from shared.jobs.script import Command
from shared.jobs.states import State
from shared.jobs.transitions import NewJob, claim, finish, submit
from shared.settings import Settings
from shared.webhooks import secrets as webhook_secrets
from shared.webhooks.endpoints import Endpoint, put_endpoint, seal_url
from shared.webhooks.events import ALL_EVENTS, EventType, joined
from shared.webhooks.job_webhook import JobWebhook, record_fields

Run = Callable[[Command[Any]], Any]
CLIENT = "client"
DAY_MS = 86_400_000
#: Any host and port of this machine.
SETTINGS = Settings(webhook_allowed_hosts=("127.0.0.1",))


def add_endpoint(
    run: Run,
    key_ring: KeyRing,
    endpoint_id: str = "crm",
    *,
    url: str = "http://127.0.0.1:1/hook",
    client: str = CLIENT,
    events: tuple[EventType, ...] = ALL_EVENTS,
) -> tuple[Endpoint, str]:
    """The endpoint and its secret as its client was shown it."""
    secret = webhook_secrets.new_secret()
    put = run(
        put_endpoint(
            client,
            endpoint_id,
            url_box=seal_url(key_ring, client, endpoint_id, url),
            events=joined(events),
            secret_box=webhook_secrets.seal(key_ring, client, endpoint_id, secret),
        )
    )
    return put.endpoint, webhook_secrets.shown(secret)


def end_job(
    run: Run,
    key_ring: KeyRing,
    state: State = State.SUCCEEDED,
    *,
    client: str = CLIENT,
    webhook: JobWebhook | None = None,
    metadata: bytes | None = None,
    problem: str | None = None,
) -> str:
    """The id of a job that has just ended."""
    job_id = f"job_{secrets.token_hex(16)}"
    cipher, wrapped_key = key_ring.new_job(client, job_id)
    fields: dict[str, Any] = {}
    if webhook is not None:
        fields |= record_fields(webhook, policy_of(SETTINGS), cipher, key_ring)
    if metadata is not None:
        fields["metadata"] = cipher.seal(Field.METADATA, metadata)
    new = NewJob(job_id, client, "en_sm", 10, 1, wrapped_key, b"payload", fields=fields)
    run(submit(new, max_hints=0, hint_lost_ms=1, max_queued_ms=DAY_MS, max_depth=1_000_000))
    _, (claimed,) = run(
        claim(
            ["en_sm"],
            hint_lane="en_sm",
            hint="",
            worker="w",
            node="n",
            lease_ms=60_000,
            max_jobs=1,
            max_characters=100,
            retention_ms=DAY_MS,
            long_characters=1_000,
            max_long=1,
        )
    )
    succeeded = int(state is State.SUCCEEDED)
    run(
        finish(
            claimed.unit,
            claimed.token,
            state,
            succeeded=succeeded,
            failed=1 - succeeded,
            problem=problem,
            page=b"page",
            retention_ms=DAY_MS,
        )
    )
    return job_id
