"""What the service gives, as dataclasses; texts stay out of their repr."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from anonymize.errors import FieldFault


class State(StrEnum):
    """Where a job is; the last four are final."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Counts:
    """Of documents."""

    total: int
    succeeded: int
    failed: int


@dataclass(frozen=True, slots=True)
class Queue:
    """A queued job's place: `position` counts from 0."""

    position: int
    estimated_wait_s: float | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a job failed (RFC 9457)."""

    type: str
    title: str
    detail: str
    errors: tuple[FieldFault, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """One job. `links` are paths of the service; `file` is set for a job that was made of a file."""

    id: str
    state: State
    model: str
    created_at: datetime
    attempts: int
    progress: float
    counts: Counts
    started_at: datetime | None = None
    finished_at: datetime | None = None
    expires_at: datetime | None = None
    deadline_at: datetime | None = None
    queue: Queue | None = None
    durability: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict, repr=False)
    problem: Problem | None = None
    links: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def is_over(self) -> bool:
        return self.state not in {State.QUEUED, State.RUNNING}


@dataclass(frozen=True, slots=True)
class Entity:
    """One stretch that was found: `start` and `end` (exclusive) in the `offset_unit` that was asked for."""

    start: int
    end: int
    type: str
    text: str = field(repr=False)
    score: float
    recognizer: str
    operator: str
    anonymized_start: int
    anonymized_end: int
    explanation: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Residual:
    """Where an original still stands in the anonymized text and should not."""

    type: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DocumentResult:
    """What came out of one text; where `state` is failed, `problem` says why and there is no text."""

    index: int
    state: State
    model: str
    entities: tuple[Entity, ...] = field(repr=False)
    custom_id: str | None = field(default=None, repr=False)
    language: str | None = None
    language_confidence: float | None = None
    anonymized_text: str | None = field(default=None, repr=False)
    residual: tuple[Residual, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What came out of a job."""

    job_id: str
    documents: tuple[DocumentResult, ...]

    @property
    def text(self) -> str:
        """The anonymized text of a job of one text. Raises ValueError for a job of several, or one that failed."""
        if len(self.documents) != 1 or self.documents[0].anonymized_text is None:
            raise ValueError("there is not one text; look at documents")
        return self.documents[0].anonymized_text

    @property
    def entities(self) -> tuple[Entity, ...]:
        """Of all documents, one after the other."""
        return tuple(entity for document in self.documents for entity in document.entities)


@dataclass(frozen=True, slots=True)
class FileResult:
    """A file with its texts replaced; texts that failed (`job.counts.failed`) are `<FAILED>` in it."""

    job: Job
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class JobPage:
    jobs: tuple[Job, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """Ed25519, base64, over the bytes of the statement."""

    key_id: str
    value: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a job was erased: `statement` is JSON, exactly as it was signed."""

    statement: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class Model:
    """A model that live workers serve."""

    id: str
    language: str
    size: str
    package: str
    version: str
    workers: int
    processes: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a delivery; `reason` is None when it was taken."""

    at: datetime
    duration_ms: int
    status: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook on its way; `state` is waiting, sending, delivered or given_up."""

    id: str
    event: str
    state: str
    created_at: datetime
    attempts: tuple[Attempt, ...]
    endpoint: str | None = None
    host: str | None = None
    reason: str | None = None
    next_attempt_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Models:
    models: tuple[Model, ...]


@dataclass(frozen=True, slots=True)
class Deliveries:
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class Original:
    text: str = field(repr=False)
