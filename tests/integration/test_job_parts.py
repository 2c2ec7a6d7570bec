"""Jobs of several parts in a real Valkey: parts run side by side, the last step once, and each end but once."""

from typing import Any

import pytest

from shared import keys
from shared.jobs.reads import erase, list_jobs, read_job, read_parts, read_rate, read_receipt, stage
from shared.jobs.repair import release
from shared.jobs.states import State
from shared.jobs.store import SyncStore
from shared.jobs.transitions import Hint, NewPart, cancel, expand, write
from shared.redis import connect_sync
from shared.settings import Settings
from tests.integration.job_store import DAY_MS, OUT, Run, end, end_part, put, repair, take
from tests.services.processes import eventually
from tests.services.valkey import Server

BULK = "en_sm.bulk"
PARTS = (NewPart(BULK, 500, 2), NewPart(BULK, 500, 2), NewPart(BULK, 400, 1))


@pytest.fixture
def run(valkey: Server) -> Run:
    return SyncStore(connect_sync(Settings(redis_url=valkey.url))).run


def put_parts(run: Run, job_id: str = "job_1", *, assembles: bool = True, max_hints: int = 4) -> tuple[Hint, ...]:
    for number in range(len(PARTS)):
        run(stage("payload", job_id, str(number), b"box"))
    run(stage("payload", job_id, "options", b"options"))
    fields = {"assembles": 1} if assembles else {}
    submitted = put(
        run,
        job_id,
        lane=BULK,
        characters=1_400,
        total=5,
        payload=None,
        parts=PARTS,
        fields=fields,
        max_hints=max_hints,
    )
    return submitted.publish


def test_parts_are_done_in_any_order_and_then_the_last_step(run: Run) -> None:
    assert put_parts(run) == tuple(Hint(BULK, f"job_1.{number}") for number in range(3))
    parts = [take(run, "", BULK)[0] for _ in range(3)]
    assert [(each.unit, each.payload, each.options) for each in parts] == [
        (f"job_1.{number}", b"box", b"options") for number in range(3)
    ]
    assert run(read_job("job_1")).state is State.RUNNING
    assert take(run, "", BULK) == ()

    assert end_part(run, parts[2], succeeded=1) == (True, ())
    assert end_part(run, parts[0], succeeded=1, failed=1) == (True, ())
    job = run(read_job("job_1"))
    assert (job.succeeded, job.failed, job.progress) == (2, 1, 0.6)
    assert end_part(run, parts[1], succeeded=2) == (True, (Hint(BULK, "job_1.end"),))
    assert run(read_job("job_1")).progress == 0.99, "not done before its last step"

    (last,) = take(run, "", BULK)
    assert (last.unit, last.part, last.options) == ("job_1.end", "end", b"options")
    assert run(read_parts("found", "job_1", ["0", "1", "2"])) == [OUT] * 3
    assert run(write(last.unit, last.token, "result", {"0": b"a", "1": b"b", "2": b"c"}))
    assert end(run, last, page=None)
    assert run(read_job("job_1")).state is State.SUCCEEDED


def test_an_ended_job_leaves_no_unit_behind(run: Run, valkey: Server) -> None:
    put_parts(run)
    for _ in range(3):
        end_part(run, take(run, "", BULK)[0])
    end(run, take(run, "", BULK)[0])
    found: Any = valkey.client().keys(f"{keys.PREFIX}*job_1*")
    left = {name.decode().removeprefix(keys.PREFIX) for name in found}
    assert left == {"job:job_1", "result:job_1"}
    assert valkey.client().zcard(keys.lane(BULK)) == valkey.client().zcard(f"{keys.PREFIX}running") == 0


def test_parts_that_share_nothing_need_no_last_step(run: Run) -> None:
    put_parts(run, assembles=False)
    for _ in range(3):
        end_part(run, take(run, "", BULK)[0], kind="result")
    job = run(read_job("job_1"))
    assert (job.state, job.succeeded, job.progress) == (State.SUCCEEDED, 3, 0.6)
    assert run(read_parts("result", "job_1", ["0", "1", "2"])) == [OUT] * 3


def test_a_part_that_ends_twice_counts_once(run: Run) -> None:
    put_parts(run)
    (late,) = take(run, "", BULK, lease_ms=1)
    eventually(lambda: repair(run).requeued, within_s=5, what="the lease runs out")
    (again,) = take(run, "", BULK)
    assert (again.unit, again.attempts, run(read_job("job_1")).attempts) == ("job_1.0", 2, 2)
    assert end_part(run, late) == (False, ())
    assert end_part(run, again) == (True, ())
    assert end_part(run, again) == (False, ())
    assert run(read_job("job_1")).succeeded == 1


def test_a_part_that_is_given_back_is_taken_again(run: Run) -> None:
    put_parts(run)
    (part,) = take(run, "", BULK)
    assert run(release({part.unit: part.token}))
    assert [take(run, "", BULK)[0].unit for _ in range(3)] == ["job_1.0", "job_1.1", "job_1.2"]
    assert run(read_job("job_1")).state is State.RUNNING


def test_a_poisoned_part_fails_alone(run: Run) -> None:
    put_parts(run)
    for _ in range(3):
        (poison,) = take(run, "", BULK, lease_ms=1)
        eventually(lambda: _lost(run), within_s=5, what="the lease ends")
    assert poison.unit == "job_1.0"
    for _ in range(2):
        end_part(run, take(run, "", BULK)[0])
    (last,) = take(run, "", BULK)
    assert last.part == "end"
    assert run(read_parts("lost", "job_1", ["0", "1"])) == [b"poison", None]
    assert (last.job.succeeded, last.job.failed) == (2, 2)


def _lost(run: Run) -> bool:
    done = repair(run)
    return bool(done.requeued or done.poisoned)


def test_a_last_step_that_kills_its_worker_fails_the_job(run: Run) -> None:
    put_parts(run)
    for _ in range(3):
        end_part(run, take(run, "", BULK)[0])
    for _ in range(3):
        take(run, "", BULK, lease_ms=1)
        eventually(lambda: _lost(run), within_s=5, what="the lease ends")
    job = run(read_job("job_1"))
    assert (job.state, job.problem, job.failed) == (State.FAILED, "poison", 5)


def test_canceling_drops_what_nobody_began_and_keeps_what_ran(run: Run) -> None:
    put_parts(run)
    (running,) = take(run, "", BULK)
    assert run(cancel("job_1", retention_ms=DAY_MS)) == (True, ())
    job = run(read_job("job_1"))
    assert (job.state, job.is_canceling) == (State.RUNNING, True)
    assert end_part(run, running, succeeded=2) == (True, (Hint(BULK, "job_1.end"),))
    (last,) = take(run, "", BULK)
    assert run(read_parts("lost", "job_1", ["0", "1", "2"])) == [None, b"canceled", b"canceled"]
    assert end(run, last)
    assert run(read_job("job_1")).state is State.CANCELED
    assert run(cancel("job_1", retention_ms=DAY_MS)) == (False, ())


@pytest.mark.parametrize("is_claimed", [False, True])
def test_a_small_job_is_canceled_at_once(run: Run, is_claimed: bool) -> None:
    put(run)
    claimed = take(run) if is_claimed else ()
    assert run(cancel("job_1", retention_ms=DAY_MS)) == (True, ())
    assert run(read_job("job_1")).state is State.CANCELED
    assert take(run) == ()
    assert not any(end(run, each) for each in claimed)


def test_a_deadline_ends_a_job_whatever_its_state(run: Run) -> None:
    put(run, "waits", deadline_in_ms=1)
    put(run, "runs", deadline_in_ms=500, lane="fr_sm")
    (running,) = take(run, "", "fr_sm")
    eventually(lambda: "runs" in repair(run).expired, within_s=5, what="the running one expires")
    assert run(read_job("waits")).state is State.EXPIRED
    assert not end(run, running)


def test_a_job_without_a_deadline_of_its_own_may_run_on(run: Run) -> None:
    put(run, queued_ms=50)
    (running,) = take(run)
    put(run, "other", queued_ms=60)
    eventually(lambda: "other" in repair(run).expired, within_s=5, what="the other one expires")
    assert end(run, running)


def test_small_jobs_go_first_and_bulk_gives_one_unit_at_a_time(run: Run) -> None:
    put_parts(run)
    put(run, "small_1")
    put(run, "small_2")
    assert [each.unit for each in take(run, "", "en_sm", BULK)] == ["small_1", "small_2"]
    assert [each.unit for each in take(run, "", "en_sm", BULK)] == ["job_1.0"]
    put(run, "small_3")
    assert [each.unit for each in take(run, "", BULK, "en_sm")] == ["job_1.1"], "in the order that is asked for"


def test_a_node_keeps_a_process_free_of_long_units(run: Run) -> None:
    for number in range(3):
        put(run, f"long_{number}", lane=BULK, characters=900_000)
    put(run, "short", lane=BULK)
    (long_one,) = take(run, "", BULK, characters=1_000_000)
    assert long_one.unit == "long_0"
    assert [each.unit for each in take(run, "", BULK)] == ["short"]
    assert take(run, "", BULK) == ()
    assert [each.unit for each in take(run, "", BULK, node="another")] == ["long_1"]
    end(run, long_one)
    assert [each.unit for each in take(run, "", BULK)] == ["long_2"]


def test_a_file_becomes_parts_once_it_is_open(run: Run) -> None:
    put(run, lane=BULK, payload=None)
    (opening,) = take(run, "", BULK)
    new = [NewPart(BULK, 10, 4), NewPart(BULK, 10, 3)]
    limits = {"max_hints": 4, "hint_lost_ms": 10_000}
    done = run(
        expand("job_1", opening.token, new, characters=20, total=7, fields={"lane": BULK, "assembles": 1}, **limits)
    )
    assert done == (True, (Hint(BULK, "job_1.0"), Hint(BULK, "job_1.1")))
    assert run(expand("job_1", opening.token, new, characters=20, total=7, fields={}, **limits)) == (False, ())
    job = run(read_job("job_1"))
    assert (job.state, job.total, job.parts, job.assembles) == (State.RUNNING, 7, 2, True)
    for _ in range(2):
        end_part(run, take(run, "", BULK)[0])
    assert take(run, "", BULK)[0].part == "end"


def test_erasing_leaves_a_receipt_and_nothing_else(run: Run, valkey: Server) -> None:
    put_parts(run)
    (running,) = take(run, "", BULK)
    arguments = {"receipt_ms": DAY_MS, "retention_ms": DAY_MS}
    assert run(erase("job_1", b"receipt", **arguments)) == b"receipt"
    assert valkey.client().keys(f"{keys.PREFIX}*job_1*") == [keys.receipt("job_1").encode()]
    assert run(erase("job_1", b"another", **arguments)) == b"receipt"
    assert run(read_receipt("job_1")) == b"receipt"
    assert run(erase("job_2", b"receipt", **arguments)) is None
    assert end_part(run, running) == (False, ())
    assert run(list_jobs("client", before=None, from_ms=None, to_ms=None, states=(), limit=10)).jobs == ()


def test_jobs_are_listed_newest_first_by_client_state_and_date(run: Run) -> None:
    moments = [put(run, f"job_{number}").job.created_ms for number in range(5)]
    put(run, "theirs", client="other")
    take(run, jobs=2)

    def listed(**filters: Any) -> list[str]:
        arguments: dict[str, Any] = {"before": None, "from_ms": None, "to_ms": None, "states": (), "limit": 10}
        return [job.id for job in run(list_jobs("client", **arguments | filters)).jobs]

    assert listed() == [f"job_{number}" for number in (4, 3, 2, 1, 0)]
    assert listed(states=(State.RUNNING,)) == ["job_1", "job_0"]
    assert listed(from_ms=moments[4] + 1) == []
    assert listed(from_ms=moments[0], to_ms=moments[4]) == listed()
    first = run(list_jobs("client", before=None, from_ms=None, to_ms=None, states=(), limit=2))
    assert [job.id for job in first.jobs] == ["job_4", "job_3"]
    assert listed(before=first.next) == ["job_2", "job_1", "job_0"]


def test_the_rate_of_a_lane_is_that_of_its_claims(run: Run) -> None:
    assert run(read_rate("en_sm")) == 0
    for number in range(30):
        put(run, f"job_{number}")
    while take(run):
        pass
    assert run(read_rate("en_sm")) == pytest.approx(1.0, rel=0.2)
