"""`anonymize webhook listen`: what the service's courier sends is printed, what others send is refused."""

import json
import signal

import httpx2 as httpx

from deploy.local.valkey import free_port
from tests.access.service import Guarded
from tests.client.commanding import Shell
from tests.client.test_webhooks import OTHER, signed
from tests.services.processes import eventually


def test_events_of_the_service_are_printed(service: Guarded, shell: Shell) -> None:
    secret = service.ask(shell.key, "POST", "/v1/webhook-secret").json()["secret"]
    port = free_port()
    words = ("webhook", "listen", "--port", str(port), "--json", "--count", "2")
    listener = shell.start(*words, ANONYMIZE_WEBHOOK_SECRET=f"{OTHER} {secret}")
    try:
        eventually(lambda: "listening" in listener.said(), what="it listens")
        forged = httpx.post(f"http://127.0.0.1:{port}/", content=b"{}", headers=signed(b"{}"))
        assert forged.status_code == 401
        assert httpx.post(f"http://127.0.0.1:{port}/", content=b"a" * 70_000).status_code == 413
        webhook = {"url": f"http://127.0.0.1:{port}/hook"}
        ids = {service.submit(shell.key, "Jane Doe left.", webhook=webhook) for _ in range(2)}
        assert listener.wait() == 0
    finally:
        listener.end()
    said = listener.said()
    events = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert {event["data"]["id"] for event in events} == ids
    assert {(event["type"], event["is_again"]) for event in events} == {("job.succeeded", False)}
    assert "refused: " in said
    assert secret not in said


def test_it_ends_with_ctrl_c(shell: Shell) -> None:
    listener = shell.start("webhook", "listen", "--port", "0", ANONYMIZE_WEBHOOK_SECRET=OTHER)
    try:
        eventually(lambda: "listening" in listener.said(), what="it listens")
        listener.signal(signal.SIGINT)
        assert listener.wait() == 130
    finally:
        listener.end()
    assert "Traceback" not in listener.said()


def test_a_secret_that_is_none_is_told_at_once(shell: Shell) -> None:
    done = shell.run("webhook", "listen", "--port", "0", ANONYMIZE_WEBHOOK_SECRET="secret")
    assert (done.code, done.err) == (2, "anonymize: a webhook secret is whsec_ and base64\n")
