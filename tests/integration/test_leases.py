"""The leases of a batch in hand: kept while it is worked on, given back slice by slice when the worker is to end."""

import pytest

from shared.jobs.reads import read_job
from shared.jobs.states import State
from shared.jobs.store import SyncStore
from shared.redis import connect_sync
from shared.settings import Settings
from tests.integration.job_store import end, put, repair, take
from tests.services.processes import eventually
from tests.services.valkey import Server
from worker.lease import Leases
from worker.shutdown import Shutdown


@pytest.fixture
def store(valkey: Server) -> SyncStore:
    return SyncStore(connect_sync(Settings(redis_url=valkey.url)))


def names(units: object) -> list[str]:
    return [each.unit for each in units]  # type: ignore[attr-defined]  # claimed ones


def claim(store: SyncStore, *characters: int, lease_ms: int = 60_000) -> Leases:
    for number, count in enumerate(characters):
        put(store.run, f"job_{number}", characters=count)
    claimed = take(store.run, characters=10_000, lease_ms=lease_ms)
    return Leases(store, claimed, lease_ms=lease_ms, shutdown=Shutdown())


@pytest.mark.parametrize(
    ("characters", "slices"),
    [
        ((10, 10, 10), [["job_0", "job_1", "job_2"]]),
        ((60, 60, 10, 200, 10), [["job_0"], ["job_1", "job_2"], ["job_3"], ["job_4"]]),
    ],
)
def test_a_batch_is_worked_on_in_slices_in_order(
    store: SyncStore, characters: tuple[int, ...], slices: list[list[str]]
) -> None:
    with claim(store, *characters) as leases:
        assert [names(begun) for begun in leases.slices(100)] == slices


def test_what_was_not_begun_goes_back_while_a_text_is_worked_on(store: SyncStore) -> None:
    with claim(store, 60, 60, 60) as leases:
        slices = leases.slices(100)
        begun = next(slices)
        leases._shutdown.ask()
        eventually(lambda: store.run(read_job("job_2")).state is State.QUEUED, what="it goes back at once")  # type: ignore[union-attr]  # it is there
        assert [store.run(read_job(f"job_{n}")).attempts for n in range(3)] == [1, 0, 0]  # type: ignore[union-attr]
        assert end(store.run, begun[0])
        assert list(slices) == []


def test_nothing_is_begun_once_the_worker_is_to_end(store: SyncStore) -> None:
    with claim(store, 10, 10) as leases:
        leases._shutdown.ask()
        assert list(leases.slices(100)) == []
    assert names(take(store.run)) == ["job_0", "job_1"]


def test_leases_are_renewed_until_their_slice_ends(store: SyncStore) -> None:
    with claim(store, 60, 60, lease_ms=300) as leases:
        slices = leases.slices(100)
        first = next(slices)
        put(store.run, "clock", queued_ms=900)
        eventually(lambda: "clock" in repair(store.run).expired, within_s=20, what="three leases have gone by")
        assert end(store.run, first[0])
        (second,) = next(slices)
        assert end(store.run, second)
