"""A claimed unit of work, opened, and what comes of one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from shared.cipher import Field, JobCipher
from shared.errors import NoDocumentSucceeded, ServiceError, UndecipherablePayload
from shared.jobs.parts import Part
from shared.jobs.payload import DocumentResult, Payload
from shared.jobs.script import Argument
from shared.jobs.states import State
from shared.jobs.transitions import Claimed
from shared.model_catalogue import BULK
from shared.options import Options
from worker.context import Context
from worker.documents import Task
from worker.metrics import count_results

#: The part of a job that is its last step.
END: Final = "end"
#: Where a job of several parts keeps what they share.
OPTIONS: Final = "options"


@dataclass(frozen=True, slots=True)
class Opened:
    claimed: Claimed
    cipher: JobCipher
    payload: Payload
    options: Options

    def task(self, lane: str) -> Task:
        """Its documents as the engine takes them."""
        language = lane.removesuffix(BULK).partition("_")[0]
        return Task(self.claimed.job.id, self.payload.documents, language, self.options)


@dataclass(frozen=True, slots=True)
class Done:
    """A job ends with this."""

    state: State
    succeeded: int
    failed: int
    problem: str | None
    #: The only page of a job of one part.
    page: bytes | None
    fields: dict[str, Argument] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PartDone:
    """A part ends with this: "found" for the last step, or a page of the "result"."""

    kind: str
    box: bytes
    succeeded: int
    failed: int


@dataclass(frozen=True, slots=True)
class Expand:
    """A file's documents, staged as parts: the job goes on as one of several parts."""

    parts: tuple[Part, ...]


def characters_of(claimed: Claimed) -> int:
    """About how many there are to work on, as far as it is known before the unit is opened; of a file its bytes."""
    if claimed.is_whole or claimed.part == END:
        return claimed.job.characters
    return len(claimed.payload or b"")


Outcome = tuple[Claimed, Done | PartDone | Expand | ServiceError]


def open_unit(claimed: Claimed, context: Context) -> Opened:
    """Raises UndecipherablePayload."""
    job = claimed.job
    cipher = context.key_ring.job(job.client, job.id, job.wrapped_key)
    shared: Payload | None = None
    payload: Payload | None = None
    if claimed.options is not None:
        shared = Payload.model_validate_json(cipher.open(Field.PAYLOAD, claimed.options, OPTIONS))
    if claimed.payload is not None:
        payload = Payload.model_validate_json(cipher.open(Field.PAYLOAD, claimed.payload, claimed.part))
    opened = payload or shared
    if opened is None:
        raise UndecipherablePayload
    return Opened(claimed, cipher, opened, (shared or opened).options or Options())


def page_of(results: Sequence[DocumentResult]) -> bytes:
    """JSON lines, one a document."""
    return "\n".join(result.model_dump_json() for result in results).encode()


def summary(results: Sequence[DocumentResult]) -> tuple[State, int, int, str | None]:
    """State, succeeded, failed and problem of a job by its documents: one success is enough, each failed by itself."""
    succeeded = sum(result.state == "succeeded" for result in results)
    if succeeded or not results:
        return State.SUCCEEDED, succeeded, len(results) - succeeded, None
    problem = results[0].problem if len(results) == 1 else NoDocumentSucceeded.problem
    return State.FAILED, 0, len(results), problem


def done(unit: Opened, results: Sequence[DocumentResult], *, with_page: bool = True) -> Done:
    """The end of a job by all its documents; `with_page`: as the only page of its result."""
    state, succeeded, failed, problem = summary(results)
    count_results(unit.claimed.job.model, results)
    page = unit.cipher.seal(Field.RESULT, page_of(results)) if with_page else None
    return Done(state, succeeded, failed, problem, page)


def part_done(unit: Opened, results: Sequence[DocumentResult]) -> PartDone:
    """The end of a part that needs no last step: a page of the result."""
    _, succeeded, failed, _ = summary(results)
    count_results(unit.claimed.job.model, results)
    return PartDone("result", unit.cipher.seal(Field.RESULT, page_of(results), unit.claimed.part), succeeded, failed)
