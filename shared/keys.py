"""Every Redis key's shape. `transitions.lua` builds the same keys from PREFIX."""

from typing import Final

PREFIX: Final = "aa:"

#: Hash: worker id -> JSON announcement (shared/presence.py).
WORKERS: Final = PREFIX + "workers"
#: String with expiry: who reconciles now.
RECONCILER_LOCK: Final = PREFIX + "reconciler"
#: Pub/sub channel of one job, its id after this: the revision, a message for each change that does not end it.
JOB_MOVES: Final = PREFIX + "job-moves:"
#: Pub/sub channel: "<job id> <revision> <state>" for each end; one for all, since every gateway process listens to it.
JOB_ENDS: Final = PREFIX + "job-ends"


def job(job_id: str) -> str:
    """Hash: the job record (shared/jobs/job.py)."""
    return f"{PREFIX}job:{job_id}"


def hash_of(kind: str, job_id: str) -> str:
    """Hash: one of the encrypted parts of a job, "payload", "file", "found", "lost", "result" or "output"."""
    return f"{PREFIX}{kind}:{job_id}"


def result(job_id: str) -> str:
    """Hash: page -> what came out, encrypted."""
    return hash_of("result", job_id)


def receipt(job_id: str) -> str:
    """String: what was erased, when and by whom, signed."""
    return f"{PREFIX}receipt:{job_id}"


def lane(name: str) -> str:
    """Sorted set: queued units of work, by the sequence number of their job's submission."""
    return f"{PREFIX}lane:{name}"


def rate(lane_name: str) -> str:
    """Hash: how fast the units of a lane are claimed."""
    return f"{PREFIX}rate:{lane_name}"


def idempotency(client: str, digest: str) -> str:
    """String with expiry: "<fingerprint> <job id> <reserved_ms>", what a client's Idempotency-Key stands for."""
    return f"{PREFIX}idempotency:{client}:{digest}"


def templates(client: str) -> str:
    """Hash: name -> options, encrypted."""
    return f"{PREFIX}templates:{client}"


def template_times(client: str) -> str:
    """Hash: name -> when the template was last put, milliseconds."""
    return f"{PREFIX}template-times:{client}"


def webhook_endpoint(client: str, endpoint_id: str) -> str:
    """Hash: one webhook endpoint. The other keys of webhooks stand in transitions/deliveries.lua."""
    return f"{PREFIX}webhook-endpoint:{client}/{endpoint_id}"
