"""A client's webhook endpoints and secrets, and the keys that verify what is sent."""

import base64
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Path, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from gateway.audit.noting import Audit
from gateway.dependencies import Client, Context
from gateway.problem_responses import LOCATION, problems
from gateway.services import Services
from gateway.webhook_view import (
    EndpointsView,
    EndpointView,
    KeysView,
    KeyView,
    NewEndpointView,
    SecretView,
    endpoint_fields,
)
from shared.address_guard import check_url, policy_of
from shared.audit import Action
from shared.clock import rfc3339
from shared.errors import (
    InvalidRequest,
    StoreUnavailable,
    TooManyWebhookEndpoints,
    UndecipherablePayload,
    WebhookEndpointNotFound,
    WebhookUrlRefused,
)
from shared.jobs.script import Command
from shared.signing import SigningKind, public_keys
from shared.webhooks import secrets
from shared.webhooks.endpoints import (
    Endpoint,
    delete_endpoint,
    disable_endpoint,
    enable_endpoint,
    list_endpoints,
    put_endpoint,
    read_endpoint,
    rotate_endpoint_secret,
    seal_url,
)
from shared.webhooks.events import ALL_EVENTS, Events, Url, joined

router = APIRouter(prefix="/v1", tags=["webhooks"])

EndpointId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="A name that you choose.")]
_NO_STORE: Final = {"Cache-Control": "no-store"}


class EndpointRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    url: Url
    events: Events = ALL_EVENTS


_EXAMPLES: Final[Any] = {
    "All events": {"value": {"url": "https://hooks.example.com/anonymized"}},
    "Some": {"value": {"url": "https://hooks.example.com:8443/failed", "events": ["job.failed", "job.expired"]}},
}


@router.put(
    "/webhook-endpoints/{endpoint_id}",
    response_model=EndpointView,
    summary="Make an endpoint, or change its URL and events",
    responses={
        201: {"model": NewEndpointView, "description": "Made, with its secret.", "headers": LOCATION},
        **problems(InvalidRequest, WebhookUrlRefused, TooManyWebhookEndpoints, StoreUnavailable, UndecipherablePayload),
    },
)
async def put(
    endpoint_id: EndpointId,
    request: Annotated[EndpointRequest, Body(openapi_examples=_EXAMPLES)],
    services: Context,
    client: Client,
    auditor: Audit,
) -> Response:
    """An endpoint keeps its secret when it is changed, and stays disabled when it is."""
    check_url(request.url, policy_of(services.settings), pointer="/url")
    secret = secrets.new_secret()
    command = put_endpoint(
        client,
        endpoint_id,
        url_box=seal_url(services.key_ring, client, endpoint_id, request.url),
        events=joined(request.events),
        secret_box=secrets.seal(services.key_ring, client, endpoint_id, secret),
    )
    done = await services.store.run(auditor.noted(command, Action.PUT_ENDPOINT))
    if not done.is_new:
        return _answer(done.endpoint, services)
    seen = endpoint_fields(done.endpoint, services.key_ring)
    new = NewEndpointView.model_validate({**seen, "secret": secrets.shown(secret)})
    location = {"Location": f"/v1/webhook-endpoints/{endpoint_id}"}
    return JSONResponse(new.model_dump(mode="json"), 201, headers={**_NO_STORE, **location})


@router.get(
    "/webhook-endpoints",
    response_model=EndpointsView,
    summary="Your endpoints",
    responses=problems(StoreUnavailable, UndecipherablePayload),
)
async def get_all(services: Context, client: Client) -> Response:
    endpoints = await services.store.run(list_endpoints(client))
    views = [EndpointView.model_validate(endpoint_fields(each, services.key_ring)) for each in endpoints]
    return JSONResponse(EndpointsView(endpoints=views).model_dump(mode="json"), headers=_NO_STORE)


@router.get(
    "/webhook-endpoints/{endpoint_id}",
    response_model=EndpointView,
    summary="An endpoint: whether it is enabled, or why not and since when",
    responses=problems(InvalidRequest, WebhookEndpointNotFound, StoreUnavailable, UndecipherablePayload),
)
async def get(endpoint_id: EndpointId, services: Context, client: Client) -> Response:
    return _answer(await _found(read_endpoint(client, endpoint_id), services), services)


@router.delete(
    "/webhook-endpoints/{endpoint_id}",
    status_code=204,
    summary="Delete an endpoint; what waits for it is given up",
    responses=problems(InvalidRequest, WebhookEndpointNotFound, StoreUnavailable),
)
async def delete(endpoint_id: EndpointId, services: Context, client: Client, auditor: Audit) -> Response:
    command = auditor.noted(delete_endpoint(client, endpoint_id), Action.DELETE_ENDPOINT)
    if not await services.store.run(command):
        raise WebhookEndpointNotFound
    return Response(status_code=204, headers=_NO_STORE)


@router.post(
    "/webhook-endpoints/{endpoint_id}/enable",
    response_model=EndpointView,
    summary="Enable an endpoint",
    responses=problems(InvalidRequest, WebhookEndpointNotFound, StoreUnavailable, UndecipherablePayload),
)
async def enable(endpoint_id: EndpointId, services: Context, client: Client, auditor: Audit) -> Response:
    command = auditor.noted(enable_endpoint(client, endpoint_id), Action.ENABLE_ENDPOINT)
    return _answer(await _found(command, services), services)


@router.post(
    "/webhook-endpoints/{endpoint_id}/disable",
    response_model=EndpointView,
    summary="Disable an endpoint; what waits for it is given up",
    responses=problems(InvalidRequest, WebhookEndpointNotFound, StoreUnavailable, UndecipherablePayload),
)
async def disable(endpoint_id: EndpointId, services: Context, client: Client, auditor: Audit) -> Response:
    command = auditor.noted(disable_endpoint(client, endpoint_id), Action.DISABLE_ENDPOINT)
    return _answer(await _found(command, services), services)


@router.post(
    "/webhook-endpoints/{endpoint_id}/rotate",
    response_model=SecretView,
    summary="A new secret; the old one signs beside it for 24 h",
    responses=problems(InvalidRequest, WebhookEndpointNotFound, StoreUnavailable),
)
async def rotate(endpoint_id: EndpointId, services: Context, client: Client, auditor: Audit) -> Response:
    secret = secrets.new_secret()
    box = secrets.seal(services.key_ring, client, endpoint_id, secret)
    command = auditor.noted(rotate_endpoint_secret(client, endpoint_id, box), Action.ROTATE_SECRET)
    endpoint = await _found(command, services)
    return _secret(secret, endpoint.old_secret_until_ms, status=200)


@router.post(
    "/webhook-secret",
    status_code=201,
    response_model=SecretView,
    summary="A new secret for jobs' own webhooks; the old one signs beside it for 24 h",
    responses=problems(StoreUnavailable),
)
async def make_secret(services: Context, client: Client, auditor: Audit) -> Response:
    secret = secrets.new_secret()
    box = secrets.seal(services.key_ring, client, secrets.CLIENT, secret)
    command = secrets.rotate_client_secret(client, box)
    record = await services.store.run(auditor.noted(command, Action.ROTATE_SECRET))
    until = record.get(b"old_secret_until_ms")
    return _secret(secret, int(until) if until else None, status=201)


@router.get(
    "/webhook-keys",
    response_model=KeysView,
    summary="Public keys that verify `v1a` signatures, and receipts",
    responses=problems(),
)
async def get_keys(services: Context) -> KeysView:
    """Any one of them verifies: each webhook is signed with all."""
    return KeysView(keys=_public(services, SigningKind.WEBHOOK), receipt_keys=_public(services, SigningKind.RECEIPT))


def _public(services: Services, kind: SigningKind) -> list[KeyView]:
    keys = public_keys(services.key_ring, kind)
    return [KeyView(id=key.id, key=f"whpk_{base64.b64encode(key.raw).decode()}") for key in keys]


async def _found(command: Command[Endpoint | None], services: Services) -> Endpoint:
    endpoint = await services.store.run(command)
    if endpoint is None:
        raise WebhookEndpointNotFound
    return endpoint


def _answer(endpoint: Endpoint, services: Services) -> Response:
    view = EndpointView.model_validate(endpoint_fields(endpoint, services.key_ring))
    return JSONResponse(view.model_dump(mode="json"), headers=_NO_STORE)


def _secret(secret: bytes, old_until_ms: int | None, *, status: int) -> Response:
    view = SecretView(secret=secrets.shown(secret), old_secret_valid_until=rfc3339(old_until_ms))
    return JSONResponse(view.model_dump(mode="json"), status, headers=_NO_STORE)
