"""The composed service does what it is for: texts, files, webhooks, for clients with keys."""

import json

import httpx2 as httpx
from standardwebhooks import Webhook

from tests.compose.composition import Composition
from tests.compose.engine import docker
from tests.compose.sending import SENTENCE, anonymized, assert_done, ended, submit
from tests.services.processes import eventually
from tests.services.receiver import Receiver


def test_without_a_key_nothing_is_served(composition: Composition) -> None:
    with composition.http() as stranger:
        assert stranger.post("/v1/jobs", json={"text": SENTENCE}).status_code == 401
        assert stranger.get("/health/ready").status_code == 200


def test_a_text(http: httpx.Client) -> None:
    job_id = submit(http)
    assert_done(http, job_id)
    assert http.get(f"/v1/jobs/{job_id}").json()["durability"] == "fsync"


def test_the_original_contract(http: httpx.Client) -> None:
    answer = http.post("/entities", json={"text": "Angela Merkel met Emmanuel Macron in Paris."})
    assert answer.status_code == 200
    assert answer.json()["anonymized_text"].startswith("XXXXXXXXXXXXX met ")


def test_a_file(http: httpx.Client) -> None:
    request = json.dumps({"file": {"columns": ["name"]}})
    content = f"nr,name\n1,{SENTENCE}\n".encode()
    form = {"file": ("people.csv", content, "text/csv"), "request": (None, request.encode(), "application/json")}
    answer = http.post("/v1/jobs", files=form)
    assert answer.status_code == 202, answer.text
    job = ended(http, answer.json()["id"])
    assert job["state"] == "succeeded"
    returned = http.get(job["links"]["file"])
    assert returned.text.startswith("nr,name\n1,")
    assert "Merkel" not in returned.text


def test_a_webhook_leaves_the_composition_signed(http: httpx.Client, receiver: Receiver) -> None:
    secret = http.post("/v1/webhook-secret").json()["secret"]
    job_id = submit(http, webhook={"url": f"{receiver.url}/signed"})
    (received,) = eventually(lambda: receiver.of("/signed"), what="the webhook comes")
    event = Webhook(secret).verify(received.body, dict(received.headers))
    assert (event["type"], event["data"]["id"]) == ("job.succeeded", job_id)
    assert "Merkel" not in received.body.decode()


def test_the_same_through_caddy(composition: Composition, key: str) -> None:
    with composition.http("caddy", 8080, key=key) as http:
        job_id = submit(http)
        assert_done(http, job_id)
        assert "server" not in http.get(f"/v1/jobs/{job_id}").headers
        with http.stream("GET", f"/v1/jobs/{job_id}/events") as events:
            assert "succeeded" in "".join(events.iter_text())
        assert http.get("/metrics").status_code == 404


def test_three_workers_and_two_gateways(composition: Composition, key: str) -> None:
    composition.up("--scale", "worker=3", "--scale", "gateway=2")
    try:
        with composition.http(key=key) as first, composition.http(key=key, container=2) as second:
            assert eventually(lambda: workers(first) == 3 and workers(second) == 3, what="both know three workers")
            jobs = [submit(first) for _ in range(20)]
            for job_id in jobs:
                assert_done(second, job_id)
        with composition.http("caddy", 8080, key=key) as http:
            eventually(lambda: served_by_all(composition, http), what="Caddy asks both gateways")
    finally:
        composition.up("--scale", "worker=1", "--scale", "gateway=1")
    with composition.http("caddy", 8080, key=key) as http:
        # Caddy forgets a gateway that is gone.
        assert all(anonymized(http, job_id) for job_id in jobs)


def served_by_all(composition: Composition, http: httpx.Client) -> bool:
    """Whether a request of a kind that nobody sent before has reached every gateway."""
    assert http.get("/v1/templates").status_code == 200
    return all('"/v1/templates"' in docker("logs", gateway) for gateway in composition.containers("gateway"))


def workers(http: httpx.Client) -> int:
    return int(http.get("/health/ready").json()["workers"])
