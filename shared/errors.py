"""What can go wrong, each with its problem type, status and a sentence that tells the caller what to do (RFC 9457)."""

from dataclasses import dataclass
from typing import ClassVar, Final

#: Problem types are names, not pages: RFC 9457 lets them not resolve. docs/problems.md explains each.
PROBLEM_BASE: Final = "https://anonymization-api.dev/problems/"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault in a request: a JSON Pointer (RFC 6901) to the field, and what is wrong with it; never its value."""

    pointer: str
    detail: str


class ServiceError(Exception):
    """Something is wrong on our side. Try again, or quote the request_id."""

    # Root of everything this service says no with; a class's docstring is its default detail.

    status: ClassVar[int] = 500
    problem: ClassVar[str] = "internal"
    title: ClassVar[str] = "Internal error"
    #: Seconds for the `Retry-After` header; None: none.
    retry_after_s: ClassVar[int | None] = None

    def __init__(self, detail: str | None = None, *, errors: tuple[FieldError, ...] = ()) -> None:
        self.detail = detail or " ".join((type(self).__doc__ or "").split())
        self.errors = errors
        super().__init__(self.detail)


class InvalidRequest(ServiceError):
    """The request does not have the shape that /docs describes; see errors."""

    status, problem, title = 422, "invalid-request", "Invalid request"


class InvalidText(InvalidRequest):
    """The text cannot be processed; see errors."""

    problem, title = "invalid-text", "Text that cannot be processed"


class ModelUnavailable(ServiceError):
    """No worker serves this model."""

    status, problem, title = 422, "model-unavailable", "Model not served"


class NoWorker(ServiceError):
    """No worker for this model is alive at the moment; nothing was queued. Try again in a few seconds."""

    status, problem, title, retry_after_s = 503, "no-worker", "No worker alive", 5


class StoreUnavailable(ServiceError):
    """The job store does not answer. Try again in a few seconds."""

    status, problem, title, retry_after_s = 503, "store-unavailable", "Job store unavailable", 5


class TextTooLong(ServiceError):
    """The text is longer than this service takes; cut it, or ask the operator to raise MAX_TEXT_CHARS."""

    status, problem, title = 413, "text-too-long", "Text too long"


class BodyTooLarge(ServiceError):
    """The request body is larger than this service takes; cut it, or ask the operator to raise MAX_BODY_BYTES."""

    status, problem, title = 413, "body-too-large", "Body too large"


class JobNotFound(ServiceError):
    """No such job: its id is wrong, or its retention has run out."""

    status, problem, title = 404, "job-not-found", "Job not found"


class JobNotFinished(ServiceError):
    """The job has no result yet. Wait for it with `Prefer: wait=30` on the job's own address."""

    status, problem, title, retry_after_s = 409, "job-not-finished", "Job not finished", 1


class JobFailed(ServiceError):
    """The job ended without a result."""

    status, problem, title = 409, "job-failed", "Job failed"


class ModelNotInstalled(ServiceError):
    """None of the packages of this model is installed on the worker."""

    problem, title = "model-not-installed", "Model not installed"


class UndecipherablePayload(ServiceError):
    """A payload or result cannot be decrypted: its key is not in ENCRYPTION_KEYS, or it was altered."""

    problem, title = "undecipherable", "Undecipherable payload"


class PoisonJob(ServiceError):
    """The job's worker died each time it was tried."""

    problem, title = "poison", "Job failed on every attempt"


class ProcessingFailed(ServiceError):
    """The text could not be processed; the fault is logged under the job's id."""

    problem, title = "processing-failed", "Processing failed"


def all_errors() -> list[type[ServiceError]]:
    """Every concrete problem, for the documentation."""
    found: list[type[ServiceError]] = []
    pending = [ServiceError]
    while pending:
        error = pending.pop()
        found.append(error)
        pending.extend(error.__subclasses__())
    return sorted(found, key=lambda error: error.problem)


def error_of(problem: str) -> type[ServiceError]:
    """The error with this problem type; the root for one of another version."""
    return next((error for error in all_errors() if error.problem == problem), ServiceError)


def problem_uri(problem: str) -> str:
    return PROBLEM_BASE + problem
