"""`python -m shared.rotate_keys`: afterwards the old key may go, and everything still opens."""

import base64
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared import keys
from shared.cipher import KEY_ID_BYTES, KeyRing, key_id
from shared.jobs.store import SyncStore
from shared.rotate_keys import KINDS, rotate
from tests.services.processes import ROOT
from tests.services.stack import Stack

TEXT = "Angela Merkel met Emmanuel Macron in Paris on 3 May 2019."
OLD, NEW = (base64.b64encode(secrets.token_bytes(32)).decode() for _ in range(2))
HOOK = {"url": "http://127.0.0.1:9/hook", "events": ["job.succeeded", "job.canceled"]}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A service that began with the old key, and has jobs, a template and webhooks under it."""
    environment = {"ENCRYPTION_KEYS": OLD, "WEBHOOK_ALLOWED_HOSTS": "127.0.0.1:9"}
    stack = Stack(tmp_path_factory.mktemp("rotation"), environment)
    stack.pretend_worker("en_sm")
    yield stack
    stack.end()


def command(stack: Stack, encryption_keys: str) -> "subprocess.CompletedProcess[str]":
    environment = {**stack.environment, "ENCRYPTION_KEYS": encryption_keys, "PATH": ""}
    return subprocess.run(
        [sys.executable, "-m", "shared.rotate_keys"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def boxes(stack: Stack) -> dict[bytes, bytes]:
    """Every value in the store that is sealed by a key of the ring, by the id of that key: none may be forgotten."""
    ids = {key_id(base64.b64decode(key)) for key in (OLD, NEW)}
    found: dict[bytes, bytes] = {}
    redis: Any = stack.valkey.client()
    for name in redis.scan_iter(f"{keys.PREFIX}*", _type="hash"):
        for field, value in redis.hgetall(name).items():
            if value[:KEY_ID_BYTES] in ids:
                found[name + b" " + field] = value[:KEY_ID_BYTES]
    return found


def fill(stack: Stack) -> tuple[str, str]:
    """A kept job with metadata and a job that ended with a webhook."""
    http = stack.http
    assert http.put("/v1/templates/short", json={"score_threshold": 0.5}).status_code == 201
    endpoint = {"url": HOOK["url"], "events": HOOK["events"]}
    assert http.put("/v1/webhook-endpoints/one", json=endpoint).status_code == 201
    assert http.post("/v1/webhook-endpoints/one/rotate").status_code == 200
    assert http.post("/v1/webhook-secret").status_code in (200, 201)
    kept = stack.submit(TEXT, metadata={"order": "7"}, keep_input=True)
    ended = stack.submit(TEXT, webhook=HOOK)
    assert http.post(f"/v1/jobs/{ended}/cancel").status_code == 200
    return kept, ended


def test_everything_opens_after_the_old_key_is_gone(stack: Stack) -> None:
    kept, ended = fill(stack)
    before = boxes(stack)
    old_id, new_id = (key_id(base64.b64decode(key)) for key in (OLD, NEW))
    assert set(before.values()) == {old_id}
    kinds = {name.decode().split(":")[1] for name in before}
    assert kinds == {"job", "event", "templates", "webhook-endpoint", "webhook-secret"}

    stack.restart_gateway(ENCRYPTION_KEYS=f"{NEW},{OLD}")
    first = command(stack, f"{NEW},{OLD}")
    assert (first.returncode, first.stderr) == (0, ""), first.stdout
    assert "jobs: 2 under the first key now" in first.stdout
    assert set(boxes(stack).values()) == {new_id}
    assert boxes(stack).keys() == before.keys()
    assert OLD not in first.stdout
    assert NEW not in first.stdout

    stack.restart_gateway(ENCRYPTION_KEYS=NEW)
    http = stack.http
    assert stack.job(kept)["metadata"] == {"order": "7"}
    assert http.get(f"/v1/jobs/{kept}/input").json()["documents"][0]["text"] == TEXT
    assert http.get("/v1/templates/short").json()["options"] == {"score_threshold": 0.5}
    assert http.get("/v1/webhook-endpoints/one").json()["url"] == HOOK["url"]
    assert stack.job(ended)["state"] == "canceled"
    again = command(stack, NEW)
    assert again.returncode == 0


def test_what_no_key_opens_is_counted_and_the_exit_says_so(stack: Stack) -> None:
    stranger = base64.b64encode(secrets.token_bytes(32)).decode()
    stack.submit(TEXT)
    done = command(stack, stranger)
    assert done.returncode == 1
    assert "0 under no key of the ring" not in done.stdout.splitlines()[0]
    assert "keep the keys" in done.stdout


def test_a_box_that_was_written_meanwhile_is_left_for_the_next_run(stack: Stack, monkeypatch: Any) -> None:
    store = SyncStore(stack.valkey.client())
    third = secrets.token_bytes(32)
    ring = KeyRing((third, base64.b64decode(NEW), base64.b64decode(OLD)))
    stack.http.put("/v1/templates/raced", json={})
    kind = next(kind for kind in KINDS if kind.title == "templates")
    renewed = KeyRing.renewed

    def slow(self: KeyRing, client: str, kind: str, name: str, box: bytes) -> bytes | None:
        if name == "raced":
            stack.http.put("/v1/templates/raced", json={"score_threshold": 0.9})
        return renewed(self, client, kind, name, box)

    with monkeypatch.context() as patch:
        patch.setattr(KeyRing, "renewed", slow)
        assert rotate(store, ring, kind).changed == 1
    assert stack.http.get("/v1/templates/raced").json()["options"] == {"score_threshold": 0.9}
    count = rotate(store, ring, kind)
    assert (count.changed, count.rewrapped) == (0, 1)


def test_a_wrong_setting_is_one_line(tmp_path: Path, stack: Stack) -> None:
    done = command(stack, "no key")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "no key" not in done.stderr
