"""The job's life in a real Valkey, through both runners: transitions are atomic, only the lease's holder writes."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared import keys
from shared.errors import QueueFull
from shared.jobs.reads import read_job, read_pages, read_position
from shared.jobs.repair import release
from shared.jobs.states import LEGAL_MOVES, State
from shared.jobs.store import AsyncStore, SyncStore
from shared.jobs.transitions import Hint, renew
from shared.redis import connect_async, connect_sync
from shared.settings import Settings
from tests.integration.job_store import DAY_MS, NEW, OUT, Run, end, put, repair, take
from tests.services.processes import eventually
from tests.services.valkey import Server


@pytest.fixture(params=["sync", "async"])
def run(request: pytest.FixtureRequest, valkey: Server) -> Iterator[Run]:
    """One contract, two runners."""
    settings = Settings(redis_url=valkey.url)
    if request.param == "sync":
        store = SyncStore(connect_sync(settings))
        yield store.run
        return
    with asyncio.Runner() as runner:
        connection = connect_async(settings)
        yield lambda command: runner.run(AsyncStore(connection).run(command))
        runner.run(connection.aclose())


def test_a_job_is_queued_claimed_and_finished(run: Run) -> None:
    submitted = put(run)
    assert submitted.publish
    assert run(read_job("job_1")) == submitted.job
    assert run(read_position(submitted.job)) == 0

    (claimed,) = take(run, "job_1")
    assert claimed.payload == NEW.payload
    assert (claimed.job.state, claimed.job.attempts, claimed.token) == (State.RUNNING, 1, 1)
    assert claimed.job.wrapped_key == NEW.wrapped_key
    assert run(read_position(claimed.job)) is None

    assert end(run, claimed)
    job = run(read_job("job_1"))
    assert (job.state, job.succeeded, job.progress, job.revision) == (State.SUCCEEDED, 1, 1.0, 3)
    assert job.created_ms <= job.started_ms <= job.finished_ms
    assert job.expires_ms == job.finished_ms + DAY_MS
    assert run(read_pages("job_1", [0])) == [OUT]


def test_the_payload_goes_when_the_job_ends_and_the_rest_expires(run: Run, valkey: Server) -> None:
    put(run)
    (claimed,) = take(run)
    end(run, claimed)
    client = valkey.client()
    assert not client.exists(keys.hash_of("payload", "job_1"))
    assert 0 < client.pttl(keys.job("job_1")) <= DAY_MS
    assert 0 < client.pttl(keys.result("job_1")) <= DAY_MS


def test_a_job_that_is_submitted_again_is_queued_once(run: Run) -> None:
    first, second = put(run), put(run)
    assert first.job == second.job
    assert len(take(run)) == 1
    assert put(run).job.sequence == first.job.sequence
    assert take(run) == ()


def test_two_claims_of_one_job_one_wins(run: Run, valkey: Server) -> None:
    put(run)
    settings = Settings(redis_url=valkey.url)
    with ThreadPoolExecutor(8) as pool:
        stores = [SyncStore(connect_sync(settings)) for _ in range(8)]
        claims = list(pool.map(lambda store: take(store.run), stores))
    assert sorted(len(each) for each in claims) == [0] * 7 + [1]


def test_a_late_result_with_an_old_token_is_refused(run: Run) -> None:
    put(run)
    (late,) = take(run, lease_ms=1)
    eventually(lambda: repair(run).requeued, within_s=5, what="the lease runs out")
    (current,) = take(run)
    assert current.token == late.token + 1

    assert not end(run, late, page=b"late")
    assert run(read_job("job_1")).state is State.RUNNING
    assert run(read_pages("job_1", [0])) == [None]
    assert end(run, current, page=b"current")
    assert not end(run, late, page=b"late")
    assert run(read_pages("job_1", [0])) == [b"current"]


def test_a_renewed_lease_does_not_run_out_and_a_lost_one_is_told(run: Run) -> None:
    put(run)
    (claimed,) = take(run, lease_ms=1)
    assert run(renew({"job_1": claimed.token}, lease_ms=60_000)) == frozenset()
    assert repair(run).requeued == ()
    assert run(renew({"job_1": claimed.token + 1, "job_2": 1}, lease_ms=1)) == {"job_1", "job_2"}


def test_jobs_are_claimed_in_order_bounded_by_count_and_characters(run: Run) -> None:
    for number, characters in enumerate([400, 400, 400, 5_000, 10]):
        put(run, f"job_{number}", characters=characters)
    batches = [[each.job.id for each in take(run)] for _ in range(4)]
    # The long one is never passed over by younger ones, and waits for nobody once it is the oldest.
    assert batches == [["job_0", "job_1"], ["job_2"], ["job_3"], ["job_4"]]
    for number in range(3):
        put(run, f"more_{number}")
    assert [each.job.id for each in take(run, jobs=2)] == ["more_0", "more_1"]


def test_lanes_are_apart(run: Run) -> None:
    put(run, "job_fr", lane="fr_sm")
    assert take(run) == ()
    assert [each.job.id for each in take(run, "", "fr_sm")] == ["job_fr"]


def test_a_job_given_back_takes_its_old_place_and_the_attempt_does_not_count(run: Run) -> None:
    put(run, "old")
    (old,) = take(run)
    put(run, "young")
    assert run(release({"old": old.token}))
    assert not run(release({"old": old.token}))
    claimed = take(run)
    assert [(each.job.id, each.job.attempts) for each in claimed] == [("old", 1), ("young", 1)]


def test_a_job_that_lost_its_worker_is_tried_alone_and_fails_as_poison_after_three(run: Run) -> None:
    put(run, "poison")
    put(run, "beside")
    assert len(take(run, lease_ms=1)) == 2
    eventually(lambda: repair(run).requeued, within_s=5, what="both leases run out")
    for attempt in (2, 3):
        (alone,) = take(run, lease_ms=1)
        assert (alone.job.id, alone.job.attempts) == ("poison", attempt)
        if attempt == 2:
            eventually(lambda: repair(run).requeued, within_s=5, what="the lease runs out")
    assert eventually(lambda: repair(run).poisoned, within_s=5, what="the third lease runs out") == ("poison",)
    job = run(read_job("poison"))
    assert (job.state, job.problem, job.failed) == (State.FAILED, "poison", 1)
    assert [each.job.id for each in take(run)] == ["beside"]


@pytest.mark.parametrize("by", ["claim", "reconcile"])
def test_a_job_that_waited_too_long_expires(run: Run, by: str) -> None:
    put(run, queued_ms=0)
    if by == "claim":
        assert take(run) == ()
    else:
        assert repair(run).expired == ("job_1",)
    assert run(read_job("job_1")).state is State.EXPIRED


def test_messages_are_published_only_while_more_are_of_use(run: Run) -> None:
    assert [len(put(run, f"job_{number}", max_hints=2).publish) for number in range(4)] == [1, 1, 0, 0]
    take(run, "job_0", jobs=1)
    assert put(run, "job_5", max_hints=2).publish


def test_a_lane_without_a_message_gets_one(run: Run) -> None:
    put(run)
    assert repair(run).publish == ()
    eventually(
        lambda: repair(run, hint_lost_ms=1).publish == (Hint("en_sm", "job_1"),), within_s=5, what="a new message"
    )
    take(run, "job_1")
    assert repair(run, hint_lost_ms=1).publish == ()


def test_the_script_is_loaded_again_after_a_restart(run: Run, valkey: Server) -> None:
    put(run)
    valkey.client().script_flush()
    assert len(take(run)) == 1


def test_every_move_that_the_table_does_not_have_is_refused(run: Run, valkey: Server) -> None:
    put(run)
    (claimed,) = take(run)
    for state in sorted(LEGAL_MOVES[State.RUNNING] - {State.QUEUED}):
        valkey.client().hset(keys.job("job_1"), mapping={"state": "running"})
        valkey.client().zadd(f"{keys.PREFIX}running", {"job_1": 2**52})
        assert end(run, claimed, State(state))
        assert not end(run, claimed, State.SUCCEEDED), "an ended job has no holder"


def test_a_lane_that_is_deep_enough_takes_no_more_and_keeps_nothing_of_it(run: Run, valkey: Server) -> None:
    for number in range(3):
        put(run, f"job_{number}", depth=3)
    before = set(valkey.client().keys("*"))
    with pytest.raises(QueueFull):
        put(run, "job_3", depth=3)
    assert set(valkey.client().keys("*")) == before
    assert put(run, "job_2", depth=3).job.id == "job_2", "one that is there already is no new one"
    take(run, jobs=1)
    assert put(run, "job_3", depth=3).position == 2
