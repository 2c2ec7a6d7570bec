"""Jobs, as clients of the composed service send them; each text holds the marker that no log may hold."""

from typing import Any, Final

import httpx2 as httpx

from tests.canary.marker import TEXT

SENTENCE: Final = f"{TEXT.whole} met Angela Merkel in Paris."


def submit(http: httpx.Client, text: str = SENTENCE, **fields: Any) -> str:
    """The id of a new job."""
    answer = http.post("/v1/jobs", json={"text": text, **fields})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def ended(http: httpx.Client, job_id: str) -> dict[str, Any]:
    """The job, when it has ended or after a minute."""
    answer = http.get(f"/v1/jobs/{job_id}", headers={"Prefer": "wait=50"})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def anonymized(http: httpx.Client, job_id: str) -> str:
    answer = http.get(f"/v1/jobs/{job_id}/result")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["documents"][0]["anonymized_text"])


def assert_done(http: httpx.Client, job_id: str) -> None:
    """It succeeded, and its answer holds what it should and not what it should not."""
    assert ended(http, job_id)["state"] == "succeeded"
    text = anonymized(http, job_id)
    assert "<PERSON>" in text
    assert "Merkel" not in text
