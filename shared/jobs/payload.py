"""What a job is to work on, and what came out: the two encrypted fields, and their JSON.

A document's result is kept in the shape in which GET /v1/jobs/{id}/result gives it, so that reading one costs no
rebuilding.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.files import FileKind, FileOptions
from shared.options import Options


class Contract(StrEnum):
    """Which of the two answers the job is for."""

    #: POST /entities as it always was: spaCy's labels, every character of an entity becomes X.
    ORIGINAL = "original"
    #: POST /v1/jobs: the engine with its options.
    ENGINE = "engine"


class _Stored(BaseModel):
    model_config = ConfigDict(frozen=True)


class Document(_Stored):
    text: str
    #: Its place in the job.
    index: int = 0
    custom_id: str | None = None
    #: None: the job's.
    language: str | None = None
    #: Problem type of one that cannot be processed: it fails alone, and its text is not kept.
    problem: str | None = None


class UploadedFile(_Stored):
    """What is known of a file before it is opened."""

    kind: FileKind
    size_bytes: int
    #: How many sealed pieces it stands in.
    pieces: int
    options: FileOptions = FileOptions()


class Payload(_Stored):
    """A job's work. Of a job of several parts each part has one without options; what they share has no documents."""

    contract: Contract
    documents: tuple[Document, ...] = ()
    #: None for the original contract, which has none.
    options: Options | None = None
    #: The documents are in this file, and it is given back in its own kind.
    file: UploadedFile | None = None


class Explanation(_Stored):
    """Why an entity was taken: what moved its score."""

    pattern: str | None
    validator: str | None
    context: tuple[str, ...]
    score_before: float
    score_after: float


class Entity(_Stored):
    """One hidden (or kept) stretch. Offsets are in the `offset_unit` of the options, `end` exclusive."""

    start: int
    end: int
    type: str
    text: str
    score: Annotated[float, Field(ge=0, le=1)]
    recognizer: str
    operator: str
    anonymized_start: int
    anonymized_end: int
    explanation: Explanation | None = None


class Residual(_Stored):
    """Where in the anonymized text an original value still stands that should be gone."""

    type: str
    start: int
    end: int


class DocumentResult(_Stored):
    index: int
    custom_id: str | None
    state: Literal["succeeded", "failed"]
    language: str | None
    #: 0 to 1 where the language was guessed ("auto").
    language_confidence: float | None = None
    model: str
    entities: tuple[Entity, ...]
    anonymized_text: str | None
    residual: tuple[Residual, ...] = ()
    #: Problem type where the state is failed.
    problem: str | None = None


class Result(_Stored):
    """As GET /v1/jobs/{id}/result gives it; kept in pages of one JSON line a document."""

    job_id: str
    documents: tuple[DocumentResult, ...]
