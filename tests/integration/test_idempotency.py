"""Idempotency keys in a real Valkey: one key and one request are one job, however often they come, at once or late."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest

from shared import keys
from shared.jobs.idempotency import Answer, Mark, Reservation, forget, reserve
from shared.jobs.reads import erase
from shared.jobs.script import Command
from shared.jobs.store import SyncStore
from shared.jobs.transitions import NewJob, Submitted, submit
from shared.redis import connect_sync
from shared.settings import Settings
from tests.services.valkey import Server

Value = TypeVar("Value")
DAY_MS = 86_400_000
MARK = Mark("d1", "f1")
#: The same key and request, by another key of the ring.
ROTATED = Mark("d2", "f2")


@pytest.fixture
def run(valkey: Server) -> Callable[[Command[Value]], Value]:
    return SyncStore(connect_sync(Settings(redis_url=valkey.url))).run


def ask(*marks: Mark, job: str = "job_1", client: str = "client", in_flight_ms: int = 30_000) -> Command[Reservation]:
    return reserve(client, marks or (MARK,), job, kept_ms=DAY_MS, in_flight_ms=in_flight_ms)


def put(job_id: str) -> Command[Submitted]:
    new = NewJob(job_id, "client", "en_sm", characters=1, total=1, wrapped_key=b"k", payload=b"p")
    return submit(new, max_hints=1, hint_lost_ms=1, max_queued_ms=DAY_MS, max_depth=100)


class TestAKey:
    def test_that_is_new_is_reserved_for_a_day(self, run: Callable[..., Reservation], valkey: Server) -> None:
        assert run(ask()) == Reservation(Answer.NEW, "job_1")
        assert 0 < valkey.client().pttl(keys.idempotency("client", "d1")) <= DAY_MS

    def test_is_in_flight_until_its_job_is_stored(self, run: Callable[..., Reservation]) -> None:
        run(ask())
        assert run(ask(job="job_2")) == Reservation(Answer.IN_FLIGHT, "job_1")
        run(put("job_1"))
        assert run(ask(job="job_2")) == Reservation(Answer.REPLAYED, "job_1")

    def test_of_another_request_is_a_mismatch(self, run: Callable[..., Reservation]) -> None:
        run(ask())
        other = Mark("d1", "another request")
        assert run(ask(other, job="job_2")).answer is Answer.MISMATCH
        run(put("job_1"))
        assert run(ask(other, job="job_2")).answer is Answer.MISMATCH

    def test_whose_request_died_is_taken_over_with_the_same_job(self, run: Callable[..., Reservation]) -> None:
        run(ask())
        assert run(ask(job="job_2", in_flight_ms=0)) == Reservation(Answer.NEW, "job_1")
        # Whoever took it over has it to itself.
        assert run(ask(job="job_3")) == Reservation(Answer.IN_FLIGHT, "job_1")

    def test_of_an_erased_job_still_stands_for_it(self, run: Callable[..., Reservation]) -> None:
        run(ask())
        run(put("job_1"))
        run(erase("job_1", b"receipt", receipt_ms=DAY_MS, retention_ms=DAY_MS))
        assert run(ask(job="job_2")) == Reservation(Answer.REPLAYED, "job_1")

    def test_belongs_to_its_client(self, run: Callable[..., Reservation]) -> None:
        run(ask())
        assert run(ask(job="job_2", client="other")) == Reservation(Answer.NEW, "job_2")

    def test_is_known_after_a_new_key_came_before_the_old_one_in_the_ring(
        self, run: Callable[..., Reservation]
    ) -> None:
        run(ask())
        assert run(ask(ROTATED, MARK, job="job_2")) == Reservation(Answer.IN_FLIGHT, "job_1")
        run(put("job_1"))
        assert run(ask(ROTATED, MARK, job="job_2")) == Reservation(Answer.REPLAYED, "job_1")
        assert run(ask(ROTATED, Mark("d1", "another request"), job="job_2")).answer is Answer.MISMATCH


class TestForgetting:
    def test_frees_the_key_for_a_corrected_request(self, run: Callable[..., Reservation]) -> None:
        run(ask())
        assert run(forget("client", ["d1"], "job_1"))
        assert run(ask(Mark("d1", "corrected"), job="job_2")) == Reservation(Answer.NEW, "job_2")

    def test_takes_no_reservation_of_another(self, run: Callable[..., Reservation]) -> None:
        run(ask())
        assert not run(forget("client", ["d1"], "job_2"))
        assert not run(forget("other", ["d1"], "job_1"))
        assert run(ask(job="job_2")).answer is Answer.IN_FLIGHT

    def test_does_not_touch_the_key_of_a_job_that_was_stored(self, run: Callable[..., Reservation]) -> None:
        run(ask())
        run(put("job_1"))
        assert not run(forget("client", ["d1"], "job_1"))
        assert run(ask(job="job_2")) == Reservation(Answer.REPLAYED, "job_1")

    def test_finds_the_key_under_an_older_key_of_the_ring(self, run: Callable[..., Reservation]) -> None:
        run(ask())
        assert run(forget("client", ["d2", "d1"], "job_1"))
        assert run(ask(job="job_2")).answer is Answer.NEW


def test_fifty_at_once_are_one_job(valkey: Server) -> None:
    settings = Settings(redis_url=valkey.url)
    stores = [SyncStore(connect_sync(settings)) for _ in range(50)]

    def whole_way(number: int) -> str:
        reservation = stores[number].run(ask(job=f"job_{number}"))
        if reservation.answer is Answer.NEW:
            stores[number].run(put(reservation.job_id))
        return reservation.job_id

    with ThreadPoolExecutor(50) as clients:
        assert len(set(clients.map(whole_way, range(50)))) == 1
    assert valkey.client().zcard(keys.lane("en_sm")) == 1
