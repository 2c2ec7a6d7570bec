"""What an erased job leaves: a signed receipt of what went, when, and by whom."""

import base64
import json
from collections.abc import Mapping
from typing import Any, Final

from shared.cipher import KeyRing
from shared.clock import now_ms, rfc3339
from shared.jobs.job import Job
from shared.signing import SigningKind, sign

#: What a job can leave in the store; all of it goes.
ERASED: Final = ("record", "data key", "input", "result", "files", "metadata", "deliveries")
#: And what outlives its record.
ERASED_LATE: Final = ("data key", "metadata", "deliveries")


def make_receipt(job: Job, *, by: str, key_ring: KeyRing) -> bytes:
    """JSON: the statement, and the service's ed25519 signature of exactly its bytes. `by`: the API key's id."""
    about = {"state": job.state, "documents": job.total, "created_at": rfc3339(job.created_ms)}
    return _receipt(job.id, by, ERASED, about, key_ring)


def make_late_receipt(job_id: str, *, by: str, key_ring: KeyRing) -> bytes:
    """As `make_receipt`, for a job whose retention had run out: its deliveries are what was left."""
    return _receipt(job_id, by, ERASED_LATE, {}, key_ring)


def _receipt(job_id: str, by: str, erased: tuple[str, ...], about: Mapping[str, Any], key_ring: KeyRing) -> bytes:
    statement = json.dumps(
        {"job_id": job_id, "erased_at": rfc3339(now_ms()), "erased_by": by, "erased": erased, **about}
    )
    signature = sign(key_ring, SigningKind.RECEIPT, statement.encode())
    shown = {"key_id": signature.key_id, "value": base64.b64encode(signature.value).decode()}
    return json.dumps({"statement": statement, "signature": shown}).encode()
