"""The audit log: what is noted with the deed, and what is found when somebody changes it afterwards."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway.audit.chainer import next_extension
from gateway.audit.verification import Fault, entries_of, verify
from shared.audit import Action, Deed, audited, note, note_of_job
from shared.audit_chain import extend, read_work
from shared.cipher import KeyRing
from shared.errors import AuditBroken, QueueFull
from shared.jobs.reads import erase
from shared.jobs.script import Command
from shared.jobs.store import SyncStore
from shared.jobs.transitions import cancel, submit
from tests.integration.job_store import NEW, Run, put
from tests.services.processes import eventually
from tests.services.stack import Stack
from tests.services.valkey import Server

RING = KeyRing((b"k" * 32,))
HOUR_MS = 3_600_000
NOW_MS = 1_800_000_000_000
CHAIN, INBOX, HEAD = "aa:audit", "aa:audit-inbox", "aa:audit-head"


@pytest.fixture
def run(valkey: Server) -> Run:
    return SyncStore(valkey.client()).run


@pytest.fixture
def redis(valkey: Server) -> Any:
    return valkey.client()


def deed(number: int = 1, **changes: Any) -> Deed:
    return Deed(
        **{
            "client": "anna",
            "key_id": "k1",
            "action": Action.CANCEL,
            "subject": f"job_{number}",
            "request_id": f"req_{number}",
            **changes,
        }
    )


def chain(
    run: Run, ring: KeyRing = RING, *, now_ms: int = NOW_MS, retention_ms: int = 10**15, most: int = 10**6
) -> int:
    extension = next_extension(run(read_work(200)), ring, now_ms=now_ms, retention_ms=retention_ms, max_entries=most)
    return int(run(extend(extension))) if extension else 0


def noted(run: Run) -> list[tuple[str, str, str, int]]:
    chain(run)
    return [(e.note.action, e.note.subject, e.note.outcome, e.note.count) for e in entries_of(run)]


def chained(run: Run, count: int = 5) -> None:
    for number in range(1, count + 1):
        run(note(deed(number)))
    chain(run)


def findings(run: Run, ring: KeyRing = RING, **known: str) -> list[tuple[Fault, int]]:
    verdict = verify(run, ring, {int(number[1:]): value for number, value in known.items()})
    return [(each.fault, each.sequence) for each in verdict.findings]


def new_job(job_id: str = "job_1", *, depth: int = 10) -> Command[Any]:
    return submit(replace(NEW, id=job_id), max_hints=0, hint_lost_ms=1, max_queued_ms=HOUR_MS, max_depth=depth)


def test_a_deed_is_noted_in_the_call_that_does_it(run: Run) -> None:
    submitted = run(audited(new_job(), deed(action=Action.SUBMIT, count=3)))
    assert submitted.job.id == "job_1", "the operation's own reply"
    run(audited(cancel("job_1", retention_ms=HOUR_MS), deed()))
    run(audited(cancel("job_1", retention_ms=HOUR_MS), deed()))
    run(audited(erase("job_1", b"receipt", receipt_ms=HOUR_MS, retention_ms=HOUR_MS), deed(action=Action.ERASE)))
    run(audited(erase("job_2", b"receipt", receipt_ms=HOUR_MS, retention_ms=HOUR_MS), deed(2, action=Action.ERASE)))
    assert noted(run) == [
        ("submit", "job_1", "done", 3),
        ("cancel", "job_1", "done", 0),
        ("cancel", "job_1", "no-effect", 0),
        ("erase", "job_1", "done", 0),
        ("erase", "job_2", "no-effect", 0),
    ]


def test_a_refused_submit_is_noted_as_one_without_effect(run: Run) -> None:
    with pytest.raises(QueueFull):
        run(audited(new_job(depth=0), deed(action=Action.SUBMIT)))
    assert noted(run) == [("submit", "job_1", "no-effect", 0)]


@pytest.mark.parametrize(
    ("client", "subject", "outcome"),
    [("client", "job_1", "done"), ("anna", "job_1", "not-found"), ("client", "job_2", "not-found")],
)
def test_who_asks_for_a_job_is_noted(run: Run, client: str, subject: str, outcome: str) -> None:
    put(run)
    run(note_of_job(deed(client=client, subject=subject, action=Action.READ_RESULT)))
    assert noted(run) == [("read-result", subject, outcome, 0)]


def test_only_an_operation_of_the_script_can_note() -> None:
    with pytest.raises(ValueError, match="only an operation"):
        audited(Command(("GET", "a"), bool), deed())


def test_an_untouched_chain_is_as_it_was_signed(run: Run) -> None:
    chained(run, 3)
    chained(run, 4)
    verdict = verify(run, RING, {})
    assert (verdict.entries, verdict.first, verdict.last, verdict.waiting, verdict.findings) == (7, 1, 7, 0, ())
    run(note(deed()))
    assert verify(run, RING, {}).waiting == 1


def test_no_log_at_all_is_no_fault_but_where_one_was_known(run: Run) -> None:
    assert findings(run) == []
    assert findings(run, n7="ab") == [(Fault.HEAD_MISSING, 0), (Fault.CUT_OFF, 1)]


def rewrite(redis: Any, entries: list[Any]) -> None:
    """Entries of a stream cannot be changed: whoever alters one writes all anew."""
    redis.delete(CHAIN)
    for entry_id, fields in entries:
        redis.xadd(CHAIN, fields, id=entry_id)


def remove(number: int) -> Callable[[Any], None]:
    return lambda redis: redis.xdel(CHAIN, f"{number}-0")


def alter(number: int, **changes: Any) -> Callable[[Any], None]:
    changed = {name.encode(): value for name, value in changes.items()}

    def do(redis: Any) -> None:
        entries = redis.xrange(CHAIN)
        entry_id, fields = entries[number - 1]
        entries[number - 1] = (entry_id, {**fields, **changed})
        rewrite(redis, entries)

    return do


def swap(redis: Any) -> None:
    entries = redis.xrange(CHAIN)
    entries[1], entries[2] = (entries[1][0], entries[2][1]), (entries[2][0], entries[1][1])
    rewrite(redis, entries)


def insert(redis: Any) -> None:
    entries = redis.xrange(CHAIN)
    rewrite(redis, [*entries[:2], (b"2-7", entries[3][1]), *entries[2:]])


def append(redis: Any) -> None:
    redis.xadd(CHAIN, redis.xrange(CHAIN, "5-0", "5-0")[0][1], id="6-0")


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (alter(2, action="read-file"), [(Fault.ALTERED, 2)]),
        (alter(2, subject=b"job_9"), [(Fault.ALTERED, 2)]),
        (alter(2, time_ms="1"), [(Fault.ALTERED, 2)]),
        (alter(2, count="many"), [(Fault.ALTERED, 2)]),
        (alter(2, hash="0" * 64), [(Fault.ALTERED, 2), (Fault.ALTERED, 3)]),
        (alter(1, client="otto"), [(Fault.ALTERED, 1)]),
        (alter(5, client="otto"), [(Fault.ALTERED, 5)]),
        (remove(1), [(Fault.MISSING, 1)]),
        (remove(3), [(Fault.MISSING, 3)]),
        (remove(5), [(Fault.CUT_OFF, 5)]),
        (swap, [(Fault.ALTERED, 2), (Fault.ALTERED, 3), (Fault.ALTERED, 4)]),
        (insert, [(Fault.OUT_OF_ORDER, 2)]),
        (append, [(Fault.ALTERED, 6), (Fault.BEYOND_HEAD, 6)]),
        (lambda redis: redis.delete(CHAIN), [(Fault.CUT_OFF, 1)]),
        (lambda redis: redis.delete(HEAD), [(Fault.HEAD_MISSING, 0), (Fault.BEYOND_HEAD, 1)]),
    ],
)
def test_what_was_changed_is_found(run: Run, redis: Any, tamper: Callable[[Any], None], found: Any) -> None:
    chained(run)
    assert findings(run) == []
    tamper(redis)
    assert findings(run) == found


def test_a_chain_that_was_made_anew_does_not_lead_to_the_signed_head(run: Run, redis: Any) -> None:
    """By somebody who writes to Redis and has no key."""
    chained(run)
    signed = redis.hgetall(HEAD)
    redis.delete(CHAIN, HEAD)
    for number in range(1, 6):
        run(note(deed(number, client="otto")))
    chain(run, KeyRing((b"x" * 32,)))
    redis.hset(HEAD, mapping=signed)
    assert findings(run) == [(Fault.REWRITTEN, 5)]


def test_a_head_of_another_key_is_neither_believed_nor_followed(run: Run, redis: Any) -> None:
    chained(run)
    redis.hset(HEAD, "statement", redis.hget(HEAD, "statement").replace(b'"sequence": 5', b'"sequence": 4'))
    assert (Fault.SIGNATURE, 0) in findings(run)
    run(note(deed()))
    with pytest.raises(AuditBroken):
        chain(run)


def test_a_head_that_was_lost_is_not_begun_anew_over_its_chain(run: Run, redis: Any) -> None:
    chained(run)
    redis.delete(HEAD)
    run(note(deed()))
    assert chain(run) == -1
    assert redis.xlen(INBOX) == 1


def test_two_chainers_at_once_make_one_chain(run: Run) -> None:
    run(note(deed()))
    work = run(read_work(10))
    first, second = (next_extension(work, RING, now_ms=NOW_MS, retention_ms=HOUR_MS, max_entries=10) for _ in range(2))
    assert first is not None
    assert second is not None
    assert (run(extend(first)), run(extend(second))) == (1, 0)
    assert [each.sequence for each in entries_of(run)] == [1]


def test_old_entries_go_and_the_rest_still_verifies(run: Run, redis: Any) -> None:
    chained(run, 5)
    chained(run, 3)
    chain(run, most=6)
    assert [each.sequence for each in entries_of(run)] == [3, 4, 5, 6, 7, 8]
    assert findings(run) == []
    chain(run, now_ms=NOW_MS + 10**12, retention_ms=HOUR_MS)
    assert (redis.xlen(CHAIN), findings(run)) == (0, [])
    chained(run, 2)
    assert [each.sequence for each in entries_of(run)] == [9, 10]
    assert findings(run) == []


def test_keys_are_changed_without_breaking_the_chain(run: Run) -> None:
    old, new = b"k" * 32, b"n" * 32
    chained(run)
    assert findings(run, KeyRing((new, old))) == []
    run(note(deed()))
    chain(run, KeyRing((new, old)))
    assert findings(run, KeyRing((new,))) == []
    assert findings(run, KeyRing((old,))) == [(Fault.SIGNATURE, 0)]


def test_each_hour_leaves_an_anchor_that_a_rolled_back_store_contradicts(run: Run, redis: Any) -> None:
    chained(run, 2)
    copy = {name: redis.dump(name) for name in (CHAIN, HEAD)}
    chained(run, 2)
    run(note(deed()))
    chain(run, now_ms=NOW_MS + HOUR_MS)
    assert verify(run, RING, {}).anchors == 1
    for name, value in copy.items():
        redis.restore(name, 0, value, replace=True)
    assert findings(run) == [(Fault.CUT_OFF, 3)], "the anchor says that there were four"
    redis.delete("aa:audit-anchors")
    assert findings(run) == [], "without what was kept elsewhere a rollback is not seen"
    assert findings(run, n4="ab") == [(Fault.CUT_OFF, 3)]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("audit"), {"AUDIT_CHAIN_S": "0.1"})
    try:
        stack.pretend_worker("en_sm")
        yield stack
    finally:
        stack.end()


def command(stack: Stack, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "gateway.audit", *arguments],
        env={**os.environ, **stack.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_what_clients_do_is_noted_and_checked_by_a_command(stack: Stack, tmp_path: Path) -> None:
    http = stack.http
    name = "Xanthippe"
    job_id = stack.submit("a text")
    request_id = http.get(f"/v1/jobs/{job_id}/result").headers["x-request-id"]
    http.get(f"/v1/jobs/{name}/result")
    http.get(f"/v1/jobs/{job_id}/file")
    http.post(f"/v1/jobs/{job_id}/cancel")
    http.get(f"/v1/jobs/{job_id}/events")
    http.delete(f"/v1/jobs/{job_id}")
    http.post("/v1/deanonymize", json={"documents": [{"text": "a"}, {"text": "b"}]})
    http.post("/v1/webhook-secret")
    http.put(f"/v1/webhook-endpoints/{name}", json={"url": "https://hooks.example.com/"})
    http.post(f"/v1/webhook-endpoints/{name}/rotate")
    http.post(f"/v1/webhook-endpoints/{name}/disable")
    http.post(f"/v1/webhook-endpoints/{name}/enable")
    http.delete(f"/v1/webhook-endpoints/{name}")
    last = {"action": "delete-endpoint", "subject": ""}

    def entries() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = http.get("/v1/audit").json()["entries"]
        return found if found and last.items() <= found[-1].items() else []

    told = eventually(entries, what="everything is chained")
    assert [(each["action"], each["subject"], each["outcome"], each["count"]) for each in told] == [
        ("submit", job_id, "done", 1),
        ("read-result", job_id, "done", 0),
        ("read-result", "", "not-found", 0),
        ("read-file", job_id, "done", 0),
        ("cancel", job_id, "done", 0),
        ("read-events", job_id, "done", 0),
        ("erase", job_id, "done", 1),
        ("deanonymize", "", "done", 2),
        ("rotate-secret", "", "done", 0),
        ("put-endpoint", "", "done", 0),
        ("rotate-secret", "", "done", 0),
        ("disable-endpoint", "", "done", 0),
        ("enable-endpoint", "", "done", 0),
        ("delete-endpoint", "", "done", 0),
    ]
    assert told[1]["request_id"] == request_id
    status, output = command(stack, "verify")
    assert (status, output) == (
        0,
        f"as it was signed: {len(told)} entries, 1 to {len(told)}, 0 known hashes, 0 notes not chained yet\n",
    )
    status, output = command(stack, "print", "--job", job_id, "--action", "erase", "--since", "2026-01-01T00:00:00Z")
    assert [json.loads(line) for line in output.splitlines()] == [told[6]]
    log = tmp_path / "gateway.log"
    log.write_text('{"event": "audit_anchored", "sequence": 99, "hash": "ab"}\n')
    assert command(stack, "verify", "--log", str(log))[0] == 1
    stack.valkey.client().xdel(CHAIN, "3-0")
    status, output = command(stack, "verify")
    assert (status, output.splitlines()[0]) == (1, "missing at entry 3")
    assert "NOT as it was signed" in output
