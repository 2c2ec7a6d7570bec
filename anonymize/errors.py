"""What can go wrong, as exceptions: the service is away, it refused (problem+json, RFC 9457), or a job failed.

No message holds a text: the service's own details never repeat what was sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from anonymize.answers import Job
    from anonymize.exchange import Answer


class AnonymizeError(Exception):
    """Root of everything this package raises."""


class NotConfigured(AnonymizeError):
    """The address or the configuration file cannot be used."""


class Unreachable(AnonymizeError):
    """No answer came: no connection, a connection that broke, or too much time."""


class UnexpectedAnswer(AnonymizeError):
    """What answered is not this service, or is another version of it."""


class WaitTimedOut(AnonymizeError):
    """The job had not ended in the time that was given; it goes on. `job`: as it was last seen."""

    def __init__(self, job: Job) -> None:
        super().__init__(f"{job.id} is still {job.state}")
        self.job = job


class JobFailed(AnonymizeError):
    """The job ended without a result; `job.problem` says why."""

    def __init__(self, job: Job) -> None:
        why = f": {job.problem.detail}" if job.problem is not None else ""
        super().__init__(f"{job.id} ended as {job.state}{why}")
        self.job = job


class WebhookInvalid(AnonymizeError):
    """The request is no webhook of the service, or is too old."""


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One fault in what was sent: a JSON Pointer (RFC 6901), and what is wrong there."""

    pointer: str
    detail: str


class Refused(AnonymizeError):
    """The service said no. `problem` is the last part of the problem's type (docs/problems.md)."""

    def __init__(
        self,
        status: int,
        problem: str,
        detail: str,
        *,
        faults: tuple[FieldFault, ...] = (),
        request_id: str | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        places = "".join(f"; {fault.pointer}: {fault.detail}" for fault in faults)
        super().__init__(f"{detail}{places} ({status} {problem}{f', {request_id}' if request_id else ''})")
        self.status = status
        self.problem = problem
        self.detail = detail
        self.faults = faults
        self.request_id = request_id
        self.retry_after_s = retry_after_s


class InvalidRequest(Refused):
    """What was sent cannot be used; `faults` name the places (400, 413, 415, 422)."""


class InvalidText(InvalidRequest):
    """The text is empty, or no valid Unicode."""


class ModelUnavailable(InvalidRequest):
    """No worker serves this language and size."""


class UnsupportedFile(InvalidRequest):
    """A kind of file that the service does not know, or whose bytes are of another kind."""


class UnreadableFile(InvalidRequest):
    """The file is broken, or would unpack to too much."""


class IdempotencyMismatch(InvalidRequest):
    """This Idempotency-Key was used for another request."""


class TokenInvalid(InvalidRequest):
    """A token of `encrypt` was changed, or is another client's."""


class Unauthenticated(Refused):
    """There is no API key, or it does not count (401)."""


class Forbidden(Refused):
    """The API key lacks the scope (403)."""


class NotFound(Refused):
    """Nothing of yours has this id or name (404)."""


class JobNotFound(NotFound):
    """The id is wrong, or the job's retention has run out."""


class Conflict(Refused):
    """Not in this state (409)."""


class JobNotFinished(Conflict):
    """There is no result yet."""


class JobErased(Refused):
    """The job was erased (410)."""


class RateLimited(Refused):
    """More than this client may, for longer than was waited (429)."""


class Unavailable(Refused):
    """The service cannot take it now, for longer than was waited (502, 503, 504)."""


class ServiceFault(Refused):
    """A fault of the service; quote `request_id` (5xx)."""


_BY_PROBLEM: Final[Mapping[str, type[Refused]]] = {
    "invalid-text": InvalidText,
    "model-unavailable": ModelUnavailable,
    "unsupported-file": UnsupportedFile,
    "unreadable-file": UnreadableFile,
    "idempotency-mismatch": IdempotencyMismatch,
    "token-invalid": TokenInvalid,
    "job-not-found": JobNotFound,
    "job-not-finished": JobNotFinished,
}
_BY_STATUS: Final[Mapping[int, type[Refused]]] = {
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: JobErased,
    429: RateLimited,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
}


def refusal(answer: Answer) -> Refused:
    """The exception for an answer of 400 and above, whoever between here and the service gave it."""
    body = _problem_of(answer.body)
    problem = str(body.get("type", "")).rpartition("/")[2] or "about:blank"
    faults = body.get("errors")
    kind = _BY_PROBLEM.get(problem) or _BY_STATUS.get(answer.status)
    if kind is None:
        kind = ServiceFault if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR else InvalidRequest
    return kind(
        answer.status,
        problem,
        str(body.get("detail") or body.get("title") or _phrase(answer.status)),
        faults=tuple(_fault(each) for each in faults if isinstance(each, dict)) if isinstance(faults, list) else (),
        request_id=answer.headers.get("x-request-id"),
        retry_after_s=answer.retry_after_s,
    )


def _problem_of(body: bytes) -> dict[str, Any]:
    try:
        problem = json.loads(body)
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}


def _fault(fault: Mapping[str, object]) -> FieldFault:
    return FieldFault(str(fault.get("pointer", "")), str(fault.get("detail", "")))


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Refused"
