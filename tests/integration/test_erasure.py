"""DELETE: everything of the job goes, and a receipt that anyone can verify stays."""

import base64
import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.services.stack import Stack

TEXT = "Angela Merkel met Emmanuel Macron in Paris."


def test_an_erased_job_leaves_a_receipt_that_verifies_and_answers_410(stack: Stack) -> None:
    job_id = stack.submit(TEXT)
    stack.job(job_id, wait_s=30)
    answer = stack.http.delete(f"/v1/jobs/{job_id}")
    assert answer.status_code == 200
    receipt = answer.json()
    keys = {key["id"]: key["key"] for key in stack.http.get("/v1/webhook-keys").json()["receipt_keys"]}
    raw = base64.b64decode(keys[receipt["signature"]["key_id"]].removeprefix("whpk_"))
    signature = base64.b64decode(receipt["signature"]["value"])
    Ed25519PublicKey.from_public_bytes(raw).verify(signature, receipt["statement"].encode())
    statement = json.loads(receipt["statement"])
    assert (statement["job_id"], statement["erased_by"]) == (job_id, "anonymous")

    for method, place in (("GET", ""), ("GET", "/result"), ("POST", "/cancel"), ("DELETE", ""), ("GET", "/events")):
        gone = stack.http.request(method, f"/v1/jobs/{job_id}{place}")
        assert gone.status_code == 410, place
        assert gone.json()["type"].endswith("/job-erased")
    assert stack.valkey.client().keys(f"aa:*{job_id}*") == [f"aa:receipt:{job_id}".encode()]
