"""Each operation of the service as one request."""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from anonymize.exchange import Ask
from anonymize.kinds import sent_name
from anonymize.options import Document, FileJobSettings, JobSettings

_JSON: Final = {"content-type": "application/json"}
#: What the service calls the largest `Prefer: wait`.
MAX_WAIT_S: Final = 60.0


def new_key() -> str:
    """An Idempotency-Key that nobody else has."""
    return secrets.token_hex(16)


def submit(
    texts: str | Sequence[str | Document], settings: JobSettings, *, idempotency_key: str, wait_s: float = 0.0
) -> Ask:
    if isinstance(texts, str):
        work: dict[str, Any] = {"text": texts}
    else:
        work = {"documents": [{"text": each} if isinstance(each, str) else each for each in texts]}
    headers = {**_JSON, "idempotency-key": idempotency_key, **_prefer(wait_s)}
    return Ask("POST", "/v1/jobs", headers=headers, body=to_json({**settings, **work}), wait_s=wait_s)


def submit_file(
    content: bytes, name: str, settings: FileJobSettings, *, idempotency_key: str, wait_s: float = 0.0
) -> Ask:
    boundary = secrets.token_hex(16)
    parts = (
        (f'name="file"; filename="{sent_name(name)}"', "application/octet-stream", content),
        ('name="request"', "application/json", to_json(settings)),
    )
    body = b"".join(
        f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\nContent-Type: {kind}\r\n\r\n".encode()
        + part
        + b"\r\n"
        for disposition, kind, part in parts
    )
    headers = {
        "content-type": f"multipart/form-data; boundary={boundary}",
        "idempotency-key": idempotency_key,
        **_prefer(wait_s),
    }
    return Ask("POST", "/v1/jobs", headers=headers, body=body + f"--{boundary}--\r\n".encode(), wait_s=wait_s)


def job(job_id: str, *, wait_s: float = 0.0) -> Ask:
    return Ask("GET", _job(job_id), headers=_prefer(wait_s), wait_s=wait_s)


def result(job_id: str) -> Ask:
    return Ask("GET", _job(job_id, "/result"))


def file(job_id: str) -> Ask:
    return Ask("GET", _job(job_id, "/file"))


def jobs(
    states: Iterable[str] = (),
    created_after: datetime | None = None,
    created_before: datetime | None = None,
    limit: int = 100,
    cursor: str | None = None,
) -> Ask:
    query = [("limit", str(limit)), *(("state", str(state)) for state in states)]
    moments = {"created_after": created_after, "created_before": created_before}
    query += [(name, rfc3339(moment)) for name, moment in moments.items() if moment is not None]
    query += [("cursor", cursor)] if cursor is not None else []
    return Ask("GET", "/v1/jobs", tuple(query))


def cancel(job_id: str) -> Ask:
    """Repeatable: a job that is canceled stays so."""
    return Ask("POST", _job(job_id, "/cancel"))


def erase(job_id: str) -> Ask:
    """Repeatable: what is erased stays so, though the second time says just that (410)."""
    return Ask("DELETE", _job(job_id))


def deanonymize(text: str) -> Ask:
    """Repeatable: it changes nothing."""
    return Ask("POST", "/v1/deanonymize", headers=_JSON, body=to_json({"text": text}))


def models() -> Ask:
    return Ask("GET", "/v1/models")


def deliveries(job_id: str) -> Ask:
    return Ask("GET", _job(job_id, "/deliveries"))


def redeliver(job_id: str, delivery_id: str) -> Ask:
    """Sent twice it is delivered twice."""
    return Ask("POST", _job(job_id, f"/deliveries/{quote(delivery_id, safe='')}/redeliver"), is_repeatable=False)


def to_json(value: Mapping[str, Any]) -> bytes:
    """Sorted: the same settings are the same bytes, as an Idempotency-Key wants them."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=_plain).encode()


def rfc3339(moment: datetime) -> str:
    """Raises ValueError for a time without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a time needs its zone")
    return moment.isoformat()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return rfc3339(value)
    raise TypeError(f"{type(value).__name__} is no JSON")


def _prefer(wait_s: float) -> dict[str, str]:
    return {"prefer": f"wait={min(wait_s, MAX_WAIT_S):.0f}"} if wait_s >= 1 else {}


def _job(job_id: str, rest: str = "") -> str:
    return f"/v1/jobs/{quote(job_id, safe='')}{rest}"
