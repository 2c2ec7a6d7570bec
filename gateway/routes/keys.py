"""/v1/keys and /v1/clients: who may do what, and how much. All of it needs the scope `admin`."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from gateway.access.api_key import Pepper
from gateway.access.issue import issue, reissue
from gateway.access.key_views import (
    CLIENT_NAME,
    ClientName,
    KeyId,
    KeyRequest,
    KeysView,
    KeyView,
    Limits,
    NewKeyView,
    RotateRequest,
    client_limits,
    key_fields,
    limits_view,
)
from gateway.audit.noting import Audit
from gateway.dependencies import Context
from gateway.problem_responses import LOCATION, problems
from gateway.services import Services
from shared.api_keys import ApiKey, ClientLimits, list_keys, put_limits, read_key, read_limits, revoke_key
from shared.audit import Action
from shared.errors import InvalidRequest, KeyNotFound, KeysNotInUse, StoreUnavailable

router = APIRouter(prefix="/v1", tags=["keys"])

_NO_STORE: Final = {"Cache-Control": "no-store"}
_PROBLEMS: Final = (InvalidRequest, KeysNotInUse, StoreUnavailable)
_A_DAY: Final = RotateRequest()
_EXAMPLES: Final[Any] = {
    "One that submits and reads": {"value": {"client": "crm", "scopes": ["jobs:write", "jobs:read"]}},
    "One for an operator, until the end of the year": {
        "value": {"client": "operations", "scopes": ["admin"], "name": "on call", "expires_at": "2099-12-31T23:59:59Z"}
    },
}

_ROTATIONS: Final[Any] = {"The old secret counts for an hour": {"value": {"overlap_s": 3600}}}
_LIMITS: Final[Any] = {"Ten requests a second, 100 jobs at once": {"value": {"rate_per_s": 10, "max_jobs": 100}}}


@router.post(
    "/keys",
    status_code=201,
    response_model=NewKeyView,
    summary="Make a key; it is shown this once",
    responses={201: {"headers": LOCATION}, **problems(*_PROBLEMS)},
)
async def post(
    request: Annotated[KeyRequest, Body(openapi_examples=_EXAMPLES)], services: Context, auditor: Audit
) -> Response:
    issued = issue(request, _pepper(services))
    key = await services.store.run(auditor.noted(issued.command, Action.MAKE_KEY, issued.key_id))
    view = NewKeyView.model_validate({**key_fields(key), "key": issued.shown})
    return _answer(view, status=201, headers={"Location": f"/v1/keys/{key.id}"})


@router.get("/keys", response_model=KeysView, summary="Keys, without their secrets", responses=problems(*_PROBLEMS))
async def get_all(
    services: Context,
    client: Annotated[str | None, Query(pattern=CLIENT_NAME, description="Of this client alone.")] = None,
) -> Response:
    _pepper(services)
    found = await services.store.run(list_keys())
    return _answer(KeysView(keys=[_view(key) for key in found if client in (None, key.client)]))


@router.get("/keys/{key_id}", response_model=KeyView, summary="A key", responses=problems(*_PROBLEMS, KeyNotFound))
async def get(key_id: KeyId, services: Context) -> Response:
    """One that was revoked is in the list alone."""
    _pepper(services)
    key = await services.store.run(read_key(key_id))
    if key.revoked_ms is not None:
        raise KeyNotFound
    return _answer(_view(key))


@router.post(
    "/keys/{key_id}/rotate",
    response_model=NewKeyView,
    summary="A new secret; the old one counts beside it for a day, or as long as you say",
    responses=problems(*_PROBLEMS, KeyNotFound),
)
async def rotate(
    key_id: KeyId,
    services: Context,
    auditor: Audit,
    request: Annotated[RotateRequest, Body(openapi_examples=_ROTATIONS)] = _A_DAY,
) -> Response:
    issued = reissue(key_id, _pepper(services), overlap_s=request.overlap_s)
    key = await services.store.run(auditor.noted(issued.command, Action.ROTATE_KEY, key_id))
    return _answer(NewKeyView.model_validate({**key_fields(key), "key": issued.shown}))


@router.delete(
    "/keys/{key_id}",
    response_model=KeyView,
    summary="Revoke a key: from the next request on it counts no more",
    responses=problems(*_PROBLEMS, KeyNotFound),
)
async def delete(key_id: KeyId, services: Context, auditor: Audit) -> Response:
    _pepper(services)
    return _answer(_view(await services.store.run(auditor.noted(revoke_key(key_id), Action.REVOKE_KEY, key_id))))


@router.get(
    "/clients/{client}/limits",
    response_model=Limits,
    summary="A client's own limits",
    responses=problems(*_PROBLEMS),
)
async def get_limits(client: ClientName, services: Context) -> Response:
    _pepper(services)
    return _answer(limits_view(await services.store.run(read_limits(client))))


@router.put(
    "/clients/{client}/limits",
    response_model=Limits,
    summary="Set a client's own limits; those that are not named are the service's",
    responses=problems(*_PROBLEMS),
)
async def set_limits(
    client: ClientName,
    limits: Annotated[Limits, Body(openapi_examples=_LIMITS)],
    services: Context,
    auditor: Audit,
) -> Response:
    _pepper(services)
    command = put_limits(client, client_limits(limits))
    await services.store.run(auditor.noted(command, Action.CHANGE_LIMITS, client))
    return _answer(limits)


@router.delete(
    "/clients/{client}/limits",
    status_code=204,
    summary="The service's limits again",
    responses=problems(*_PROBLEMS),
)
async def delete_limits(client: ClientName, services: Context, auditor: Audit) -> Response:
    _pepper(services)
    await services.store.run(auditor.noted(put_limits(client, ClientLimits()), Action.CHANGE_LIMITS, client))
    return Response(status_code=204, headers=_NO_STORE)


def _pepper(services: Services) -> Pepper:
    """Raises KeysNotInUse: where everybody is let in, nobody should make a key that stays when they no longer are."""
    if services.pepper is None:
        raise KeysNotInUse
    return services.pepper


def _view(key: ApiKey) -> KeyView:
    return KeyView.model_validate(key_fields(key))


def _answer(body: BaseModel, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse(body.model_dump(mode="json"), status, headers={**_NO_STORE, **(headers or {})})
