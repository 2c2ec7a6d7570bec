"""A request becomes a job: admitted, encrypted, stored, published."""

import secrets
from dataclasses import dataclass

from pydantic_core import PydanticSerializationError

from gateway.publisher import Publisher
from gateway.served_models import Served, ServedModels
from gateway.waiting import Waiter, Wakeups
from shared.cipher import Field, JobCipher, KeyRing
from shared.errors import FieldError, InvalidRequest, InvalidText, TextTooLong
from shared.jobs.job import Job
from shared.jobs.payload import Payload
from shared.jobs.store import AsyncStore
from shared.jobs.transitions import NewJob, Submitted, read_job, submit
from shared.settings import Settings

#: Every job's client until there are API keys.
ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Services:
    """What routes work with; one per process."""

    settings: Settings
    store: AsyncStore
    key_ring: KeyRing
    wakeups: Wakeups
    publisher: Publisher
    models: ServedModels


def check_text(text: str, settings: Settings, pointer: str = "/text") -> None:
    """Raises InvalidText for what no model can read, TextTooLong."""
    if not text or text.isspace():
        raise InvalidText(errors=(FieldError(pointer, "The text is empty or blank; send at least one word."),))
    if "\x00" in text:
        raise InvalidText(errors=(FieldError(pointer, "The text has a NUL character; remove it."),))
    if not _is_unicode(text):
        raise InvalidText(errors=(FieldError(pointer, "The text has a lone surrogate; send valid Unicode."),))
    if len(text) > settings.max_text_chars:
        raise TextTooLong(
            f"The text has {len(text)} characters, {settings.max_text_chars} are allowed; cut it at paragraph ends.",
        )


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _serialized(payload: Payload) -> bytes:
    try:
        return payload.model_dump_json().encode()
    except (PydanticSerializationError, UnicodeEncodeError):
        # JSON's escapes can spell lone surrogates, and Python's strings can hold them.
        raise InvalidRequest(errors=(FieldError("/options", "A lone surrogate; send valid Unicode."),)) from None


def new_job_id() -> str:
    return f"job_{secrets.token_hex(16)}"


async def submit_job(
    job_id: str, lane: str, payload: Payload, served: Served, services: Services
) -> tuple[Submitted, JobCipher]:
    """Stored, and its message on the way. Raises StoreUnavailable."""
    settings = services.settings
    cipher, wrapped_key = services.key_ring.new_job(ANONYMOUS, job_id)
    new = NewJob(
        id=job_id,
        client=ANONYMOUS,
        model=lane,
        characters=sum(len(document.text) for document in payload.documents),
        total=len(payload.documents),
        wrapped_key=wrapped_key,
        payload=cipher.seal(Field.PAYLOAD, _serialized(payload)),
    )
    submitted = await services.store.run(
        submit(
            new,
            max_hints=served.max_hints(lane),
            hint_lost_ms=int(settings.hint_lost_s * 1000),
            max_queued_ms=int(settings.max_queued_s * 1000),
        )
    )
    if submitted.publish:
        services.publisher.publish(lane, job_id)
    return submitted, cipher


async def wait_for_end(job: Job, waiter: Waiter, timeout_s: float, store: AsyncStore) -> Job:
    """The job when it has ended, or as it is after `timeout_s`. `waiter` was entered before `job` was read."""
    if job.is_terminal:
        return job
    async for _ in waiter.wakes(timeout_s):
        seen = await store.run(read_job(job.id))
        if seen is None or seen.is_terminal:
            return seen or job
    return await store.run(read_job(job.id)) or job
