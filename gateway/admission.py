"""Whether a request may become a job: its texts, languages, options and limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gateway.job_request import DocumentRequest, FileJobRequest, JobRequest, JobSettings, deadline_ms, metadata_json
from gateway.served_models import Served
from gateway.services import Services
from gateway.submission import Admitted
from gateway.templates import options_of
from shared.address_guard import policy_of
from shared.cipher import Field, JobCipher
from shared.clock import now_ms
from shared.errors import (
    DeadlinePassed,
    FieldError,
    InvalidRequest,
    InvalidText,
    ModelUnavailable,
    ServiceError,
    TextTooLong,
    TooManyDocuments,
)
from shared.files import check_options
from shared.jobs.parts import cut
from shared.jobs.payload import Contract, Document, Payload, UploadedFile
from shared.jobs.script import Argument
from shared.model_catalogue import BULK
from shared.options import Options
from shared.settings import Settings
from shared.webhooks.job_webhook import record_fields

#: What a document's text may not be, and what its sender reads then.
_BLANK: Final = "The text is empty or blank; send at least one word."
_NUL: Final = "The text has a NUL character; remove it."
_SURROGATE: Final = "The text has a lone surrogate; send valid Unicode."


def check_text(text: str, settings: Settings, pointer: str = "/text") -> None:
    """Raises InvalidText for what no model can read, TextTooLong."""
    fault = _fault(text)
    if fault:
        raise InvalidText(errors=(FieldError(pointer, fault),))
    if len(text) > settings.max_text_chars:
        raise TextTooLong(
            f"The text has {len(text)} characters, {settings.max_text_chars} are allowed; cut it at paragraph ends.",
        )


def _fault(text: str) -> str | None:
    if not text or text.isspace():
        return _BLANK
    if "\x00" in text:
        return _NUL
    return None if is_unicode(text) else _SURROGATE


def is_unicode(text: str) -> bool:
    """Whether it can be written as UTF-8: JSON's escapes can spell lone surrogates, and Python's strings hold them."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Lanes:
    """The lanes of a request's documents."""

    #: None where no document needs the job's own language.
    own: str | None
    by_language: dict[str, str]
    served: Served

    def of(self, document: Document) -> str:
        """One that failed already is told so by whoever does the first part."""
        if document.language is not None and document.problem is None:
            return self.by_language[document.language]
        return self.first

    @property
    def first(self) -> str:
        return self.own or next(iter(self.by_language.values()))


async def admit(request: JobRequest, job_id: str, client: str, services: Services) -> Admitted:
    """Raises whatever is wrong with the request as a whole; what is wrong with one of `documents` is its own problem.

    Raises InvalidRequest, InvalidText, TextTooLong, TooManyDocuments, ModelUnavailable, NoWorker, DeadlinePassed,
    StoreUnavailable.
    """
    settings = services.settings
    options = await options_of(request.options, client, services)
    if request.text is not None:
        check_text(request.text, settings)
        documents: tuple[Document, ...] = (Document(text=request.text),)
        lane, served = await _own_lane(request, services)
        lanes = _Lanes(lane, {}, served)
    else:
        listed = request.documents or ()
        if len(listed) > settings.max_documents:
            raise TooManyDocuments(
                f"The job has {len(listed)} documents, {settings.max_documents} are allowed; send several jobs."
            )
        lanes = await _lanes(request, listed, services)
        documents = tuple(_document(index, each, lanes, settings) for index, each in enumerate(listed))
    parts = cut(documents, lanes.of, max_characters=settings.part_max_chars, max_documents=settings.part_max_documents)
    cipher, wrapped_key = services.key_ring.new_job(client, job_id)
    fields = _fields(request, cipher, services)
    is_whole = len(parts) == 1
    if not is_whole and (options.scope != "document" or len({part.lane for part in parts}) > 1):
        fields["assembles"] = 1
    return Admitted(
        job_id=job_id,
        client=client,
        lane=parts[0].lane if is_whole else lanes.first + (BULK if parts[0].lane.endswith(BULK) else ""),
        payload=Payload(contract=Contract.ENGINE, documents=documents if is_whole else (), options=_checked(options)),
        served=lanes.served,
        cipher=cipher,
        wrapped_key=wrapped_key,
        parts=() if is_whole else tuple(parts),
        deadline_in_ms=_deadline_in_ms(request),
        fields=fields,
    )


async def admit_file(
    request: FileJobRequest,
    file: UploadedFile,
    job_id: str,
    key: tuple[JobCipher, bytes],
    services: Services,
) -> Admitted:
    """As `admit`, for a file whose pieces are stored already under `key`: the job's, and the same key wrapped."""
    check_options(file.kind, file.options)
    options = await options_of(request.options, key[0].client, services)
    if options.offset_unit != "codepoint":
        detail = "Must be codepoint for a file, which is put together again by it."
        raise InvalidRequest(errors=(FieldError("/options/offset_unit", detail),))
    lane, served = await _own_lane(request, services)
    is_bulk = file.size_bytes > services.settings.part_max_chars
    return Admitted(
        job_id=job_id,
        client=key[0].client,
        lane=lane + (BULK if is_bulk else ""),
        payload=Payload(contract=Contract.ENGINE, options=_checked(options), file=file),
        served=served,
        cipher=key[0],
        wrapped_key=key[1],
        deadline_in_ms=_deadline_in_ms(request),
        fields=_fields(request, key[0], services) | {"is_file": 1},
    )


async def _own_lane(request: JobSettings, services: Services) -> tuple[str, Served]:
    return await services.models.lane(request.language, request.model_size, fields=("language", "model_size"))


async def _lanes(request: JobSettings, documents: Sequence[DocumentRequest], services: Services) -> _Lanes:
    """A language that nobody serves is a problem of its documents; one whose workers are away is the request's."""
    by_language: dict[str, str] = {}
    served: Served | None = None
    for language in dict.fromkeys(each.language for each in documents if each.language is not None):
        try:
            by_language[language], served = await services.models.lane(
                language, request.model_size, fields=("language", "model_size")
            )
        except (InvalidRequest, ModelUnavailable):
            continue
    if served is not None and all(each.language is not None for each in documents):
        return _Lanes(None, by_language, served)
    own, served = await _own_lane(request, services)
    return _Lanes(own, by_language, served)


def _document(index: int, request: DocumentRequest, lanes: _Lanes, settings: Settings) -> Document:
    problem: type[ServiceError] | None = None
    if _fault(request.text):
        problem = InvalidText
    elif len(request.text) > settings.max_text_chars:
        problem = TextTooLong
    elif request.language is not None and request.language not in lanes.by_language:
        problem = ModelUnavailable
    if request.custom_id is not None and not is_unicode(request.custom_id):
        raise InvalidRequest(errors=(FieldError(f"/documents/{index}/custom_id", _SURROGATE),))
    return Document(
        text="" if problem else request.text,
        index=index,
        custom_id=request.custom_id,
        language=request.language if problem is not ModelUnavailable else None,
        problem=problem.problem if problem else None,
    )


def _fields(request: JobSettings, cipher: JobCipher, services: Services) -> dict[str, Argument]:
    """What the record keeps beside the queue's own fields; texts of the client are sealed."""
    fields: dict[str, Argument] = {}
    if request.metadata:
        try:
            metadata = metadata_json(request)
        except UnicodeEncodeError:
            raise InvalidRequest(errors=(FieldError("/metadata", _SURROGATE),)) from None
        most = services.settings.max_metadata_bytes
        if len(metadata) > most:
            limit = f"Has {len(metadata)} bytes as JSON, {most} are allowed."
            raise InvalidRequest(errors=(FieldError("/metadata", limit),))
        fields["metadata"] = cipher.seal(Field.METADATA, metadata)
    if request.webhook is not None:
        policy = policy_of(services.settings)
        fields |= record_fields(request.webhook, policy, cipher, services.key_ring)
    if request.keep_input:
        fields["keep_input"] = 1
    return fields


def _deadline_in_ms(request: JobSettings) -> int | None:
    moment = deadline_ms(request.deadline)
    if moment is None:
        return None
    left = moment - now_ms()
    if left <= 0:
        raise DeadlinePassed(errors=(FieldError("/deadline", "Is in the past."),))
    return left


def _checked(options: Options) -> Options:
    try:
        options.model_dump_json()
    except ValueError:
        raise InvalidRequest(errors=(FieldError("/options", _SURROGATE),)) from None
    return options
