"""Who gets in, and for how long."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.access.api_key import new_key
from gateway.access.scopes import Scope
from shared import keys
from tests.access.service import Guarded, id_of, problem_of
from tests.services.processes import ROOT, eventually
from tests.services.stack import Stack

Make = Callable[..., str]


def test_without_a_key_nobody_gets_in(guarded: Guarded) -> None:
    answer = guarded.ask(None, "GET", "/v1/jobs")
    assert (answer.status_code, problem_of(answer)) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="anonymization-api"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Request-Id"] == answer.json()["request_id"]


@pytest.mark.parametrize(
    "path", ["/health/live", "/docs", "/docs/files/swagger-ui.css", "/openapi.json", "/v1/webhook-keys"]
)
def test_some_places_need_no_key(guarded: Guarded, path: str) -> None:
    answer = guarded.ask(None, "GET", path)
    assert answer.status_code == 200
    assert "RateLimit" not in answer.headers
    assert guarded.ask("nonsense", "GET", path).status_code == 200


NEARLY: dict[str, Callable[[str], str]] = {
    "its beginning": lambda _: "ak_",
    "one character less": lambda key: key[:-1],
    "one more": lambda key: key + "A",
    "another case": str.upper,
    "its id alone": id_of,
    "another last character": lambda key: key[:-1] + ("a" if key[-1] != "a" else "b"),
    "another secret": lambda key: new_key(id_of(key)).whole,
    "nobody's": lambda _: new_key("ak_0123456789abcdef").whole,
    "twice": lambda key: f"{key} {key}",
    "twice with a comma": lambda key: f"{key},{key}",
    "another kind": lambda key: key.replace("ak_", "sk_"),
    "letters that are none": lambda key: f"{id_of(key)}_{'é' * 43}",
}


@pytest.mark.parametrize("nearly", NEARLY)
def test_a_key_that_is_not_quite_right_is_wrong(guarded: Guarded, client: Make, nearly: str) -> None:
    key = client()
    sent = NEARLY[nearly](key).encode()
    for name, value in ((b"Authorization", b"Bearer " + sent), (b"X-API-Key", sent)):
        answer = guarded.stack.http.get("/v1/jobs", headers={name: value})
        assert (answer.status_code, problem_of(answer)) == (401, "unauthenticated"), name
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="anonymization-api", error="invalid_token"'
        assert key.rpartition("_")[2] not in answer.text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Authorization", "Bearer {key}"),
        ("Authorization", "bearer {key}"),
        ("Authorization", "BEARER   {key}"),
        ("X-API-Key", "{key}"),
        ("x-api-key", "{key}"),
    ],
)
def test_ways_to_send_a_key(guarded: Guarded, client: Make, name: str, value: str) -> None:
    answer = guarded.stack.http.get("/v1/jobs", headers={name: value.format(key=client())})
    assert answer.status_code == 200, answer.text


def test_the_body_of_a_stranger_is_not_read(guarded: Guarded) -> None:
    """The answer comes before the body: what is wrong with it is never looked at."""
    for body in (b"{", b"\xff", b'{"text": 7}'):
        assert guarded.ask(None, "POST", "/v1/jobs", content=body).status_code == 401


def test_a_missing_scope_is_named(guarded: Guarded, client: Make) -> None:
    answer = guarded.ask(client(Scope.JOBS_READ), "POST", "/v1/deanonymize", json={"text": "a"})
    assert (answer.status_code, problem_of(answer)) == (403, "scope-missing")
    assert "the scope deanonymize" in answer.json()["detail"]
    assert answer.headers["WWW-Authenticate"].endswith('error="insufficient_scope", scope="deanonymize"')


def test_a_key_opens_no_more_than_its_scopes(guarded: Guarded, client: Make) -> None:
    job_id = "job_" + "0" * 32
    places = {
        Scope.JOBS_WRITE: ("POST", f"/v1/jobs/{job_id}/cancel", 404),
        Scope.JOBS_READ: ("GET", f"/v1/jobs/{job_id}", 404),
        Scope.JOBS_ERASE: ("DELETE", f"/v1/jobs/{job_id}", 404),
        Scope.DEANONYMIZE: ("POST", "/v1/deanonymize", 422),
        Scope.ADMIN: ("GET", "/v1/keys", 200),
    }
    for scope in Scope:
        key = client(scope)
        for needed, (method, path, status) in places.items():
            answer = guarded.ask(key, method, path)
            assert answer.status_code == (status if needed is scope else 403), (scope, path)


@pytest.mark.parametrize(
    "path", ["/v1/keys%0A", "/v1/keys/", "//v1/keys", "/v1/./keys", "/V1/keys", "/v1/keys%2f", "/v1//keys"]
)
def test_no_spelling_of_a_place_goes_round_its_scope(guarded: Guarded, client: Make, path: str) -> None:
    """The router takes a line feed at the end for nothing."""
    answer = guarded.ask(client(Scope.JOBS_READ), "GET", path)
    assert answer.status_code in {307, 403, 404}, answer.text
    assert "keys" not in answer.text or answer.status_code == 307


def test_a_key_is_made_shown_once_looked_at_and_revoked_at_once(guarded: Guarded, client: Make) -> None:
    admin = client(Scope.ADMIN)
    asked = {
        "client": guarded.new_name(),
        "scopes": ["jobs:read"],
        "name": "night shift",
        "expires_at": "2099-01-01T00:00:00Z",
    }
    answer = guarded.ask(admin, "POST", "/v1/keys", json=asked)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    key = made.pop("key")
    assert re.fullmatch(r"ak_[0-9a-f]{16}_[0-9A-Za-z]{43}", key)
    assert made["id"] == id_of(key)
    assert answer.headers["Location"] == f"/v1/keys/{made['id']}"
    assert answer.headers["Cache-Control"] == "no-store"
    assert made | asked | {"expires_at": "2099-01-01T00:00:00.000Z"} == made
    assert made["last_used_at"] is made["revoked_at"] is None
    assert guarded.get(admin, f"/v1/keys/{made['id']}") == made
    assert guarded.get(admin, f"/v1/keys?client={asked['client']}") == {"keys": [made]}
    assert guarded.get(key, "/v1/jobs") == {"jobs": [], "next_cursor": None}

    revoked = guarded.ask(admin, "DELETE", f"/v1/keys/{made['id']}")
    assert revoked.status_code == 200
    assert revoked.json()["revoked_at"]
    # The very next request, of any process: no gateway keeps what it knows of keys.
    guarded.get(key, "/v1/jobs", status=401)
    assert guarded.ask(admin, "GET", f"/v1/keys/{made['id']}").status_code == 404
    (listed,) = [each for each in guarded.get(admin, "/v1/keys")["keys"] if each["id"] == made["id"]]
    assert listed["revoked_at"]
    for method, path in (("DELETE", ""), ("POST", "/rotate")):
        gone = guarded.ask(admin, method, f"/v1/keys/{made['id']}{path}")
        assert (gone.status_code, problem_of(gone)) == (404, "key-not-found")
    assert guarded.ask(admin, "GET", "/v1/keys/ak_0123456789abcdef").status_code == 404


def test_both_secrets_count_while_a_key_is_rotated(guarded: Guarded, client: Make) -> None:
    admin, old = client(Scope.ADMIN), client()
    rotated = guarded.ask(admin, "POST", f"/v1/keys/{id_of(old)}/rotate").json()
    until = datetime.fromisoformat(rotated["old_secret_valid_until"]) - datetime.now(UTC)
    assert timedelta(hours=23, minutes=59) < until <= timedelta(hours=24, seconds=5)
    new = rotated["key"]
    assert id_of(new) == id_of(old)
    for key in (old, new):
        guarded.get(key, "/v1/jobs")
    # Twice: the first is over, whatever time it had left; without an overlap the second too.
    newest = guarded.ask(admin, "POST", f"/v1/keys/{id_of(old)}/rotate", json={"overlap_s": 0}).json()["key"]
    for key, status in ((old, 401), (new, 401), (newest, 200)):
        guarded.get(key, "/v1/jobs", status=status)


def test_an_old_secret_ends_when_its_time_is_over(guarded: Guarded, client: Make) -> None:
    admin, old = client(Scope.ADMIN), client()
    new = guarded.ask(admin, "POST", f"/v1/keys/{id_of(old)}/rotate", json={"overlap_s": 1}).json()["key"]
    eventually(lambda: guarded.ask(old, "GET", "/v1/jobs").status_code == 401, what="the old secret ends")
    guarded.get(new, "/v1/jobs")


def test_a_key_ends_when_it_expires(guarded: Guarded) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=2)
    key = guarded.make_key(guarded.new_name(), Scope.JOBS_READ, expires_at=soon)
    guarded.get(key, "/v1/jobs")
    eventually(lambda: guarded.ask(key, "GET", "/v1/jobs").status_code == 401, what="the key expires")


def test_its_last_use_is_noted_once_a_minute(guarded: Guarded, client: Make) -> None:
    admin, key = client(Scope.ADMIN), client()
    redis = guarded.stack.valkey.client()
    record = keys.api_key(id_of(key))
    assert guarded.get(admin, f"/v1/keys/{id_of(key)}")["last_used_at"] is None
    guarded.ask(new_key(id_of(key)).whole, "GET", "/v1/jobs")
    assert redis.hget(record, "last_used_ms") is None, "a wrong secret is no use of the key"
    guarded.get(key, "/v1/jobs")
    noted = redis.hget(record, "last_used_ms")
    assert noted is not None
    redis.hset(record, "last_used_ms", int(noted) - 50_000)
    guarded.get(key, "/v1/jobs")
    assert redis.hget(record, "last_used_ms") == str(int(noted) - 50_000).encode()
    redis.hset(record, "last_used_ms", int(noted) - 61_000)
    guarded.get(key, "/v1/jobs")
    assert int(redis.hget(record, "last_used_ms") or 0) >= int(noted)
    assert guarded.get(admin, f"/v1/keys/{id_of(key)}")["last_used_at"]


def test_no_secret_is_in_the_store_or_the_log(guarded: Guarded, client: Make) -> None:
    admin = client(Scope.ADMIN)
    key = guarded.ask(admin, "POST", "/v1/keys", json={"client": "x", "scopes": ["admin"]}).json()["key"]
    rotated = guarded.ask(admin, "POST", f"/v1/keys/{id_of(key)}/rotate").json()["key"]
    guarded.get(rotated, "/v1/keys")
    redis = guarded.stack.valkey.client()
    stored = b"".join(redis.dump(name) or b"" for name in redis.keys("*api-key*"))
    assert id_of(key).encode() in stored
    for shown in (key, rotated):
        secret = shown.rpartition("_")[2]
        assert secret.encode() not in stored
        assert secret not in guarded.stack.logs()
    folder = guarded.stack.valkey.append_only_folder
    assert not [path for path in folder.iterdir() if rotated.rpartition("_")[2].encode() in path.read_bytes()]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/client"),
        ({"client": "a b", "scopes": ["admin"]}, "/client"),
        ({"client": "a/b", "scopes": ["admin"]}, "/client"),
        ({"client": "a:b", "scopes": ["admin"]}, "/client"),
        ({"client": "", "scopes": ["admin"]}, "/client"),
        ({"client": "x" * 65, "scopes": ["admin"]}, "/client"),
        ({"client": "x\n", "scopes": ["admin"]}, "/client"),
        ({"client": "x"}, "/scopes"),
        ({"client": "x", "scopes": []}, "/scopes"),
        ({"client": "x", "scopes": ["jobs:burn"]}, "/scopes/0"),
        ({"client": "x", "scopes": "admin"}, "/scopes"),
        ({"client": "x", "scopes": ["admin"], "name": "Zoë"}, "/name"),
        ({"client": "x", "scopes": ["admin"], "expires_at": "2001-01-01T00:00:00Z"}, "/expires_at"),
        ({"client": "x", "scopes": ["admin"], "expires_at": "tomorrow"}, "/expires_at"),
        ({"client": "x", "scopes": ["admin"], "key": "mine"}, "/key"),
    ],
)
def test_what_cannot_be_a_key_is_refused_by_name(guarded: Guarded, client: Make, body: Any, pointer: str) -> None:
    answer = guarded.ask(client(Scope.ADMIN), "POST", "/v1/keys", json=body)
    assert (answer.status_code, problem_of(answer)) == (422, "invalid-request")
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


def test_the_command_needs_redis_alone(guarded: Guarded, client: Make) -> None:
    def command(*arguments: str, code: int = 0) -> tuple[str, str]:
        environment = {**os.environ, **guarded.stack.environment, "PORT": "1"}
        done = subprocess.run(
            [sys.executable, "-m", "gateway.keys", *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
        return done.stdout.strip(), done.stderr.strip()

    name = guarded.new_name()
    key, said = command("create", "--client", name, "--scopes", "jobs:read,jobs:write", "--name", "first")
    assert said == f"{id_of(key)} of {name} may jobs:read, jobs:write. It is shown this once:"
    guarded.submit(key)
    listed, _ = command("list")
    (row,) = [line for line in listed.splitlines() if line.startswith(id_of(key))]
    assert re.search(rf"{name} +jobs:read,jobs:write +20\S+Z +20\S+Z +never +counts +first", row)
    assert key not in listed
    new, _ = command("rotate", id_of(key), "--overlap-s", "0")
    guarded.get(key, "/v1/jobs", status=401)
    guarded.get(new, "/v1/jobs")
    _, said = command("limits", "--client", name, "--max-jobs", "1", "--rate-per-s", "0.5")
    assert said == f"{name}: rate_per_s 0.5, max_jobs 1; all else as the settings say."
    assert problem_of(guarded.ask(new, "POST", "/v1/jobs", json={"text": "Jane Doe"})) == "too-many-jobs"
    command("revoke", id_of(key))
    guarded.get(new, "/v1/jobs", status=401)
    assert command("revoke", id_of(key), code=1) == ("", "gateway.keys: No such API key, or it was revoked.")
    _, said = command("create", "--client", "a b", "--scopes", "admin", code=1)
    assert said == "gateway.keys: client: Must match ^[A-Za-z0-9_.-]{1,64}$"


def test_without_keys_in_use_none_is_made_by_http(fragile_stack: Stack) -> None:
    """On loopback everybody is let in; nobody should make a key there that stays when that is over."""
    for method, path, body in (
        ("GET", "/v1/keys", None),
        ("POST", "/v1/keys", {"client": "x", "scopes": ["admin"]}),
        ("DELETE", "/v1/keys/ak_0123456789abcdef", None),
        ("PUT", "/v1/clients/x/limits", {}),
    ):
        answer = fragile_stack.http.request(method, path, json=body)
        assert (answer.status_code, problem_of(answer)) == (409, "keys-not-in-use"), path
