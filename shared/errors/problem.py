"""What every error has: its problem type, status and a sentence that tells the caller what to do (RFC 9457)."""

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
    retry_after_s: int | None = None

    def __init__(
        self, detail: str | None = None, *, errors: tuple[FieldError, ...] = (), retry_after_s: int | None = None
    ) -> None:
        self.detail = detail or " ".join((type(self).__doc__ or "").split())
        self.errors = errors
        if retry_after_s is not None:
            self.retry_after_s = retry_after_s
        super().__init__(self.detail)


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
