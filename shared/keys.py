"""Every Redis key's shape. `transitions/*.lua` build the same keys from PREFIX."""

from typing import Final

PREFIX: Final = "aa:"

#: Start of the keys of `webhook_endpoint`.
WEBHOOK_ENDPOINTS: Final = PREFIX + "webhook-endpoint:"
#: Hash: worker id -> JSON announcement (shared/presence.py).
WORKERS: Final = PREFIX + "workers"
#: Hash: what the store says of itself, and when (shared/jobs/figures.py).
STORE: Final = PREFIX + "store"
#: String with expiry: who reconciles now.
RECONCILER_LOCK: Final = PREFIX + "reconciler"
#: String: written by gateways for the sake of the place that it takes in the append-only file (gateway/durability.py).
DISK_MARK: Final = PREFIX + "disk-mark"
#: String: since when (milliseconds) something erased still stands in the append-only file (worker/rewriting.py).
REWRITE_WANTED: Final = PREFIX + "rewrite-wanted"
#: String: "<since when> <run id of the server>" of a rewrite that was asked for and may not have ended yet.
REWRITE_ASKED: Final = PREFIX + "rewrite-asked"
#: Pub/sub channel of one job, its id after this: the revision, a message for each change that does not end it.
JOB_MOVES: Final = PREFIX + "job-moves:"
#: Pub/sub channel: "<job id> <revision> <state>" for each end; one for all, since every gateway process listens to it.
JOB_ENDS: Final = PREFIX + "job-ends"

#: The audit log. Its other keys stand in transitions/audit.lua.
AUDIT_ANCHORS: Final = PREFIX + "audit-anchors"
#: String with expiry: which gateway chains the audit log now.
AUDIT_LOCK: Final = PREFIX + "audit-chainer"


def job(job_id: str) -> str:
    """Hash: the job record (shared/jobs/job.py)."""
    return f"{PREFIX}job:{job_id}"


def hash_of(kind: str, job_id: str) -> str:
    """Hash: one of the encrypted parts of a job, "payload", "file", "found", "lost", "result" or "output"."""
    return f"{PREFIX}{kind}:{job_id}"


def event(event_id: str) -> str:
    """Hash: what webhooks' bodies are made from; its id is the job's, or a ping's (transitions/deliveries.lua)."""
    return f"{PREFIX}event:{event_id}"


def result(job_id: str) -> str:
    """Hash: page -> what came out, encrypted."""
    return hash_of("result", job_id)


def receipt(job_id: str) -> str:
    """String: what was erased, when and by whom, signed."""
    return f"{PREFIX}receipt:{job_id}"


def lane(name: str) -> str:
    """Sorted set: queued units of work, by the sequence number of their job's submission."""
    return f"{PREFIX}lane:{name}"


def replay(job_id: str) -> str:
    """String with expiry: a dead letter is being made a job again."""
    return f"{PREFIX}replay:{job_id}"


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


def webhook_secret(client: str) -> str:
    """Hash: the secrets of a client's own webhooks."""
    return f"{PREFIX}webhook-secret:{client}"


def webhook_endpoint(client: str, endpoint_id: str) -> str:
    """Hash: one webhook endpoint. The other keys of webhooks stand in transitions/deliveries.lua."""
    return f"{WEBHOOK_ENDPOINTS}{client}/{endpoint_id}"


def api_key(key_id: str) -> str:
    """Hash: one API key, with an HMAC of its secret. The other keys of access stand in transitions/{keys,rates}.lua."""
    return f"{PREFIX}api-key:{key_id}"


def limits(client: str) -> str:
    """Hash: what a client may do, where that is not as the settings say."""
    return f"{PREFIX}limits:{client}"
