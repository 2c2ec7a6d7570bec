"""What is wrong with a request."""

from shared.errors.problem import ServiceError


class InvalidRequest(ServiceError):
    """The request does not have the shape that /docs describes; see errors."""

    status, problem, title = 422, "invalid-request", "Invalid request"


class InvalidText(InvalidRequest):
    """The text cannot be processed; see errors."""

    problem, title = "invalid-text", "Text that cannot be processed"


class TextTooLong(ServiceError):
    """The text is longer than this service takes; cut it, or ask the operator to raise MAX_TEXT_CHARS."""

    status, problem, title = 413, "text-too-long", "Text too long"


class BodyTooLarge(ServiceError):
    """The request body is larger than this service takes; cut it, or ask the operator to raise MAX_BODY_BYTES."""

    status, problem, title = 413, "body-too-large", "Body too large"


class TooManyDocuments(ServiceError):
    """The job has more documents than this service takes; send several jobs."""

    status, problem, title = 413, "too-many-documents", "Too many documents"


class DeadlinePassed(InvalidRequest):
    """The deadline has passed already; nothing was queued."""

    problem, title = "deadline-passed", "Deadline passed"


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
