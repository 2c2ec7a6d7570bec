"""What came out of a job: the whole result, its documents line by line, the file."""

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Response
from fastapi.responses import StreamingResponse

from gateway.audit.noting import Audit, Auditor
from gateway.dependencies import Client, Context
from gateway.find import JobId, check_found, find_job, is_job_id
from gateway.problem_responses import STREAM_HEADERS, header, problems
from gateway.results import as_json, as_lines, read_end, refuse_without_result
from gateway.services import Services
from shared.audit import Action
from shared.cipher import Field
from shared.errors import (
    InvalidRequest,
    JobErased,
    JobFailed,
    JobNotFinished,
    JobNotFound,
    JobWithoutFile,
    StoreUnavailable,
    UndecipherablePayload,
)
from shared.files import FileKind
from shared.jobs.payload import Result
from shared.jobs.reads import read_piece

router = APIRouter(prefix="/v1/jobs", tags=["results"])

LINES: Final = "application/x-ndjson"
_PRIVATE: Final = {"Cache-Control": "no-store"}
_FILE_HEADERS: Final = {
    "Content-Disposition": header(
        '`attachment; filename="anonymized.csv"`: the ending is that of the kind of file that was sent.',
        is_always_there=True,
    )
}
_LINE: Final = '{"index":0,"custom_id":"a","state":"succeeded","anonymized_text":"<PERSON>",...}\n'
_PROBLEMS: Final = (InvalidRequest, JobNotFound, JobErased, JobNotFinished, JobFailed, StoreUnavailable)


@router.get(
    "/{job_id}/result",
    response_model=Result,
    summary="What came out",
    responses={
        200: {
            "description": "Streamed. As JSON lines (`Accept: application/x-ndjson`) also while the job runs: a line a "
            "document, in order, as soon as it is there.",
            "content": {LINES: {"schema": {"type": "string"}, "example": _LINE}},
            "headers": STREAM_HEADERS,
        },
        **problems(*_PROBLEMS, UndecipherablePayload),
    },
)
async def get_result(
    job_id: JobId,
    services: Context,
    client: Client,
    auditor: Audit,
    accept: Annotated[str, Header(max_length=1_000, include_in_schema=False)] = "*/*",
) -> Response:
    if LINES in accept.lower():
        return await _lines(job_id, client, auditor, services)
    asked = auditor.asked(Action.READ_RESULT, job_id)
    if not is_job_id(job_id):
        # A text in its place is not even asked for: the store's slow log keeps what it was asked.
        await services.store.run(asked)
        raise JobNotFound
    found, first = await read_end(job_id, services.store, asked)
    job = await check_found(found, job_id, client, services)
    if first is None or not job.is_terminal:
        refuse_without_result(job)
        raise JobNotFinished
    cipher = services.key_ring.job(job.client, job.id, job.wrapped_key)
    if job.parts == 1:
        documents = cipher.open(Field.RESULT, first).replace(b"\n", b",")
        body = b'{"job_id":"%s","documents":[%s]}' % (job.id.encode(), documents)
        return Response(body, media_type="application/json", headers=_PRIVATE)
    pieces = as_json(job, first, cipher, services.store)
    return StreamingResponse(await _begun(pieces), media_type="application/json", headers=_PRIVATE)


async def _lines(job_id: str, client: str, auditor: Auditor, services: Services) -> Response:
    await services.store.run(auditor.asked(Action.READ_RESULT, job_id))
    job = await find_job(job_id, client, services)
    if job.is_terminal and (await read_end(job_id, services.store))[1] is None:
        refuse_without_result(job)
    cipher = services.key_ring.job(job.client, job.id, job.wrapped_key)

    async def lines() -> AsyncIterator[bytes]:
        async with services.wakeups.watcher(job_id) as watcher:
            async for line in as_lines(job, cipher, watcher, services.store):
                yield line

    return StreamingResponse(lines(), media_type=LINES, headers={**_PRIVATE, "X-Accel-Buffering": "no"})


async def _begun(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same, with the first pieces made already: what fails at once is an answer and no broken stream."""
    head = [await anext(pieces), await anext(pieces)]

    async def whole() -> AsyncIterator[bytes]:
        for piece in head:
            yield piece
        async for piece in pieces:
            yield piece

    return whole()


@router.get(
    "/{job_id}/file",
    summary="The file with its texts replaced",
    response_class=Response,
    responses={
        200: {
            "description": "The same kind of file as was sent.",
            "content": {kind.media_type: {"schema": {"type": "string", "format": "binary"}} for kind in FileKind},
            "headers": _FILE_HEADERS,
        },
        **problems(*_PROBLEMS, JobWithoutFile, UndecipherablePayload),
    },
)
async def get_file(job_id: JobId, services: Context, client: Client, auditor: Audit) -> Response:
    await services.store.run(auditor.asked(Action.READ_FILE, job_id))
    job = await find_job(job_id, client, services)
    if not job.is_file:
        raise JobWithoutFile
    first = await services.store.run(read_piece("output", job_id, 0))
    if first is None or not job.is_terminal:
        refuse_without_result(job)
        raise JobNotFinished
    cipher = services.key_ring.job(job.client, job.id, job.wrapped_key)
    about: dict[str, Any] = json.loads(cipher.open(Field.OUTPUT, first))

    async def pieces() -> AsyncIterator[bytes]:
        for number in range(1, about["pieces"] + 1):
            box = await services.store.run(read_piece("output", job_id, number))
            if box is None:
                return
            yield cipher.open(Field.OUTPUT, box, str(number))

    headers = {
        **_PRIVATE,
        "Content-Disposition": f'attachment; filename="{about["name"]}"',
        "Content-Length": str(about["size_bytes"]),
        # As a header: a media type would be given a charset, and the file keeps its own.
        "Content-Type": about["media_type"],
    }
    return StreamingResponse(pieces(), headers=headers)
