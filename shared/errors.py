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


class DeadlinePassed(InvalidRequest):
    """The deadline has passed already; nothing was queued."""

    problem, title = "deadline-passed", "Deadline passed"


class JobErased(ServiceError):
    """The job was erased; its receipt is kept."""

    status, problem, title = 410, "job-erased", "Job erased"


class QueueFull(ServiceError):
    """Too many jobs wait; nothing was queued. Try again after the seconds that Retry-After names."""

    status, problem, title, retry_after_s = 503, "queue-full", "Queue full", 10


class TooManyDocuments(ServiceError):
    """The job has more documents than this service takes; send several jobs."""

    status, problem, title = 413, "too-many-documents", "Too many documents"


class NoDocumentSucceeded(ServiceError):
    """None of the job's documents could be processed; its result says why, document by document."""

    problem, title = "no-document-succeeded", "No document succeeded"


class JobCanceled(ServiceError):
    """The job was canceled before this document was done."""

    status, problem, title = 409, "canceled", "Canceled"


class WebhookUrlRefused(InvalidRequest):
    """Webhooks may not go to this URL; errors say why. It takes https, a public host, and port 443 or 8443."""

    problem, title = "webhook-url-refused", "Webhook URL refused"


class UnsupportedFile(ServiceError):
    """Files of this kind are not taken: txt, md, csv, jsonl, json, html, docx, eml, and .gz of those that are text."""

    status, problem, title = 415, "unsupported-file", "Unsupported file"


class UnreadableFile(ServiceError):
    """The file cannot be read as what its name says it is."""

    status, problem, title = 422, "unreadable-file", "Unreadable file"


class FileTooLarge(ServiceError):
    """The file is larger than this service takes; cut it, or ask the operator to raise MAX_FILE_BYTES."""

    status, problem, title = 413, "file-too-large", "File too large"


class UploadStalled(ServiceError):
    """The upload sent nothing for too long. Send it again."""

    status, problem, title = 408, "upload-stalled", "Upload stalled"


class WebhookEndpointNotFound(ServiceError):
    """No such webhook endpoint; PUT makes one."""

    status, problem, title = 404, "webhook-endpoint-not-found", "Webhook endpoint not found"


class TooManyWebhookEndpoints(ServiceError):
    """You have as many webhook endpoints as this service takes; delete one first."""

    status, problem, title = 409, "too-many-webhook-endpoints", "Too many webhook endpoints"


class WebhookEndpointDisabled(ServiceError):
    """The webhook endpoint is disabled; it says why and since when. POST .../enable first."""

    status, problem, title = 409, "webhook-endpoint-disabled", "Webhook endpoint disabled"


class DeliveryNotFound(ServiceError):
    """No such delivery: its id is wrong, or its retention has run out."""

    status, problem, title = 404, "delivery-not-found", "Delivery not found"


class IdempotencyMismatch(ServiceError):
    """This Idempotency-Key was used for another request; a new request needs a new key."""

    status, problem, title = 422, "idempotency-mismatch", "Idempotency key of another request"


class IdempotencyInFlight(ServiceError):
    """The request with this Idempotency-Key is still being accepted. Send it again in a second."""

    status, problem, title, retry_after_s = 409, "idempotency-in-flight", "Idempotency key in flight", 1


class TemplateNotFound(ServiceError):
    """No such template; PUT makes one."""

    status, problem, title = 404, "template-not-found", "Template not found"


class TooManyTemplates(ServiceError):
    """You have as many templates as this service takes; delete one first."""

    status, problem, title = 409, "too-many-templates", "Too many templates"


class TokenInvalid(ServiceError):
    """A token was changed, or is not this client's. Send the text as the job gave it."""

    status, problem, title = 422, "token-invalid", "Token that cannot be opened"


class TokenKeyUnknown(ServiceError):
    """A token was written with a key that this service does not hold any more."""

    status, problem, title = 422, "token-key-unknown", "Token of an unknown key"


def all_errors() -> list[type[ServiceError]]:
    """Every concrete problem, for the documentation."""
    found = [ServiceError]
    for error in found:
        found.extend(error.__subclasses__())
    return sorted(found, key=lambda error: error.problem)


def error_of(problem: str) -> type[ServiceError]:
    """The error with this problem type; the root for one of another version."""
    return next((error for error in all_errors() if error.problem == problem), ServiceError)


def problem_uri(problem: str) -> str:
    return PROBLEM_BASE + problem
