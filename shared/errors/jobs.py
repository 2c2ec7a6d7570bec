"""What can be wrong with a job, or with asking for it."""

from shared.errors.problem import ServiceError


class JobNotFound(ServiceError):
    """No such job: its id is wrong, or its retention has run out."""

    status, problem, title = 404, "job-not-found", "Job not found"


class JobNotFinished(ServiceError):
    """The job has no result yet. Wait for it with `Prefer: wait=30` on the job's own address."""

    status, problem, title, retry_after_s = 409, "job-not-finished", "Job not finished", 1


class InputNotKept(ServiceError):
    """What the job was made of is kept only where it was sent with `keep_input`."""

    status, problem, title = 409, "input-not-kept", "Input not kept"


class JobFailed(ServiceError):
    """The job ended without a result."""

    status, problem, title = 409, "job-failed", "Job failed"


class JobErased(ServiceError):
    """The job was erased; its receipt is kept."""

    status, problem, title = 410, "job-erased", "Job erased"


class JobWithoutFile(ServiceError):
    """The job was not of a file; GET .../result has what came out."""

    status, problem, title = 409, "job-without-file", "Job without a file"


class JobCanceled(ServiceError):
    """The job was canceled before this document was done."""

    status, problem, title = 409, "canceled", "Canceled"


class NoDocumentSucceeded(ServiceError):
    """None of the job's documents could be processed; its result says why, document by document."""

    problem, title = "no-document-succeeded", "No document succeeded"


class UndecipherablePayload(ServiceError):
    """A payload or result cannot be decrypted: its key is not in ENCRYPTION_KEYS, or it was altered."""

    problem, title = "undecipherable", "Undecipherable payload"


class PoisonJob(ServiceError):
    """The job's worker died each time it was tried."""

    problem, title = "poison", "Job failed on every attempt"


class UnknownVersion(ServiceError):
    """The record is of a newer version of the service, which is being put in place. Ask again."""

    status, problem, title, retry_after_s = 503, "unknown-version", "Unknown version", 5


class DeadLetterNotFound(ServiceError):
    """No such dead letter: the id is wrong, the job did not fail so, or its retention has run out."""

    status, problem, title = 404, "dead-letter-not-found", "Dead letter not found"


class TimedOut(ServiceError):
    """The text took longer than a worker gives it, each time it was tried. Cut it."""

    problem, title = "timed-out", "Took too long on every attempt"


class OutOfMemory(ServiceError):
    """The text took more memory than a worker gives it, each time it was tried. Cut it."""

    problem, title = "out-of-memory", "Too much memory on every attempt"


class ProcessingFailed(ServiceError):
    """The text could not be processed; the fault is logged under the job's id."""

    problem, title = "processing-failed", "Processing failed"
