"""GET /v1/jobs/{id}/input: what a job was made of, where its client asked to keep it."""

from collections.abc import AsyncIterator
from typing import Final

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, Field

from gateway.audit.noting import Audit
from gateway.dependencies import Client, Context
from gateway.find import JobId, find_job
from gateway.problem_responses import header, problems
from gateway.services import Services
from gateway.submission import OPTIONS
from shared.audit import Action
from shared.cipher import Field as Sealed
from shared.cipher import JobCipher
from shared.errors import (
    InputNotKept,
    InvalidRequest,
    JobErased,
    JobNotFound,
    StoreUnavailable,
    UndecipherablePayload,
    problem_uri,
)
from shared.files import FileKind
from shared.jobs.job import Job
from shared.jobs.payload import Document, Payload, UploadedFile
from shared.jobs.reads import read_parts, read_piece

router = APIRouter(prefix="/v1/jobs", tags=["results"])

_PRIVATE: Final = {"Cache-Control": "no-store"}
#: Parts that are read in one round trip: about 1 MB.
_AT_ONCE: Final = 30


class InputDocument(BaseModel):
    """As it was sent."""

    custom_id: str | None
    text: str = Field(description="Empty where the text could not be processed: such a text is not kept.")
    language: str | None = Field(description="null: the job's own.")
    problem: str | None = Field(description="Problem type of a document that could not be processed.")


class Input(BaseModel):
    job_id: str
    documents: list[InputDocument] = Field(description="In the order in which they were sent.")


@router.get(
    "/{job_id}/input",
    response_model=Input,
    summary="What was sent",
    description="For a job that was sent with `keep_input`: its documents, or its file, byte for byte.",
    responses={
        200: {
            "content": {
                kind.media_type: {"schema": {"type": "string", "format": "binary"}}
                for kind in FileKind
                if kind is not FileKind.JSON
            },
            "headers": {"Content-Disposition": header('Of a file: `attachment; filename="input.csv"`.')},
        },
        **problems(InvalidRequest, JobNotFound, JobErased, InputNotKept, StoreUnavailable, UndecipherablePayload),
    },
)
async def get_input(job_id: JobId, services: Context, client: Client, auditor: Audit) -> Response:
    await services.store.run(auditor.asked(Action.READ_INPUT, job_id))
    job = await find_job(job_id, client, services)
    if b"keep_input" not in job.fields:
        raise InputNotKept
    cipher = services.key_ring.job(job.client, job.id, job.wrapped_key)
    first, options = await services.store.run(read_parts("payload", job_id, ("0", OPTIONS)))
    if job.is_file:
        file = _opened(options, OPTIONS, cipher).file
        if file is None:
            raise InputNotKept
        return await _file(job, file, cipher, services)
    documents = list(_opened(first, "0", cipher).documents)
    for start in range(1, job.parts, _AT_ONCE):
        parts = [str(part) for part in range(start, min(start + _AT_ONCE, job.parts))]
        boxes = await services.store.run(read_parts("payload", job_id, parts))
        for part, box in zip(parts, boxes, strict=True):
            documents += _opened(box, part, cipher).documents
    documents.sort(key=lambda document: document.index)
    shown = Input(job_id=job_id, documents=[_shown(document) for document in documents])
    return JSONResponse(shown.model_dump(mode="json"), headers=_PRIVATE)


def _opened(box: bytes | None, part: str, cipher: JobCipher) -> Payload:
    if box is None:
        raise InputNotKept
    return Payload.model_validate_json(cipher.open(Sealed.PAYLOAD, box, part))


def _shown(document: Document) -> InputDocument:
    problem = problem_uri(document.problem) if document.problem else None
    return InputDocument(custom_id=document.custom_id, text=document.text, language=document.language, problem=problem)


async def _file(job: Job, file: UploadedFile, cipher: JobCipher, services: Services) -> Response:
    first = await services.store.run(read_piece("file", job.id, 0))
    if first is None and file.pieces:
        raise InputNotKept

    async def pieces() -> AsyncIterator[bytes]:
        for number in range(file.pieces):
            box = await services.store.run(read_piece("file", job.id, number))
            if box is None:
                return
            yield cipher.open(Sealed.FILE, box, str(number))

    headers = {
        **_PRIVATE,
        "Content-Disposition": f'attachment; filename="input.{file.kind}"',
        "Content-Length": str(file.size_bytes),
        # As a header: a media type would be given a charset, and the file keeps its own.
        "Content-Type": file.kind.media_type,
    }
    return StreamingResponse(pieces(), headers=headers)
