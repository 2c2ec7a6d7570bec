"""What is done when workers end or die, in a real Valkey: who is tried again, who is to blame, what is left of it."""

from typing import Any

import pytest

from shared import keys
from shared.errors import UnknownVersion
from shared.jobs.dead_letters import list_dead_letters, mark_replayed
from shared.jobs.reads import erase, read_job
from shared.jobs.repair import lose, reconcile, release, release_node, suspect
from shared.jobs.states import State
from shared.jobs.store import SyncStore
from shared.jobs.transitions import Claimed, Hint
from shared.redis import connect_sync
from shared.settings import Settings
from tests.integration.job_store import DAY_MS, Run, end, end_part, put, repair, take
from tests.integration.test_job_parts import BULK, put_parts
from tests.services.processes import eventually
from tests.services.valkey import Server

MAX_ATTEMPTS = 3


@pytest.fixture
def run(valkey: Server) -> Run:
    return SyncStore(connect_sync(Settings(redis_url=valkey.url))).run


def die(run: Run, problem: str = "poison") -> Any:
    """As the main process of the worker says that `take` names."""
    return run(lose("w", problem, max_attempts=MAX_ATTEMPTS, retention_ms=DAY_MS))


def take_one(run: Run, *lanes: str) -> Claimed:
    (claimed,) = take(run, "", *lanes)
    return claimed


def test_what_a_dead_process_held_goes_back_at_once_with_the_attempt_counted(run: Run) -> None:
    for name in ("a", "b"):
        put(run, name)
    old = take(run)
    assert die(run).requeued == ("a", "b")
    assert not any(end(run, each) for each in old)
    assert [take_one(run).attempts for _ in range(2)] == [2, 2], "each alone"


def test_a_message_is_sent_for_each_that_went_back(run: Run) -> None:
    put(run, "a")
    take(run)
    assert die(run).publish == (Hint("en_sm", "a"),)


def test_another_process_keeps_what_it_has(run: Run) -> None:
    put(run, "a")
    held = take_one(run)
    assert run(lose("another", "poison", max_attempts=MAX_ATTEMPTS, retention_ms=DAY_MS)).requeued == ()
    assert end(run, held)


@pytest.mark.parametrize("problem", ["poison", "timed-out", "out-of-memory"])
def test_a_job_that_no_process_outlives_fails_with_the_reason_and_is_kept(
    run: Run, valkey: Server, problem: str
) -> None:
    put(run, "bad")
    for _ in range(MAX_ATTEMPTS - 1):
        take(run)
        assert die(run, problem).requeued == ("bad",)
    take(run)
    assert die(run, problem).poisoned == ("bad",)
    job = run(read_job("bad"))
    assert (job.state, job.problem, job.attempts, job.failed) == (State.FAILED, problem, MAX_ATTEMPTS, 1)
    assert 0 < valkey.client().pttl(keys.hash_of("payload", "bad")) <= DAY_MS, "as long as the record"
    assert [each.id for each in run(list_dead_letters(before=None, limit=10)).jobs] == ["bad"]


def test_dead_letters_are_listed_newest_first_page_by_page_until_they_are_erased(run: Run) -> None:
    for name in ("a", "b", "c"):
        put(run, name)
        for _ in range(MAX_ATTEMPTS):
            take(run)
            die(run)
    assert run(mark_replayed("a", "job_again"))
    assert not run(mark_replayed("nobody", "job_again"))
    first = run(list_dead_letters(before=None, limit=2))
    assert [job.id for job in first.jobs] == ["c", "b"]
    second = run(list_dead_letters(before=first.next, limit=2))
    assert [(job.id, job.fields[b"replayed_as"], second.next) for job in second.jobs] == [("a", b"job_again", None)]
    run(erase("b", b"receipt", receipt_ms=DAY_MS, retention_ms=DAY_MS))
    assert [job.id for job in run(list_dead_letters(before=None, limit=10)).jobs] == ["c", "a"]


def test_a_document_at_which_a_process_dies_is_to_blame_and_not_its_unit(run: Run) -> None:
    put(run, "many", total=5)
    take(run)
    die(run)
    for deaths in (1, 2):
        claimed = take_one(run)
        assert run(suspect("many", claimed.token, 3))
        assert die(run, "timed-out").requeued == ("many",)
        again = take_one(run)
        assert [(each.place, each.deaths, each.why) for each in again.blame] == [(3, deaths, "timed-out")]
        run(release({"many": again.token}))
    assert end(run, take_one(run)), "it was tried three times and more, and goes on without that document"


def test_a_unit_in_which_ever_more_documents_kill_is_given_up_in_the_end(run: Run) -> None:
    put(run, "many", total=50)
    for place in range(4 * MAX_ATTEMPTS - 1):
        run(suspect("many", take_one(run).token, place))
        assert die(run).requeued == ("many",)
    run(suspect("many", take_one(run).token, 40))
    assert die(run).poisoned == ("many",)


def test_deaths_between_documents_count_for_the_unit(run: Run) -> None:
    put(run, "many", total=5)
    for _ in range(MAX_ATTEMPTS):
        claimed = take_one(run)
        run(suspect("many", claimed.token, 1))
        run(suspect("many", claimed.token, None))
        ended = die(run)
    assert ended.poisoned == ("many",)


def test_a_part_that_no_process_outlives_fails_alone(run: Run) -> None:
    put_parts(run)
    for _ in range(MAX_ATTEMPTS):
        assert take_one(run, BULK).unit == "job_1.0"
        die(run, "out-of-memory")
    for _ in range(2):
        end_part(run, take_one(run, BULK), succeeded=1)
    assert take_one(run, BULK).part == "end"
    assert run(read_job("job_1")).failed == 2


def test_a_node_that_ends_gives_all_back_and_no_attempt_counts(run: Run) -> None:
    put(run, "a")
    put(run, "b", lane="fr_sm")
    held = [take_one(run), take_one(run, "fr_sm")]
    put(run, "c", lane="en_md")
    (other,) = take(run, "", "en_md", node="other")
    assert set(run(release_node("node"))) == {Hint("en_sm", "a"), Hint("fr_sm", "b")}
    assert not any(end(run, each) for each in held)
    assert (take_one(run).attempts, take_one(run, "fr_sm").attempts) == (1, 1)
    assert end(run, other)


def test_only_what_is_still_held_is_given_back(run: Run) -> None:
    for name in ("a", "b"):
        put(run, name)
    first, second = take(run)
    end(run, first)
    assert run(release({"a": first.token, "b": second.token})) == {"b"}


def test_no_claim_is_stopped_by_records_of_another_version_however_many(run: Run, valkey: Server) -> None:
    for number in range(50):
        put(run, f"new_{number}", depth=1_000)
        valkey.client().hset(keys.job(f"new_{number}"), "version", "2")
    put(run, "known", depth=1_000)
    assert [each.unit for each in take(run)] == ["known"]
    assert repair(run, hint_lost_ms=1).unknown == ("new_0",)
    assert valkey.client().zcard(keys.lane("en_sm")) == 50


def test_nothing_is_done_to_what_is_of_another_version(run: Run, valkey: Server) -> None:
    put(run, "overdue", queued_ms=0)
    put(run, "running")
    redis: Any = valkey.client()
    redis.hset(keys.job("overdue"), "version", "2")
    held = take_one(run)
    redis.hset(keys.job("running"), "version", "2.1")
    redis.zadd(keys.PREFIX + "running", {"running": 1})
    assert set(repair(run).unknown) == {"overdue", "running"}
    assert die(run).requeued == ()
    assert redis.hget(keys.job("running"), "token") == str(held.token).encode()
    with pytest.raises(UnknownVersion):
        run(read_job("overdue"))


def test_after_its_retention_nothing_is_left_of_a_job(run: Run, valkey: Server) -> None:
    put(run, "good")
    put(run, "bad")
    end(run, take(run, jobs=1)[0])
    take(run, jobs=1)
    for _ in range(MAX_ATTEMPTS):
        run(lose("w", "poison", max_attempts=MAX_ATTEMPTS, retention_ms=100))
        take(run)
    put(run, "expired", queued_ms=0)
    redis: Any = valkey.client()
    redis.pexpire(keys.job("good"), 1)
    redis.pexpire(keys.result("good"), 1)
    redis.zadd(keys.PREFIX + "expiries", {"client good": 1})

    def left() -> set[str]:
        from_now = run_reconcile(run)
        assert from_now.requeued == ()
        return {key.decode() for key in redis.keys(keys.PREFIX + "*")}

    kept = {"sequence", "rate:en_sm", "totals"}
    eventually(lambda: left() <= {keys.PREFIX + name for name in kept}, within_s=10, what="all else is gone")


def run_reconcile(run: Run) -> Any:
    return run(reconcile(max_attempts=MAX_ATTEMPTS, hint_lost_ms=50, retention_ms=100))
