"""A dead letter becomes a job again: a new one of the same client, for the old one has ended, and was told as ended."""

import hashlib
from collections.abc import Mapping
from typing import Final

from gateway.audit.noting import Auditor
from gateway.find import is_job_id
from gateway.services import Services
from gateway.submission import OPTIONS, STAGED_MS, Admitted, store_job
from shared.audit import Action
from shared.cipher import Field, JobCipher
from shared.errors import DeadLetterNotFound, IdempotencyInFlight
from shared.jobs.dead_letters import REPLAY_OF, mark_replayed, read_boxes, reserve_replay
from shared.jobs.job import Job
from shared.jobs.parts import Part, cut
from shared.jobs.payload import Document, Payload
from shared.jobs.reads import drop_staged, read_job, read_piece, stage, stage_for
from shared.jobs.script import Argument
from shared.model_catalogue import BULK, model_key

#: Fields of the record that go over as they are, and those that are sealed for one job.
_KEPT: Final = ("webhook_events", "webhook_target", "keep_input", "is_file")
_SEALED: Final[Mapping[str, Field]] = {"metadata": Field.METADATA, "webhook": Field.WEBHOOK}
#: What a gateway that dies in between holds up another replay.
_RESERVED_MS: Final = 30_000


async def replay(job_id: str, auditor: Auditor, services: Services) -> Job:
    """The job that the dead letter is done again as: the same one, however often it is asked for.

    Raises DeadLetterNotFound, IdempotencyInFlight, UndecipherablePayload, and what a submit raises.
    """
    job = await services.store.run(read_job(job_id)) if is_job_id(job_id) else None
    if job is None or b"dead" not in job.fields:
        raise DeadLetterNotFound
    again = _id_of_replay(job)
    made = await services.store.run(read_job(again))
    if made is not None:
        return made
    if not await services.store.run(reserve_replay(job_id, milliseconds=_RESERVED_MS)):
        raise IdempotencyInFlight
    admitted = await _admitted(job, again, services)
    submitted = await store_job(admitted, auditor, services)
    await services.store.run(auditor.noted(mark_replayed(job_id, again), Action.REPLAY, job_id))
    return submitted.job


def _id_of_replay(job: Job) -> str:
    """Two who ask at once mean one job."""
    return "job_" + hashlib.sha256(f"replay {job.id} {job.finished_ms}".encode()).hexdigest()[:32]


async def _admitted(job: Job, again: str, services: Services) -> Admitted:
    sealed = services.key_ring.job(job.client, job.id, job.wrapped_key)
    cipher, wrapped_key = services.key_ring.new_job(job.client, again)
    payloads = await _payloads(job, sealed, services)
    shared = payloads.get(OPTIONS) or payloads["0"]
    language, _, size = job.model.partition("_")
    lane, served = await services.models.lane(language, size, fields=("language", "model_size"))
    parts: list[Part] = []
    if shared.file is not None:
        await _copy_file(job, sealed, cipher, shared.file.pieces, services)
    elif OPTIONS in payloads:
        documents = sorted(_documents(payloads), key=lambda document: document.index)
        parts = _parts(documents, lane, size, services)
    fields = _fields(job, sealed, cipher)
    if parts and b"assembles" in job.fields:
        fields["assembles"] = 1
    return Admitted(
        job_id=again,
        client=job.client,
        lane=lane + (BULK if job.lane.endswith(BULK) else ""),
        payload=shared,
        served=served,
        cipher=cipher,
        wrapped_key=wrapped_key,
        parts=tuple(parts),
        fields=fields,
    )


async def _payloads(job: Job, sealed: JobCipher, services: Services) -> dict[str, Payload]:
    boxes = await services.store.run(read_boxes("payload", job.id))
    if not boxes:
        raise DeadLetterNotFound
    return {name: Payload.model_validate_json(sealed.open(Field.PAYLOAD, box, name)) for name, box in boxes.items()}


def _documents(payloads: Mapping[str, Payload]) -> list[Document]:
    return [document for name, payload in payloads.items() if name != OPTIONS for document in payload.documents]


def _parts(documents: list[Document], lane: str, size: str, services: Services) -> list[Part]:
    settings = services.settings

    def lane_of(document: Document) -> str:
        return lane if document.language is None else model_key(document.language, size)

    return cut(documents, lane_of, max_characters=settings.part_max_chars, max_documents=settings.part_max_documents)


async def _copy_file(job: Job, sealed: JobCipher, cipher: JobCipher, pieces: int, services: Services) -> None:
    """Piece by piece: it is never whole in this process."""
    for number in range(pieces):
        box = await services.store.run(read_piece("file", job.id, number))
        if box is None:
            await services.store.run(drop_staged(cipher.job_id))
            raise DeadLetterNotFound
        again = cipher.seal(Field.FILE, sealed.open(Field.FILE, box, str(number)), str(number))
        await services.store.run(stage("file", cipher.job_id, str(number), again))
        await services.store.run(stage_for("file", cipher.job_id, STAGED_MS))


def _fields(job: Job, sealed: JobCipher, cipher: JobCipher) -> dict[str, Argument]:
    fields: dict[str, Argument] = {name: job.fields[name.encode()] for name in _KEPT if name.encode() in job.fields}
    for name, field in _SEALED.items():
        box = job.fields.get(name.encode())
        if box is not None:
            fields[name] = cipher.seal(field, sealed.open(field, box))
    return fields | {REPLAY_OF: job.id}
