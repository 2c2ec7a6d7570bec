"""Every Redis key's shape. `transitions.lua` builds the same keys from PREFIX."""

from typing import Final

PREFIX: Final = "aa:"

#: Hash: worker id -> JSON announcement (shared/presence.py).
WORKERS: Final = PREFIX + "workers"
#: String with expiry: who reconciles now.
RECONCILER_LOCK: Final = PREFIX + "reconciler"
#: Pub/sub channel: "<job id> <revision> <state>", a message for each move that does not end the job.
JOB_MOVES: Final = PREFIX + "job-moves"
#: The same for moves that end a job: apart, since every gateway process listens to all of these.
JOB_ENDS: Final = PREFIX + "job-ends"


def job(job_id: str) -> str:
    """Hash: the job record (shared/jobs/job.py)."""
    return f"{PREFIX}job:{job_id}"


def payload(job_id: str) -> str:
    """String: what the job is to work on, encrypted."""
    return f"{PREFIX}payload:{job_id}"


def result(job_id: str) -> str:
    """String: what came out, encrypted."""
    return f"{PREFIX}result:{job_id}"


def lane(model: str) -> str:
    """Sorted set: queued job ids of a model, by the sequence number of their submission."""
    return f"{PREFIX}lane:{model}"
