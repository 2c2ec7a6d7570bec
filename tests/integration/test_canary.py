"""A text leaves its payload nowhere: a marker is sent in by every way there is, and looked for in all that is kept.

Looked at: every value in Redis, everything published, every file (append-only file and logs at debug level), command
lines, and every answer but the results.
"""

import base64
import json
import os
import signal
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from shared import keys
from tests.services.process_tree import command_line, descendants
from tests.services.processes import eventually
from tests.services.stack import Stack

CORE = "Quorvaxelbrandt"
#: With a letter that escapes and encodings spell in their own ways.
MARKER = f"Zoë {CORE}"
TEXT = f"{MARKER} met Angela Merkel in Paris. Write to {CORE}@example.org."
#: Some seconds of work.
LONG_TEXT = " ".join(f"{TEXT} Application no. {number}." for number in range(1_500))


def forms(word: str = CORE, whole: str = MARKER) -> dict[str, bytes]:
    """How the marker may be written down. Within base64 a word stands in three ways."""
    found = {
        "plain": word.encode(),
        "small": word.lower().encode(),
        "capital": word.upper().encode(),
        "UTF-16": word.encode("utf-16-le"),
        "UTF-32": word.encode("utf-32-le"),
        "hexadecimal": word.encode().hex().encode(),
        "JSON escapes": "".join(f"\\u{ord(letter):04x}" for letter in word).encode(),
        "JSON of the whole": json.dumps(whole)[1:-1].encode(),
        "percent": quote(whole).encode(),
    }
    for shift in range(3):
        # The first and last letters of the code depend on what stands beside the word.
        code = base64.b64encode(b"\0" * shift + word.encode())
        found[f"base64, shifted by {shift}"] = code[4 : len(code) // 4 * 4 - 4]
        found[f"URL base64, shifted by {shift}"] = found[f"base64, shifted by {shift}"].translate(
            bytes.maketrans(b"+/", b"-_")
        )
    return found


def sightings(places: Iterable[tuple[str, bytes]]) -> list[str]:
    wanted = forms()
    return [f"{place}: {form}" for place, content in places for form, value in wanted.items() if value in content]


def values_of(client: Any) -> Iterator[tuple[str, bytes]]:
    """Every key of every type, with all that it holds."""
    for key in client.scan_iter():
        kind = client.type(key)
        place = f"{kind.decode()} {key!r}"
        yield place, key
        match kind:
            case b"string":
                yield place, client.get(key) or b""
            case b"hash":
                yield from ((place, name + b" " + value) for name, value in client.hgetall(key).items())
            case b"list":
                yield from ((place, value) for value in client.lrange(key, 0, -1))
            case b"set":
                yield from ((place, value) for value in client.smembers(key))
            case b"zset":
                yield from ((place, value) for value in client.zrange(key, 0, -1))
            case b"stream":
                for _, fields in client.xrange(key):
                    yield from ((place, name + b" " + value) for name, value in fields.items())
            case _:
                pytest.fail(f"{place}: a type that this test does not read")


def files_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        # The append-only file's parts come and go while it is written anew.
        with suppress(FileNotFoundError):
            if path.is_file():
                yield str(path.relative_to(folder)), path.read_bytes()


def command_lines() -> Iterator[tuple[str, bytes]]:
    for process in descendants(os.getpid()):
        yield f"/proc/{process}/cmdline", command_line(process)


def rewrite_append_only_file(client: Any) -> None:
    client.config_set("rdbcompression", "no")
    before = client.info("persistence")["aof_base_size"]
    client.bgrewriteaof()

    def is_done() -> bool:
        state = client.info("persistence")
        return not state["aof_rewrite_in_progress"] and not state["aof_rewrite_scheduled"]

    eventually(is_done, what="the append-only file is written anew")
    assert client.info("persistence")["aof_last_bgrewrite_status"] == "ok", before


class Sender:
    """Sends the marker and keeps what was answered, but for results."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.answers: list[tuple[str, bytes]] = []

    def send(self, what: str, method: str, path: str, **how: Any) -> Any:
        answer = self.stack.http.request(method, path, **how)
        seen = "\n".join(f"{name}: {value}" for name, value in answer.headers.items()) + "\n" + answer.text
        self.answers.append((what, seen.encode()))
        return answer

    def send_raw(self, what: str, request: bytes) -> None:
        with socket.create_connection(("127.0.0.1", self.stack.port), timeout=10) as raw:
            raw.sendall(request)
            self.answers.append((what, raw.recv(65_536)))

    def submit(self, **fields: Any) -> str:
        answer = self.send("a job", "POST", "/v1/jobs", json=fields)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def job(self, job_id: str) -> Mapping[str, Any]:
        answer = self.send("a job", "GET", f"/v1/jobs/{job_id}", headers={"Prefer": "wait=60"})
        return dict(answer.json())


def send_what_is_broken(sender: Sender) -> None:
    typed = {"Content-Type": "application/json"}
    for path in ("/entities", "/v1/jobs"):
        for body in (
            f'{{"text": "{MARKER}"',
            f'{{"text": "{MARKER}\\ud800"}}',
            f'{{"text": "{MARKER}\\u0000"}}',
            f'{{"text": ["{MARKER}"]}}',
            f'{{"text": "a", "{MARKER}": "{MARKER}"}}' if path == "/v1/jobs" else f'"{MARKER}"',
            f'{{"text": "a", "model_size": "{CORE}", "language": "{CORE}", "model_language": "{CORE}"}}',
            f'{{"text": "a", "options": "{MARKER}", "model_size": "{MARKER}"}}',
            f'{{"text": "a", "options": {{"operators": {{"{CORE}": {{"name": "{CORE}"}}}}}}, "model_size": 1}}',
            f'{{"text": "a", "options": {{"recognizers": [{{"type": "X", "pattern": "({CORE}"}}]}}, "model_size": 1}}',
            f'{{"text": "a", "options": {{"deny": [{{"text": "{CORE}", "type": "{CORE}"}}]}}, "model_size": 1}}',
        ):
            assert sender.send(f"{path} {body}", "POST", path, content=body.encode(), headers=typed).status_code == 422
        broken = b'{"text": "' + CORE.encode() + b'\xff"}'
        assert sender.send(f"{path} not UTF-8", "POST", path, content=broken, headers=typed).status_code == 422
        assert sender.send(f"{path} too long", "POST", path, json={"text": CORE * 100_000}).status_code == 413


def send_in_odd_places(sender: Sender) -> None:
    for path in (f"/v1/jobs/{MARKER}", f"/v1/jobs/{MARKER}/result", f"/{MARKER}", f"/docs/files/{MARKER}"):
        sender.send(f"path {path}", "GET", path)
    sender.send("query", "GET", "/v1/models", params={MARKER: MARKER})
    named = {"X-Name": CORE, "User-Agent": CORE, "Cookie": f"n={CORE}", "Authorization": CORE, "Prefer": f"wait={CORE}"}
    typed = {"Content-Type": f"application/{CORE}", "X-Request-Id": CORE, "Referer": CORE, CORE: CORE}
    assert sender.send("headers", "POST", "/entities", json={"text": "a"}, headers=named).status_code == 200
    sender.send("content type", "POST", "/v1/jobs", content=b'{"text": "a"}', headers=typed)
    sender.send("method", CORE.upper(), "/entities")
    core = CORE.encode()
    sender.send_raw("no HTTP", core + b"\r\n\r\n")
    sender.send_raw("broken header", b"GET / HTTP/1.1\r\n" + core + b"\r\n\r\n")
    sender.send_raw("broken length", b"POST /entities HTTP/1.1\r\nHost: l\r\nContent-Length: " + core + b"\r\n\r\n")


def send_jobs_that_fail(sender: Sender) -> None:
    """One whose payload was altered, and one whose process is killed while it works on it."""
    stack = sender.stack
    client: Any = stack.valkey.client()
    stack.pretend_worker("en_sm")
    altered = sender.submit(text=TEXT)
    place = keys.hash_of("payload", altered)
    client.hset(place, "0", b"\x00" * 32 + client.hget(place, "0")[32:])
    waiting = sender.submit(text=TEXT, options={"allow": [CORE], "deny": [{"text": CORE, "type": "PERSON"}]})
    assert sightings(values_of(client)) == [], "in a payload that waits"
    stack.start_worker()
    assert sender.job(altered)["state"] == "failed"
    sender.send("result of a failed job", "GET", f"/v1/jobs/{altered}/result")
    assert sender.job(waiting)["state"] == "succeeded"

    killed = sender.submit(text=LONG_TEXT)

    def working() -> int:
        state, worker = client.hmget(keys.job(killed), "state", "worker")
        return int(worker.rpartition(b":")[2]) if state == b"running" and worker else 0

    os.kill(eventually(working, what="the job runs"), signal.SIGKILL)
    assert (sender.job(killed)["state"], sender.job(killed)["attempts"]) == ("succeeded", 2)


def test_a_text_is_found_nowhere_but_in_its_result(fragile_stack: Stack) -> None:
    stack, sender = fragile_stack, Sender(fragile_stack)
    client: Any = stack.valkey.client()
    published = client.pubsub()
    published.psubscribe("*")
    send_jobs_that_fail(sender)

    answer = stack.http.post("/entities", json={"text": TEXT})
    assert answer.status_code == 200
    assert CORE in json.dumps(answer.json()["entities"]), "the result holds it, so the marker is found where it is"
    pattern = {"type": "CODE", "pattern": f"{CORE}[0-9]*", "context": [CORE]}
    done = sender.submit(text=TEXT, language="auto", options={"explain": True, "recognizers": [pattern]})
    assert sender.job(done)["state"] == "succeeded"
    assert CORE in json.dumps(stack.result(done))
    send_in_odd_places(sender)
    send_what_is_broken(sender)

    spoken = [(str(message["channel"]), str(message["data"]).encode()) for message in _drained(published)]
    assert len(spoken) > 5, "changes of state are published"
    places = [*spoken, *sender.answers, *values_of(client), *command_lines(), *files_of(stack.folder)]
    rewrite_append_only_file(client)
    places += files_of(stack.folder)
    assert sightings(places) == []
    names = {place.rpartition("/")[2] for place, _ in places}
    assert {"gateway.log", "worker-0.log", "valkey.log", "appendonly.aof.manifest", "cmdline"} <= names
    assert stack.environment["LOG_LEVEL"] == "debug"


def _drained(subscription: Any) -> Iterator[Mapping[str, Any]]:
    while (message := subscription.get_message(timeout=0.2)) is not None:
        if message["type"] == "pmessage":
            yield message


@pytest.mark.parametrize("form", forms())
def test_the_marker_would_be_found_in_every_form(form: str) -> None:
    written = forms()[form]
    assert len(written) >= 12, "long enough not to be found by chance"
    assert any(seen.endswith(f": {form}") for seen in sightings([("place", b"before " + written + b" after")]))


@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
def test_the_marker_would_be_found_within_base64(before: str) -> None:
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        assert sightings([("place", encode(f"{before}{MARKER} and more".encode()))])


def test_the_marker_would_be_found_in_redis_and_on_disk(fragile_stack: Stack) -> None:
    stack, client = fragile_stack, fragile_stack.valkey.client()
    client.set("a string", TEXT)
    client.hset("a hash", "field", json.dumps(TEXT))
    client.hset("a hash's field", MARKER, "value")
    client.rpush("a list", "first", base64.b64encode(TEXT.encode()))
    client.sadd("a set", TEXT.encode("utf-16"))
    client.zadd("a sorted set", {TEXT: 1})
    client.xadd("a stream", {"field": TEXT})
    client.set(f"a key {MARKER}", "")
    kept = {"a string", "a hash", "a hash's field", "a list", "a set", "a sorted set", "a stream", "a key"}
    seen = sightings(values_of(client))
    assert {name for name in kept if any(f"b'{name}" in each or f'b"{name}' in each for each in seen)} == kept
    eventually(lambda: sightings(files_of(stack.folder)), what="the append-only file is written")
    rewrite_append_only_file(client)
    assert any("appendonlydir" in place for place in sightings(files_of(stack.folder)))
    (stack.folder / "gateway.log").open("a").write(f"{MARKER}\n")
    assert "gateway.log: plain" in sightings(files_of(stack.folder))
