"""The job record: the truth about a job. A Celery message is only a hint that there is one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from shared.errors import FieldError, ServiceError, UnknownVersion
from shared.jobs.states import State
from shared.model_catalogue import BULK

#: Written into every record. Minor versions ("1.1") add fields, which older readers leave alone, and read records
#: without them; a major version that a reader does not know is refused, and left for one that does.
RECORD_VERSION: Final = 1
#: Of a job that has not ended, even where all its documents are done.
_NOT_YET: Final = 0.99


@dataclass(frozen=True, slots=True)
class Job:
    """One job, as it stands in Redis. Times are milliseconds since the epoch on the store's clock."""

    id: str
    client: str
    #: Where it waits, or its last step where its parts have lanes of their own.
    lane: str
    state: State
    #: Place in the order of submission, over all lanes.
    sequence: int
    #: Code points of all its texts.
    characters: int
    total: int
    created_ms: int
    deadline_ms: int
    #: The job's data key, wrapped by the key ring; without it payload and result cannot be read.
    wrapped_key: bytes
    #: Units of work that its documents are cut into; also the pages of its result.
    parts: int = 1
    #: Grows with every change; the ETag is made from it.
    revision: int = 1
    #: The most that one of its units was tried.
    attempts: int = 0
    succeeded: int = 0
    failed: int = 0
    started_ms: int | None = None
    finished_ms: int | None = None
    expires_ms: int | None = None
    #: Problem type of a failed job, None otherwise.
    problem: str | None = None
    #: The rest of the record: what is sealed, and flags.
    fields: Mapping[bytes, bytes] = field(default_factory=dict, repr=False, compare=False)

    @property
    def model(self) -> str:
        return self.lane.removesuffix(BULK)

    @property
    def is_terminal(self) -> bool:
        return self.state.is_terminal

    @property
    def is_canceling(self) -> bool:
        return b"canceling" in self.fields and not self.is_terminal

    @property
    def is_file(self) -> bool:
        return b"is_file" in self.fields

    @property
    def assembles(self) -> bool:
        """Whether names, numbers and pseudonyms are settled over all its parts in a last step."""
        return b"assembles" in self.fields

    @property
    def traceparent(self) -> str | None:
        """Of its trace, where it has one (docs/traces.md)."""
        value = self.fields.get(b"traceparent")
        return value.decode() if value else None

    @property
    def problem_detail(self) -> str | None:
        """What the worker said of it, where that is more than the problem's own sentence."""
        return self._said.get("detail")

    @property
    def problem_errors(self) -> tuple[FieldError, ...]:
        return tuple(FieldError(pointer, detail) for pointer, detail in self._said.get("errors", ()))

    @property
    def _said(self) -> dict[str, Any]:
        return dict(json.loads(self.fields.get(b"problem_said", b"{}")))

    @property
    def progress(self) -> float:
        done = (self.succeeded + self.failed) / self.total if self.total else 0.0
        return done if self.is_terminal else min(done, _NOT_YET)


def problem_said(error: ServiceError) -> bytes:
    """For the field of this name: an error's sentence and places, which never hold any text."""
    errors = [(each.pointer, each.detail) for each in error.errors]
    return json.dumps({"detail": error.detail, "errors": errors}).encode()


def job_from_hash(record: Mapping[bytes, bytes]) -> Job:
    """A job from the reply to HGETALL of its key.

    Raises UnknownVersion for a major version that is not known, KeyError when a field is missing.
    """
    if int(record[b"version"].partition(b".")[0]) != RECORD_VERSION:
        raise UnknownVersion
    problem = record.get(b"problem")

    def number(name: bytes) -> int:
        return int(record[name])

    def moment(name: bytes) -> int | None:
        return int(record[name]) if name in record else None

    return Job(
        id=record[b"id"].decode(),
        client=record[b"client"].decode(),
        lane=record[b"lane"].decode(),
        state=State(record[b"state"].decode()),
        sequence=number(b"sequence"),
        characters=number(b"characters"),
        total=number(b"total"),
        created_ms=number(b"created_ms"),
        deadline_ms=number(b"deadline_ms"),
        wrapped_key=record[b"wrapped_key"],
        parts=number(b"parts"),
        revision=number(b"revision"),
        attempts=number(b"attempts"),
        succeeded=number(b"succeeded"),
        failed=number(b"failed"),
        started_ms=moment(b"started_ms"),
        finished_ms=moment(b"finished_ms"),
        expires_ms=moment(b"expires_ms"),
        problem=problem.decode() if problem else None,
        fields=record,
    )
