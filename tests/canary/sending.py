"""The marker is sent in by every way there is."""

import functools
import gzip
import json
import os
import signal
import socket
from collections.abc import Mapping
from typing import Any, Final

from shared import keys
from tests.canary.marker import HOOK, METADATA, TEXT
from tests.services.processes import eventually
from tests.services.stack import Stack
from tests.unit.docx_making import docx, paragraph

CORE: Final = TEXT.core
SENTENCE: Final = f"{TEXT.whole} met Angela Merkel in Paris. Write to {CORE}@example.org."
#: Some seconds of work.
LONG_TEXT: Final = " ".join(f"{SENTENCE} Application no. {number}." for number in range(1_500))
FILES: Final[Mapping[str, bytes]] = {
    "txt": SENTENCE.encode(),
    "md": f"# {SENTENCE}".encode("utf-16"),
    "csv": f"name;{CORE}\n{TEXT.whole};{SENTENCE}\n".encode("cp1252"),
    "jsonl": json.dumps({CORE: SENTENCE}).encode(),
    "json": json.dumps([{"name": SENTENCE}]).encode(),
    "html": f"<title>{CORE}</title><p title='{CORE}'>{SENTENCE}<!-- {CORE} --></p>".encode(),
    "docx": docx(paragraph(SENTENCE)),
    "eml": f"From: {CORE} <{CORE}@example.org>\nSubject: {CORE}\n\n{SENTENCE}".encode(),
    "txt.gz": gzip.compress(SENTENCE.encode()),
}
#: Each is refused as one, or its job fails.
BROKEN_FILES: Final[Mapping[str, bytes]] = {
    "docx": f"PK\x03\x04{SENTENCE}".encode(),
    "json": f'{{"{CORE}": "{CORE}'.encode(),
    "gz": b"\x1f\x8b" + SENTENCE.encode(),
    CORE: SENTENCE.encode(),
}
TYPED: Final = {"Content-Type": "application/json"}


class Sender:
    """Keeps what was answered, but for results."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.answers: list[tuple[str, bytes]] = []

    def send(self, what: str, method: str, path: str, *, is_kept: bool = True, **how: Any) -> Any:
        answer = self.stack.http.request(method, path, **how)
        seen = "\n".join(f"{name}: {value}" for name, value in answer.headers.items()) + "\n" + answer.text
        if is_kept:
            self.answers.append((what, seen.encode()))
        return answer

    def send_raw(self, what: str, request: bytes) -> None:
        with socket.create_connection(("127.0.0.1", self.stack.port), timeout=10) as raw:
            raw.sendall(request)
            self.answers.append((what, raw.recv(65_536)))

    def submit(self, headers: Mapping[str, str] | None = None, **fields: Any) -> str:
        # An answer with metadata is what metadata is for.
        kept = "metadata" not in fields
        answer = self.send("a job", "POST", "/v1/jobs", json=fields, headers=headers, is_kept=kept)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def job(self, job_id: str, *, is_kept: bool = True) -> Mapping[str, Any]:
        path, headers = f"/v1/jobs/{job_id}", {"Prefer": "wait=60"}
        return dict(self.send("a job", "GET", path, headers=headers, is_kept=is_kept).json())


def send_texts(sender: Sender) -> None:
    """As a text, names of documents, options, a template, a key; and what comes back has it."""
    stack = sender.stack
    answer = stack.http.post("/entities", json={"text": SENTENCE})
    assert answer.status_code == 200
    assert CORE in json.dumps(answer.json()["entities"]), "the result holds it, so the marker is found where it is"
    pattern = {"type": "CODE", "pattern": f"{CORE}[0-9]*", "context": [CORE]}
    lists = {"allow": [CORE], "deny": [{"text": CORE, "type": "PERSON"}], "recognizers": [pattern]}
    # Its answers give it back, that is what they are for.
    assert stack.http.put("/v1/templates/hidden", json=lists).status_code == 201
    jobs = [
        sender.submit(text=SENTENCE, language="auto", options={**lists, "explain": True}),
        sender.submit(text=SENTENCE, options={"template": "hidden", "operators": {"default": {"name": "encrypt"}}}),
        sender.submit({"Idempotency-Key": CORE}, text=SENTENCE, keep_input=True),
        sender.submit(documents=[{"custom_id": CORE, "text": SENTENCE}, {"custom_id": f"{CORE}2", "text": "Ω" * 9}]),
    ]
    same: dict[str, Any] = {"json": {"text": "Another."}, "headers": {"Idempotency-Key": CORE}}
    assert sender.send("the key for another text", "POST", "/v1/jobs", **same).status_code == 422
    for job_id in jobs:
        assert sender.job(job_id)["state"] == "succeeded"
        for what in ("events", "deliveries"):
            sender.send(what, "GET", f"/v1/jobs/{job_id}/{what}")
    tokens = stack.result(jobs[1])["documents"][0]["anonymized_text"]
    assert CORE in stack.http.post("/v1/deanonymize", json={"text": f"{CORE} {tokens}"}).text
    wrong = {"documents": [{"text": f"{CORE} <PERSON:siv:{'A' * 32}>"}]}
    sender.send("a wrong token", "POST", "/v1/deanonymize", json=wrong)
    for where in ("input", "result"):
        # By contract these have it; they make records of who read them.
        stack.http.get(f"/v1/jobs/{jobs[2]}/{where}")
    sender.send("erased", "DELETE", f"/v1/jobs/{jobs[0]}")
    sender.send("after it was erased", "GET", f"/v1/jobs/{jobs[0]}/result")


def send_files(sender: Sender) -> None:
    for kind, content in FILES.items():
        answer = sender.send(kind, "POST", "/v1/jobs", files={"file": (f"{CORE}.{kind}", content)})
        assert answer.status_code == 202, answer.text
        job_id = answer.json()["id"]
        assert sender.job(job_id)["state"] == "succeeded", kind
        given = sender.stack.http.get(f"/v1/jobs/{job_id}/file")
        sender.answers.append((f"headers of the {kind} file", str(given.headers).encode()))
    for kind, content in BROKEN_FILES.items():
        answer = sender.send(f"broken {kind}", "POST", "/v1/jobs", files={"file": (f"{CORE}.{kind}", content)})
        assert answer.status_code >= 400, kind
    named = {"file": ("a.txt", b"a"), CORE: (CORE, SENTENCE.encode(), f"text/{CORE}")}
    sender.send("an unknown part", "POST", "/v1/jobs", files=named)
    request = {"file": ("a.txt", b"a"), "request": (None, f'{{"{CORE}": "{CORE}"}}')}
    sender.send("a broken request beside a file", "POST", "/v1/jobs", files=request)


def send_webhooks(sender: Sender, hook: str) -> None:
    """A job's own and an endpoint's, with metadata and a URL that nobody else may see; one that is refused."""
    stack = sender.stack
    url = f"{hook}/{HOOK.core}?key={HOOK.core}"
    stack.http.post("/v1/webhook-secret")
    made = stack.http.put("/v1/webhook-endpoints/crm", json={"url": url})
    assert made.status_code == 201, made.text
    asked = {"metadata": {METADATA.core: METADATA.whole}, "webhook": {"url": url}}
    job_id = sender.submit(text=SENTENCE, **asked)
    assert sender.job(job_id, is_kept=False)["state"] == "succeeded"
    sender.send("deliveries", "GET", f"/v1/jobs/{job_id}/deliveries")
    stack.http.post("/v1/webhook-endpoints/crm/ping")
    for refused in (f"http://{CORE}.example/", f"https://{CORE}:{CORE}@example.org/", f"gopher://{CORE}", CORE):
        body = {"text": SENTENCE, "webhook": {"url": refused}}
        assert sender.send(f"webhook {refused}", "POST", "/v1/jobs", json=body).status_code == 422


def send_what_is_broken(sender: Sender) -> None:
    deep = "[" * 5_000 + f'"{CORE}"' + "]" * 5_000
    for path in ("/entities", "/v1/jobs"):
        for body in (
            f'{{"text": "{TEXT.whole}"',
            f'{{"text": "{TEXT.whole}\\ud800"}}',
            f'{{"text": "{TEXT.whole}\\u0000"}}',
            f'{{"text": ["{TEXT.whole}"]}}',
            f'{{"text": {deep}}}',
            f'{{"text": "a", "{TEXT.whole}": "{TEXT.whole}"}}' if path == "/v1/jobs" else f'"{TEXT.whole}"',
            f'{{"text": "a", "model_size": "{CORE}", "language": "{CORE}", "model_language": "{CORE}"}}',
            f'{{"text": "a", "options": "{TEXT.whole}", "model_size": "{TEXT.whole}"}}',
            f'{{"text": "a", "options": {{"operators": {{"{CORE}": {{"name": "{CORE}"}}}}}}, "model_size": 1}}',
            f'{{"text": "a", "options": {{"recognizers": [{{"type": "X", "pattern": "({CORE}"}}]}}, "model_size": 1}}',
            f'{{"text": "a", "options": {{"deny": [{{"text": "{CORE}", "type": "{CORE}"}}]}}, "model_size": 1}}',
        ):
            answer = sender.send(f"{path} {body[:80]}", "POST", path, content=body.encode(), headers=TYPED)
            assert answer.status_code in {413, 422}, body[:80]
        broken = b'{"text": "' + CORE.encode() + b'\xff"}'
        assert sender.send(f"{path} not UTF-8", "POST", path, content=broken, headers=TYPED).status_code == 422
        assert sender.send(f"{path} too long", "POST", path, json={"text": CORE * 100_000}).status_code == 413
    for path in ("/v1/deanonymize", "/v1/webhook-endpoints/a", "/v1/templates/a"):
        method = "POST" if path.endswith("ize") else "PUT"
        sender.send(path, method, path, content=f'{{"{CORE}": "{CORE}"'.encode(), headers=TYPED)
        sender.send(path, method, path, json={CORE: CORE, "url": CORE})


def send_in_odd_places(sender: Sender) -> None:
    for path in (
        *(f"/v1/jobs/{TEXT.whole}{rest}" for rest in ("", "/result", "/file", "/input", "/events", "/deliveries")),
        *(f"/v1/{kind}/{TEXT.whole}" for kind in ("webhook-endpoints", "templates", "keys", "dead-letters")),
        *(f"/{TEXT.whole}", f"/docs/files/{TEXT.whole}"),
    ):
        sender.send(f"path {path}", "GET", path)
    for method, path in (
        ("DELETE", f"/v1/jobs/{CORE}"),
        ("POST", f"/v1/jobs/{CORE}/cancel"),
        ("POST", f"/v1/dead-letters/{CORE}/replay"),
    ):
        assert sender.send(path, method, path).status_code == 404
    sender.send("query", "GET", "/v1/models", params={TEXT.whole: TEXT.whole})
    for name in ("state", "cursor", "limit", "created_after"):
        assert sender.send(name, "GET", "/v1/jobs", params={name: CORE}).status_code == 422
    named = {"X-Name": CORE, "User-Agent": CORE, "Cookie": f"n={CORE}", "Authorization": CORE, "Prefer": f"wait={CORE}"}
    typed = {"Content-Type": f"application/{CORE}", "X-Request-Id": CORE, "Referer": CORE, CORE: CORE}
    assert sender.send("headers", "POST", "/entities", json={"text": "a"}, headers=named).status_code == 200
    sender.send("content type", "POST", "/v1/jobs", content=b'{"text": "a"}', headers=typed)
    odd = {"Cancel-After": CORE, "Idempotency-Key": f'"{CORE}', "Origin": f"https://{CORE}.example", "Accept": CORE}
    sender.send("odd headers", "POST", "/v1/jobs", json={"text": "a"}, headers=odd)
    sender.send("preflight", "OPTIONS", "/v1/jobs", headers={"Origin": CORE, "Access-Control-Request-Method": CORE})
    form = {"Content-Type": f"multipart/form-data; boundary={CORE}"}
    sender.send("a broken form", "POST", "/v1/jobs", content=f"--{CORE}\r\n{CORE}".encode(), headers=form)
    sender.send("method", CORE.upper(), "/entities")
    core = CORE.encode()
    sender.send_raw("no HTTP", core + b"\r\n\r\n")
    sender.send_raw("broken header", b"GET / HTTP/1.1\r\n" + core + b"\r\n\r\n")
    sender.send_raw("broken length", b"POST /entities HTTP/1.1\r\nHost: l\r\nContent-Length: " + core + b"\r\n\r\n")


def send_a_job_that_fails(sender: Sender, **settings: str) -> None:
    """Its payload was altered. `settings`: of the worker, which starts for it."""
    client: Any = sender.stack.valkey.client()
    altered = sender.submit(text=SENTENCE)
    place = keys.hash_of("payload", altered)
    client.hset(place, "0", b"\x00" * 32 + client.hget(place, "0")[32:])
    sender.stack.start_worker(**settings)
    assert sender.job(altered)["state"] == "failed"
    sender.send("result of a failed job", "GET", f"/v1/jobs/{altered}/result")


def send_a_poisonous_job(sender: Sender, attempts: int) -> None:
    """Each process that works on it is killed."""
    client: Any = sender.stack.valkey.client()
    job_id = sender.submit(text=LONG_TEXT)

    def working(attempt: int) -> int:
        state, worker, tries = client.hmget(keys.job(job_id), "state", "worker", "attempts")
        is_running = state == b"running" and worker and int(tries) == attempt
        return int(worker.rpartition(b":")[2]) if is_running else 0

    for attempt in range(1, attempts + 1):
        process = eventually(functools.partial(working, attempt), what=f"attempt {attempt} runs")
        os.kill(process, signal.SIGKILL)
    job = sender.job(job_id)
    assert (job["state"], job["attempts"]) == ("failed", attempts), job
    sender.send("dead letters", "GET", "/v1/dead-letters")
