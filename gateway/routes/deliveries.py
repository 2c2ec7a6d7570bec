"""Deliveries of webhooks: looked at, pinged, made again."""

import secrets
from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Path, Response
from fastapi.responses import JSONResponse

from gateway.audit.noting import Audit
from gateway.dependencies import Client, Context
from gateway.find import JobId, find_job, is_job_id
from gateway.problem_responses import problems
from gateway.routes.webhooks import EndpointId
from gateway.services import Services
from gateway.webhook_view import DeliveriesView, DeliveryView, delivery_view, host_of
from shared.audit import Action
from shared.errors import (
    DeliveryNotFound,
    InvalidRequest,
    JobErased,
    JobNotFound,
    StoreUnavailable,
    WebhookEndpointDisabled,
    WebhookEndpointNotFound,
)
from shared.webhooks.deliveries import (
    Listed,
    list_deliveries,
    list_endpoint_deliveries,
    ping_endpoint,
    redeliver,
)
from shared.webhooks.endpoints import list_endpoints, read_endpoint
from shared.webhooks.events import Event

router = APIRouter(prefix="/v1", tags=["webhooks"])

DeliveryId = Annotated[str, Path(max_length=200, description="Its webhook-id.")]
_NO_STORE: Final = {"Cache-Control": "no-store"}
#: The latest of an endpoint.
_MOST_LISTED: Final = 100


@router.get(
    "/jobs/{job_id}/deliveries",
    response_model=DeliveriesView,
    summary="A job's webhooks, each with its attempts",
    responses=problems(InvalidRequest, JobNotFound, JobErased, StoreUnavailable),
)
async def of_job(job_id: JobId, services: Context, client: Client) -> Response:
    """Kept for longer than the job; empty until it ends."""
    event, listed = await _of_job(job_id, client, services)
    return await _answer(event, listed, client, services)


@router.post(
    "/jobs/{job_id}/deliveries/{delivery_id}/redeliver",
    status_code=202,
    response_model=DeliveryView,
    summary="Deliver again, under the same webhook-id",
    responses=problems(
        InvalidRequest, JobNotFound, JobErased, DeliveryNotFound, WebhookEndpointDisabled, StoreUnavailable
    ),
)
async def make_again(
    job_id: JobId, delivery_id: DeliveryId, services: Context, client: Client, auditor: Audit
) -> Response:
    """Now, and with the whole schedule if that fails. One that is being sent stays so."""
    await _of_job(job_id, client, services)
    retention_ms = int(services.settings.delivery_retention_s * 1000)
    command = redeliver(client, job_id, delivery_id, retention_ms=retention_ms)
    await services.store.run(auditor.noted(command, Action.REDELIVER, job_id))
    return await _accepted(job_id, delivery_id, client, services)


@router.get(
    "/webhook-endpoints/{endpoint_id}/deliveries",
    response_model=DeliveriesView,
    summary="An endpoint's latest webhooks, each with its attempts, newest first",
    responses=problems(InvalidRequest, WebhookEndpointNotFound, StoreUnavailable),
)
async def of_endpoint(endpoint_id: EndpointId, services: Context, client: Client) -> Response:
    endpoint, listed = await services.store.run_all(
        [read_endpoint(client, endpoint_id), list_endpoint_deliveries(client, endpoint_id, _MOST_LISTED)]
    )
    if endpoint is None:
        raise WebhookEndpointNotFound
    return await _answer(None, listed, client, services)


@router.post(
    "/webhook-endpoints/{endpoint_id}/ping",
    status_code=202,
    response_model=DeliveryView,
    summary="Send a test event",
    responses=problems(InvalidRequest, WebhookEndpointNotFound, WebhookEndpointDisabled, StoreUnavailable),
)
async def ping(endpoint_id: EndpointId, services: Context, client: Client) -> Response:
    """Tried once. What came of it stands among the endpoint's deliveries."""
    number = secrets.token_hex(16)
    event_id, delivery_id = f"ping_{number}", f"msg_{number}_{endpoint_id}"
    retention_ms = int(services.settings.delivery_retention_s * 1000)
    await services.store.run(ping_endpoint(client, endpoint_id, event_id, delivery_id, retention_ms=retention_ms))
    return await _accepted(event_id, delivery_id, client, services)


async def _of_job(job_id: str, client: str, services: Services) -> tuple[Event | None, tuple[Listed, ...]]:
    """Raises JobNotFound, JobErased when there is neither job nor event of the client."""
    if not is_job_id(job_id):
        # A text in its place is not even asked for: the store's slow log keeps what it was asked.
        raise JobNotFound
    event, listed = await services.store.run(list_deliveries(job_id))
    # Events of pings stand beside those of jobs.
    if event is None or event.client != client or not job_id.startswith("job_"):
        await find_job(job_id, client, services)
        return None, ()
    return event, listed


async def _accepted(event_id: str, delivery_id: str, client: str, services: Services) -> Response:
    event, listed = await services.store.run(list_deliveries(event_id))
    for view in await _views(event, listed, client, services):
        if view.id == delivery_id:
            return JSONResponse(view.model_dump(mode="json"), 202, headers=_NO_STORE)
    raise DeliveryNotFound


async def _answer(event: Event | None, listed: Sequence[Listed], client: str, services: Services) -> Response:
    view = DeliveriesView(deliveries=await _views(event, listed, client, services))
    return JSONResponse(view.model_dump(mode="json"), headers=_NO_STORE)


async def _views(event: Event | None, listed: Sequence[Listed], client: str, services: Services) -> list[DeliveryView]:
    if not listed:
        return []
    endpoints = {each.id: each for each in await services.store.run(list_endpoints(client))}
    return [delivery_view(each, host_of(each, event, endpoints, services.key_ring)) for each in listed]
