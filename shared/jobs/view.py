"""The job as outsiders see it."""

from typing import Any

from pydantic import BaseModel, Field

from shared.clock import rfc3339
from shared.errors import error_of, problem_uri
from shared.jobs.durability import Durability, durability_of
from shared.jobs.job import Job
from shared.jobs.states import State


class Counts(BaseModel):
    total: int
    succeeded: int
    failed: int


class QueueView(BaseModel):
    position: int = Field(description="Units of work of the same model before this job's first one.")
    estimated_wait_s: float | None = Field(
        description="From the rate of the last half minute; null: nothing ran in it."
    )


class Links(BaseModel):
    self: str
    result: str
    events: str
    cancel: str
    deliveries: str
    file: str | None = Field(description="The file that is given back, for a job that was made of one.")


class FieldProblem(BaseModel):
    pointer: str
    detail: str


class ProblemView(BaseModel):
    """Why a job failed (RFC 9457, without the parts of an HTTP response)."""

    type: str
    title: str
    detail: str
    errors: list[FieldProblem] = Field(default=[], description="Places in a file or in the request.")


class JobView(BaseModel):
    """One job."""

    id: str
    state: State
    model: str
    created_at: str
    started_at: str | None
    finished_at: str | None
    expires_at: str | None
    deadline_at: str | None = Field(description="When the job expires whatever its state; null: only while queued.")
    attempts: int
    progress: float
    counts: Counts
    queue: QueueView | None
    durability: Durability = Field(description="fsync: on the store's disk before the answer; memory: not known to be.")
    metadata: dict[str, Any]
    problem: ProblemView | None
    links: Links


def view(job: Job, metadata: dict[str, Any], queue: QueueView | None = None) -> JobView:
    """Times in RFC 3339, UTC. `queue`: its place in the lane while it is queued."""
    here = f"/v1/jobs/{job.id}"
    return JobView(
        id=job.id,
        state=job.state,
        model=job.model,
        created_at=rfc3339(job.created_ms) or "",
        started_at=rfc3339(job.started_ms),
        finished_at=rfc3339(job.finished_ms),
        expires_at=rfc3339(job.expires_ms),
        deadline_at=rfc3339(job.deadline_ms) if b"has_deadline" in job.fields else None,
        attempts=job.attempts,
        progress=job.progress,
        counts=Counts(total=job.total, succeeded=job.succeeded, failed=job.failed),
        queue=queue if job.state is State.QUEUED else None,
        durability=durability_of(job),
        metadata=metadata,
        problem=_problem(job),
        links=Links(
            self=here,
            result=f"{here}/result",
            events=f"{here}/events",
            cancel=f"{here}/cancel",
            deliveries=f"{here}/deliveries",
            file=f"{here}/file" if job.is_file else None,
        ),
    )


def _problem(job: Job) -> ProblemView | None:
    if job.problem is None:
        return None
    error = error_of(job.problem)
    return ProblemView(
        type=problem_uri(job.problem),
        title=error.title,
        detail=job.problem_detail or error().detail,
        errors=[FieldProblem(pointer=each.pointer, detail=each.detail) for each in job.problem_errors],
    )
