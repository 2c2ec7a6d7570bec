"""What an erased job leaves: a signed receipt of what went, when, and by whom."""

import base64
import json
from typing import Final

from shared.cipher import KeyRing
from shared.clock import now_ms, rfc3339
from shared.jobs.job import Job
from shared.signing import SigningKind, sign

#: What a job can leave in the store; all of it goes.
ERASED: Final = ("record", "data key", "input", "result", "files", "metadata", "deliveries")


def make_receipt(job: Job, *, by: str, key_ring: KeyRing) -> bytes:
    """JSON: the statement, and the service's ed25519 signature of exactly its bytes."""
    statement = json.dumps(
        {
            "job_id": job.id,
            "erased_at": rfc3339(now_ms()),
            "erased_by": by,
            "erased": ERASED,
            "state": job.state,
            "documents": job.total,
            "created_at": rfc3339(job.created_ms),
        }
    )
    signature = sign(key_ring, SigningKind.RECEIPT, statement.encode())
    shown = {"key_id": signature.key_id, "value": base64.b64encode(signature.value).decode()}
    return json.dumps({"statement": statement, "signature": shown}).encode()
