"""POST /v1/deanonymize: the originals back from the tokens of the `encrypt` operator."""

import json
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.concurrency import run_in_threadpool

from gateway.admission import check_text
from gateway.audit.noting import Audit
from gateway.dependencies import Client, Context
from gateway.problem_responses import problems
from gateway.services import Services
from shared.audit import Action
from shared.errors import (
    BodyTooLarge,
    FieldError,
    InvalidRequest,
    InvalidText,
    ServiceError,
    StoreUnavailable,
    TextTooLong,
    TokenInvalid,
    TokenKeyUnknown,
    TooManyDocuments,
    problem_uri,
)
from shared.jobs.view import FieldProblem, ProblemView
from shared.settings import Settings
from shared.tokens import DecryptionKeys, deanonymize

router = APIRouter(prefix="/v1/deanonymize", tags=["deanonymize"])


class TokenDocument(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str
    custom_id: str | None = Field(default=None, max_length=200, description="Given back with the text.")


class DeanonymizeRequest(BaseModel):
    """Either `text` or `documents`."""

    model_config = ConfigDict(extra="forbid")

    text: str | None = None
    documents: tuple[TokenDocument, ...] | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _has_one_of_two(self) -> "DeanonymizeRequest":
        if (self.text is None) == (self.documents is None):
            raise ValueError("Send either text or documents.")
        return self


class OriginalText(BaseModel):
    text: str


class OriginalDocument(BaseModel):
    index: int
    custom_id: str | None
    text: str | None = Field(description="Null where there is a problem.")
    problem: ProblemView | None


class OriginalDocuments(BaseModel):
    documents: list[OriginalDocument]


_EXAMPLES: Final[Any] = {
    "A text": {"value": {"text": "What is no token, as <PERSON> or <DATE_TIME_1>, stays."}},
    "Documents, one with a token of somebody else": {
        "value": {
            "documents": [
                {"custom_id": "a", "text": "Nothing is hidden here."},
                {"custom_id": "b", "text": "Dear <PERSON:siv:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA>,"},
            ]
        }
    },
}


@router.post(
    "",
    response_model=OriginalText | OriginalDocuments,
    summary="The originals back from `encrypt` tokens",
    responses=problems(
        InvalidRequest,
        InvalidText,
        TokenInvalid,
        TokenKeyUnknown,
        BodyTooLarge,
        TextTooLong,
        TooManyDocuments,
        StoreUnavailable,
    ),
)
async def post_deanonymize(
    request: Annotated[DeanonymizeRequest, Body(openapi_examples=_EXAMPLES)],
    services: Context,
    client: Client,
    auditor: Audit,
) -> Response:
    # Before it is done: nothing is given back that is not noted.
    await services.store.run(auditor.done(Action.DEANONYMIZE, count=len(request.documents or (request.text,))))
    # It computes, and the event loop belongs to those that wait.
    return await run_in_threadpool(_answered, request, client, services)


def _answered(request: DeanonymizeRequest, client: str, services: Services) -> Response:
    settings = services.settings
    keys = DecryptionKeys.for_client(services.key_ring.keys, client)
    if request.text is not None:
        return _answer(OriginalText(text=_original(request.text, "/text", keys, settings)))
    documents = request.documents or ()
    if len(documents) > settings.max_documents:
        raise TooManyDocuments(f"There are {len(documents)} documents, {settings.max_documents} are allowed.")
    found = [_original_document(index, each, keys, settings) for index, each in enumerate(documents)]
    return _answer(OriginalDocuments(documents=found))


def _original(text: str, pointer: str, keys: DecryptionKeys, settings: Settings) -> str:
    try:
        original = deanonymize(text, keys)
    except (TokenInvalid, TokenKeyUnknown) as error:
        raise type(error)(error.detail, errors=(FieldError(pointer, error.detail),)) from None
    # Not before: with tokens, a text of the greatest length is longer.
    check_text(original, settings, pointer)
    return original


def _original_document(
    index: int, document: TokenDocument, keys: DecryptionKeys, settings: Settings
) -> OriginalDocument:
    text, problem = None, None
    try:
        text = _original(document.text, f"/documents/{index}/text", keys, settings)
    except ServiceError as error:
        errors = [FieldProblem(pointer=each.pointer, detail=each.detail) for each in error.errors]
        problem = ProblemView(type=problem_uri(error.problem), title=error.title, detail=error.detail, errors=errors)
    return OriginalDocument(index=index, custom_id=document.custom_id, text=text, problem=problem)


def _answer(body: BaseModel) -> Response:
    # As ASCII: JSON's escapes can spell a lone surrogate in a custom_id, and UTF-8 cannot.
    plain = json.dumps(body.model_dump())
    return Response(plain, media_type="application/json", headers={"Cache-Control": "no-store"})
