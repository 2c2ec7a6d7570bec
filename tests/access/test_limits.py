"""How much a client may ask, and what it is told of it."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2 as httpx
import pytest

from gateway.access.scopes import Scope
from shared.api_keys import ClientLimits, put_limits
from tests.access.service import TEXT, Guarded, id_of, problem_of
from tests.services.processes import eventually

EVERYTHING = tuple(scope for scope in Scope if scope is not Scope.ADMIN)


def limited(guarded: Guarded, **limits: Any) -> str:
    """The key of a client with these limits."""
    name = guarded.new_name()
    guarded.run(put_limits(name, ClientLimits(**limits)))
    return guarded.make_key(name, *EVERYTHING)


def fields(answer: httpx.Response) -> tuple[int, int, int, int]:
    """Quota, window, remaining, reset."""
    policy = re.fullmatch(r'"requests";q=(\d+);w=(\d+)', answer.headers["RateLimit-Policy"])
    left = re.fullmatch(r'"requests";r=(\d+);t=(\d+)', answer.headers["RateLimit"])
    assert policy is not None
    assert left is not None
    return int(policy[1]), int(policy[2]), int(left[1]), int(left[2])


def test_every_answer_says_what_is_left(guarded: Guarded) -> None:
    key = limited(guarded, rate_per_s=0.001, burst=5)
    answers = [
        guarded.ask(key, "GET", "/v1/jobs"),
        guarded.ask(key, "GET", "/v1/jobs/job_0"),
        guarded.ask(key, "GET", "/v1/keys"),
        guarded.ask(key, "GET", "/nowhere"),
        guarded.ask(key, "POST", "/v1/jobs", content=b"{"),
        guarded.ask(key, "GET", "/v1/jobs"),
    ]
    assert [answer.status_code for answer in answers] == [200, 404, 403, 404, 422, 429]
    assert [fields(answer)[:3] for answer in answers] == [(5, 5000, left) for left in (4, 3, 2, 1, 0, 0)]
    assert [fields(answer)[3] for answer in answers[:2]] == [1000, 2000]


def test_too_many_requests_are_told_when_to_come_again(guarded: Guarded) -> None:
    key = limited(guarded, rate_per_s=0.001, burst=1)
    guarded.get(key, "/v1/jobs")
    answer = guarded.ask(key, "POST", "/v1/jobs", json={"text": TEXT})
    assert (answer.status_code, problem_of(answer)) == (429, "rate-limited")
    assert 900 < int(answer.headers["Retry-After"]) <= 1000
    assert answer.headers["Cache-Control"] == "no-store"
    # What needs no key is not counted.
    assert guarded.ask(key, "GET", "/health/live").status_code == 200


def test_an_allowance_grows_again(guarded: Guarded) -> None:
    key = limited(guarded, rate_per_s=1, burst=2)
    eventually(lambda: guarded.ask(key, "GET", "/v1/jobs").status_code == 429, what="the burst is used up")
    eventually(lambda: guarded.ask(key, "GET", "/v1/jobs").status_code == 200, within_s=10, what="more may come")


def test_a_burst_is_counted_to_the_request(guarded: Guarded) -> None:
    """However many ask at once: the script is one atomic call."""
    key = limited(guarded, rate_per_s=0.001, burst=20)
    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(lambda _: guarded.ask(key, "GET", "/v1/jobs").status_code, range(60)))
    assert sorted(statuses) == [200] * 20 + [429] * 40


def test_all_keys_of_a_client_share_its_allowance_and_other_clients_do_not(guarded: Guarded) -> None:
    name = guarded.new_name()
    guarded.run(put_limits(name, ClientLimits(rate_per_s=0.001, burst=2)))
    one, other = (guarded.make_key(name, *EVERYTHING) for _ in range(2))
    assert [guarded.ask(key, "GET", "/v1/jobs").status_code for key in (one, other, one)] == [200, 200, 429]
    guarded.get(limited(guarded, rate_per_s=0.001, burst=2), "/v1/jobs")


def test_who_knows_no_secret_uses_up_nobodys_allowance(guarded: Guarded) -> None:
    key = limited(guarded, rate_per_s=0.001, burst=2)
    for _ in range(5):
        guarded.get(f"{id_of(key)}_{'A' * 43}", "/v1/jobs", status=401)
    assert fields(guarded.ask(key, "GET", "/v1/jobs"))[2] == 1


def test_a_client_without_limits_of_its_own_has_the_services(guarded: Guarded) -> None:
    answer = guarded.ask(guarded.new_client(*EVERYTHING), "GET", "/v1/jobs")
    assert fields(answer) == (200, 2, 199, 1)


def test_a_limit_of_0_is_none(guarded: Guarded) -> None:
    answer = guarded.ask(limited(guarded, rate_per_s=0), "GET", "/v1/jobs")
    assert answer.status_code == 200
    assert "RateLimit" not in answer.headers
    assert "RateLimit-Policy" not in answer.headers


def keys_of_jobs(guarded: Guarded) -> set[bytes]:
    """But for what counts requests, and for the audit log."""
    found: list[bytes] = list(guarded.stack.valkey.client().scan_iter("aa:*"))
    return {name for name in found if not re.match(rb"aa:(allowance:|api-key|audit|workers|characters:)", name)}


SUBMITS: list[dict[str, Any]] = [
    {"json": {"text": TEXT}},
    {"json": {"documents": [{"text": "word " * 5_000}, {"text": "word " * 5_000}]}},
    {"files": {"file": ("a.txt", TEXT.encode(), "text/plain")}},
    {"json": {"text": TEXT}, "headers": {"Idempotency-Key": "a"}},
]


@pytest.mark.parametrize("submit", SUBMITS, ids=["text", "documents", "file", "idempotency-key"])
def test_more_jobs_at_once_than_allowed_are_refused_whole(guarded: Guarded, submit: dict[str, Any]) -> None:
    key = limited(guarded, max_jobs=2)
    first, _ = guarded.submit(key), guarded.submit(key)
    before = keys_of_jobs(guarded)
    refused = guarded.ask(key, "POST", "/v1/jobs", **submit)
    assert (refused.status_code, problem_of(refused)) == (429, "too-many-jobs")
    assert refused.headers["Retry-After"] == "5"
    assert keys_of_jobs(guarded) == before
    # Another client's jobs do not count, and an end makes room.
    guarded.submit(limited(guarded, max_jobs=1))
    guarded.ask(key, "POST", f"/v1/jobs/{first}/cancel")
    assert guarded.ask(key, "POST", "/v1/jobs", **submit).status_code == 202


def test_jobs_at_once_are_counted_to_the_job(guarded: Guarded) -> None:
    key = limited(guarded, max_jobs=10, rate_per_s=0)
    with ThreadPoolExecutor(16) as pool:
        asked = pool.map(lambda _: guarded.ask(key, "POST", "/v1/jobs", json={"text": TEXT}), range(40))
        statuses = sorted(answer.status_code for answer in asked)
    assert statuses == [202] * 10 + [429] * 30
    assert len(guarded.get(key, "/v1/jobs?state=queued&limit=100")["jobs"]) == 10


def test_every_end_of_a_job_makes_room(guarded: Guarded) -> None:
    key = limited(guarded, max_jobs=1)
    for method, path in (("POST", "/cancel"), ("DELETE", "")):
        guarded.ask(key, method, f"/v1/jobs/{guarded.submit(key)}{path}")
    guarded.submit(key)


def test_characters_a_minute(guarded: Guarded) -> None:
    key = limited(guarded, characters_per_minute=1_000)
    guarded.submit(key, "word " * 120)
    before = keys_of_jobs(guarded)
    refused = guarded.ask(key, "POST", "/v1/jobs", json={"text": "word " * 120})
    assert (refused.status_code, problem_of(refused)) == (429, "rate-limited")
    assert 1 <= int(refused.headers["Retry-After"]) <= 12
    assert "characters" in refused.json()["detail"]
    assert keys_of_jobs(guarded) == before
    # Less than what is left may come.
    guarded.submit(key, "word " * 60)


def test_a_text_of_more_than_a_minutes_characters_passes_once(guarded: Guarded) -> None:
    """Else it never could; what comes next waits the longer."""
    key = limited(guarded, characters_per_minute=100)
    guarded.submit(key, "word " * 100)
    refused = guarded.ask(key, "POST", "/v1/jobs", json={"text": "word"})
    assert 200 < int(refused.headers["Retry-After"]) <= 300


def test_limits_are_set_and_unset_by_an_operator(guarded: Guarded) -> None:
    admin, name = guarded.new_client(Scope.ADMIN), guarded.new_name()
    path, key = f"/v1/clients/{name}/limits", guarded.make_key(name, *EVERYTHING)
    nothing = dict.fromkeys(("rate_per_s", "burst", "max_jobs", "characters_per_minute"))
    assert guarded.get(admin, path) == nothing
    set_to = guarded.ask(admin, "PUT", path, json={"max_jobs": 1, "rate_per_s": 2.5})
    assert set_to.json() == guarded.get(admin, path) == nothing | {"max_jobs": 1, "rate_per_s": 2.5}
    assert fields(guarded.ask(key, "GET", "/v1/jobs"))[:2] == (200, 80)
    guarded.ask(admin, "PUT", path, json={"burst": 3})
    assert guarded.get(admin, path) == nothing | {"burst": 3}
    assert guarded.ask(admin, "DELETE", path).status_code == 204
    assert guarded.get(admin, path) == nothing
    for body in ({"burst": 0}, {"max_jobs": -1}, {"max_jobs": 1.5}, {"rate_per_s": "1"}, {"rates": 1}):
        assert guarded.ask(admin, "PUT", path, json=body).status_code == 422, body
    assert guarded.ask(admin, "PUT", "/v1/clients/a b/limits", json={}).status_code == 422


def test_what_is_counted_costs_no_write_to_disk(guarded: Guarded) -> None:
    """With `appendfsync always` every look at a job would else wait for one."""
    name = guarded.new_name()
    guarded.run(put_limits(name, ClientLimits(rate_per_s=0.001, burst=5)))
    key = guarded.make_key(name, *EVERYTHING)
    guarded.get(key, "/v1/jobs")
    assert guarded.stack.valkey.client().exists(f"aa:allowance:{name}")
    written = b"".join(path.read_bytes() for path in guarded.stack.valkey.append_only_folder.iterdir())
    assert f"aa:limits:{name}".encode() in written
    assert f"aa:allowance:{name}".encode() not in written
