"""/v1/templates: options of the engine, kept under a name, for jobs that name it in `options.template`."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Path, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from gateway.dependencies import Client, Context
from gateway.problem_responses import LOCATION, problems
from gateway.templates import keep
from shared.clock import rfc3339
from shared.errors import (
    BodyTooLarge,
    InvalidRequest,
    StoreUnavailable,
    TemplateNotFound,
    TooManyTemplates,
    UndecipherablePayload,
)
from shared.options import Options
from shared.templates import delete_template, list_templates, read_template

router = APIRouter(prefix="/v1/templates", tags=["templates"])

Name = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.-]{1,64}$", description="A name that you choose.")]
_NO_STORE: Final = {"Cache-Control": "no-store"}


class TemplateView(BaseModel):
    name: str
    options: Options = Field(description="What you set; the defaults are not kept.")
    updated_at: str


class TemplateEntry(BaseModel):
    name: str
    updated_at: str


class TemplatesView(BaseModel):
    """Without the options, which may be long: GET each."""

    templates: list[TemplateEntry]


_EXAMPLES: Final[Any] = {
    "Pseudonyms for names, dates by year": {
        "value": {
            "operators": {"PERSON": {"name": "pseudonym"}, "DATE_TIME": {"name": "generalize", "date_to": "year"}}
        }
    },
    "Codes of your own": {
        "value": {
            "recognizers": [{"type": "TICKET", "pattern": "\\bTKT-[0-9]{6}\\b", "context": ["ticket"]}],
            "operators": {"default": {"name": "encrypt"}},
        }
    },
}


@router.put(
    "/{name}",
    response_model=TemplateView,
    summary="Keep options under a name",
    responses={
        201: {"model": TemplateView, "description": "It is new.", "headers": LOCATION},
        **problems(InvalidRequest, BodyTooLarge, TooManyTemplates, StoreUnavailable),
    },
)
async def put(
    name: Name, options: Annotated[Options, Body(openapi_examples=_EXAMPLES)], services: Context, client: Client
) -> Response:
    done = await keep(options, name, client, services)
    location = {"Location": f"/v1/templates/{name}"} if done.is_new else {}
    shown = options.model_dump(mode="json", exclude_unset=True)
    return _answer(name, shown, done.updated_ms, status=201 if done.is_new else 200, headers=location)


@router.get("", response_model=TemplatesView, summary="Your templates", responses=problems(StoreUnavailable))
async def get_all(services: Context, client: Client) -> Response:
    listed = await services.store.run(list_templates(client))
    entries = [TemplateEntry(name=name, updated_at=rfc3339(moment) or "") for name, moment in listed]
    return JSONResponse(TemplatesView(templates=entries).model_dump(mode="json"), headers=_NO_STORE)


@router.get(
    "/{name}",
    response_model=TemplateView,
    summary="A template",
    responses=problems(InvalidRequest, TemplateNotFound, StoreUnavailable, UndecipherablePayload),
)
async def get(name: Name, services: Context, client: Client) -> Response:
    template = await services.store.run(read_template(client, name))
    if template is None:
        raise TemplateNotFound
    return _answer(name, template.options(services.key_ring), template.updated_ms, status=200, headers={})


@router.delete(
    "/{name}",
    status_code=204,
    summary="Delete a template; jobs that were submitted with it go on",
    responses=problems(InvalidRequest, TemplateNotFound, StoreUnavailable),
)
async def delete(name: Name, services: Context, client: Client) -> Response:
    if not await services.store.run(delete_template(client, name)):
        raise TemplateNotFound
    return Response(status_code=204, headers=_NO_STORE)


def _answer(name: str, options: dict[str, Any], updated_ms: int, *, status: int, headers: dict[str, str]) -> Response:
    body = {"name": name, "options": options, "updated_at": rfc3339(updated_ms)}
    return JSONResponse(body, status, headers={**_NO_STORE, **headers})
