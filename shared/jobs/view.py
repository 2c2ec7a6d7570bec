"""The job as outsiders see it."""

from pydantic import BaseModel, Field

from shared.clock import rfc3339
from shared.errors import error_of, problem_uri
from shared.jobs.job import Job
from shared.jobs.states import State


class Counts(BaseModel):
    total: int
    succeeded: int
    failed: int


class QueueView(BaseModel):
    position: int = Field(description="Queued jobs of the same model before this one.")


class Links(BaseModel):
    self: str
    result: str


class ProblemView(BaseModel):
    """Why a job failed (RFC 9457, without the parts of an HTTP response)."""

    type: str
    title: str
    detail: str


class JobView(BaseModel):
    """One job."""

    id: str
    state: State
    model: str
    created_at: str
    started_at: str | None
    finished_at: str | None
    expires_at: str | None
    attempts: int
    progress: float
    counts: Counts
    queue: QueueView | None
    durability: str
    problem: ProblemView | None
    links: Links


def view(job: Job, position: int | None = None) -> JobView:
    """Times in RFC 3339, UTC. `position`: its place in the lane while it is queued."""
    here = f"/v1/jobs/{job.id}"
    return JobView(
        id=job.id,
        state=job.state,
        model=job.model,
        created_at=rfc3339(job.created_ms) or "",
        started_at=rfc3339(job.started_ms),
        finished_at=rfc3339(job.finished_ms),
        expires_at=rfc3339(job.expires_ms),
        attempts=job.attempts,
        progress=job.progress,
        counts=Counts(total=job.total, succeeded=job.succeeded, failed=job.failed),
        queue=QueueView(position=position) if position is not None and job.state is State.QUEUED else None,
        durability="memory",
        problem=_problem(job.problem),
        links=Links(self=here, result=f"{here}/result"),
    )


def _problem(kind: str | None) -> ProblemView | None:
    if kind is None:
        return None
    error = error_of(kind)
    return ProblemView(type=problem_uri(kind), title=error.title, detail=error().detail)
