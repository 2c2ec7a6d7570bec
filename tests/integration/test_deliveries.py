"""Deliveries in a real Valkey: made with a job's end, claimed by turns, settled by their lease's holder alone."""

from typing import Any

import pytest

from shared import keys
from shared.cipher import KeyRing
from shared.clock import now_ms
from shared.errors import DeliveryNotFound, TooManyWebhookEndpoints, WebhookEndpointDisabled, WebhookEndpointNotFound
from shared.jobs.reads import erase
from shared.jobs.states import State
from shared.jobs.store import SyncStore
from shared.redis import connect_sync
from shared.settings import Settings
from shared.webhooks.deliveries import (
    ClaimedDelivery,
    DeliveryState,
    Listed,
    claim_deliveries,
    hint_deliveries,
    list_deliveries,
    list_endpoint_deliveries,
    ping_endpoint,
    redeliver,
    settle_delivery,
)
from shared.webhooks.endpoints import MAX_ENDPOINTS, delete_endpoint, disable_endpoint, enable_endpoint, read_endpoint
from shared.webhooks.events import EventType
from shared.webhooks.job_webhook import JobWebhook
from tests.services.processes import eventually
from tests.services.valkey import Server
from tests.services.webhooks import CLIENT, DAY_MS, Run, add_endpoint, end_job

KEY_RING = KeyRing((b"k" * 32,))
OWN = JobWebhook(url="http://127.0.0.1:1/own")


@pytest.fixture
def run(valkey: Server) -> Run:
    return SyncStore(connect_sync(Settings(redis_url=valkey.url))).run


def take(run: Run, limit: int = 100, *, lease_ms: int = 60_000, hint: str = "") -> tuple[ClaimedDelivery, ...]:
    claimed: tuple[ClaimedDelivery, ...] = run(
        claim_deliveries(hint, lease_ms=lease_ms, retention_ms=DAY_MS, most_attempts=10, limit=limit)
    )
    return claimed


def settle(run: Run, claimed: ClaimedDelivery, state: str = "delivered", **changes: Any) -> bool:
    outcome: dict[str, Any] = {"duration_ms": 5, "status": 200, "reason": None, "delay_ms": 0, "disabling": ""}
    outcome["disable_after_ms"] = DAY_MS
    return bool(run(settle_delivery(claimed.delivery, DeliveryState(state), **{**outcome, **changes})))


def of_job(run: Run, job_id: str) -> tuple[Listed, ...]:
    _, listed = run(list_deliveries(job_id))
    found: tuple[Listed, ...] = listed
    return found


def endpoints_of(claimed: tuple[ClaimedDelivery, ...]) -> list[str | None]:
    return [each.delivery.endpoint_id for each in claimed]


@pytest.mark.parametrize("state", [State.SUCCEEDED, State.FAILED, State.CANCELED, State.EXPIRED])
def test_an_end_is_told_to_the_jobs_own_webhook_and_to_each_endpoint_that_wants_it(run: Run, state: State) -> None:
    add_endpoint(run, KEY_RING, "all")
    add_endpoint(run, KEY_RING, "wants", events=(EventType(f"job.{state}"),))
    add_endpoint(run, KEY_RING, "wants-others", events=tuple(each for each in EventType if each != f"job.{state}"))
    add_endpoint(run, KEY_RING, "another-clients", client="other")
    job_id = end_job(run, KEY_RING, state, webhook=OWN)
    number = job_id.removeprefix("job_")
    assert {each.delivery.id for each in of_job(run, job_id)} == {
        f"msg_{number}",
        f"msg_{number}_all",
        f"msg_{number}_wants",
    }
    assert {each.delivery.type for each in of_job(run, job_id)} == {f"job.{state}"}


def test_a_job_that_nobody_asks_about_leaves_nothing(run: Run, valkey: Server) -> None:
    job_id = end_job(run, KEY_RING, webhook=JobWebhook(url=OWN.url, events=(EventType.FAILED,)))
    assert of_job(run, job_id) == ()
    assert valkey.client().keys("aa:*deliver*") == []
    assert valkey.client().keys("aa:event*") == []


def test_a_delivery_is_claimed_once_with_all_that_it_needs(run: Run) -> None:
    endpoint, _ = add_endpoint(run, KEY_RING)
    job_id = end_job(run, KEY_RING, metadata=b"{}")
    (claimed,) = take(run)
    assert (claimed.delivery.attempts, claimed.delivery.state) == (1, "sending")
    assert claimed.event is not None
    assert (claimed.event.id, claimed.event.succeeded, claimed.event.total) == (job_id, 1, 1)
    assert claimed.owner[b"url"] == endpoint.url_box
    assert take(run) == ()
    assert settle(run, claimed)
    (listed,) = of_job(run, job_id)
    assert (listed.delivery.state, listed.delivery.reason) == ("delivered", None)
    assert [(each.status, each.reason, each.duration_ms) for each in listed.made] == [(200, None, 5)]
    assert take(run) == ()


def test_a_failed_one_waits_for_its_time(run: Run) -> None:
    add_endpoint(run, KEY_RING)
    job_id = end_job(run, KEY_RING)
    (first,) = take(run)
    assert settle(run, first, "waiting", status=500, reason="refused", delay_ms=60_000)
    assert take(run) == ()
    (listed,) = of_job(run, job_id)
    assert listed.delivery.state == "waiting"
    run(redeliver(CLIENT, job_id, first.delivery.id, retention_ms=DAY_MS))
    (second,) = take(run)
    assert second.delivery.id == first.delivery.id
    assert (second.delivery.attempts, second.delivery.step) == (2, 1)


def test_an_attempt_that_its_courier_lost_comes_back_under_the_same_id_and_writes_no_more(run: Run) -> None:
    add_endpoint(run, KEY_RING)
    job_id = end_job(run, KEY_RING)
    (lost,) = take(run, lease_ms=1)
    (again,) = eventually(lambda: take(run), within_s=5, what="the lease runs out")
    assert (again.delivery.id, again.delivery.attempts) == (lost.delivery.id, 2)
    assert not settle(run, lost)
    assert settle(run, again)
    (listed,) = of_job(run, job_id)
    assert [(each.status, each.reason) for each in listed.made] == [(None, "courier_lost"), (200, None)]


def test_a_lost_courier_leaves_no_place_taken(run: Run) -> None:
    add_endpoint(run, KEY_RING)
    for _ in range(3):
        end_job(run, KEY_RING)
    assert len(take(run, lease_ms=1)) == 2
    assert len(eventually(lambda: take(run), within_s=5, what="the leases run out")) == 2


def test_one_in_flight_that_is_asked_for_again_stays_so(run: Run) -> None:
    add_endpoint(run, KEY_RING)
    job_id = end_job(run, KEY_RING)
    (claimed,) = take(run)
    run(redeliver(CLIENT, job_id, claimed.delivery.id, retention_ms=DAY_MS))
    assert of_job(run, job_id)[0].delivery.state == "sending"
    assert take(run) == ()
    assert settle(run, claimed)


def test_a_delivery_that_loses_every_courier_is_given_up(run: Run) -> None:
    add_endpoint(run, KEY_RING)
    job_id = end_job(run, KEY_RING)
    eventually(lambda: take(run, lease_ms=1) == () and done(run, job_id), within_s=10, what="it is given up")
    (listed,) = of_job(run, job_id)
    assert (listed.delivery.state, listed.delivery.reason, len(listed.made)) == ("given_up", "courier_lost", 10)


def done(run: Run, job_id: str) -> bool:
    return all(each.delivery.ended_ms is not None for each in of_job(run, job_id))


def test_two_of_a_target_are_in_flight_and_more_once_it_answered_well(run: Run) -> None:
    add_endpoint(run, KEY_RING)
    for _ in range(20):
        end_job(run, KEY_RING)
    first = take(run)
    assert len(first) == 2
    settle(run, first[0])
    # One in flight is left; a target that proved itself has up to eight.
    proven = take(run)
    assert len(proven) == 7
    settle(run, proven[0], "waiting", status=500, reason="refused", delay_ms=60_000)
    assert take(run) == ()


def test_thousands_for_one_target_hold_up_nobody(run: Run) -> None:
    add_endpoint(run, KEY_RING, "dead")
    add_endpoint(run, KEY_RING, "alive", events=(EventType.FAILED,))
    add_endpoint(run, KEY_RING, "also", client="other")
    for _ in range(1_000):
        end_job(run, KEY_RING)
    end_job(run, KEY_RING, State.FAILED)
    end_job(run, KEY_RING, client="other")
    assert sorted(str(each) for each in endpoints_of(take(run))) == ["alive", "also", "dead", "dead"]


def test_a_clients_many_targets_hold_up_no_other_client(run: Run) -> None:
    for number in range(MAX_ENDPOINTS):
        add_endpoint(run, KEY_RING, f"dead-{number}")
    for _ in range(10):
        end_job(run, KEY_RING)
    assert len(take(run)) == 8
    add_endpoint(run, KEY_RING, "alive", client="other")
    end_job(run, KEY_RING, client="other")
    assert endpoints_of(take(run)) == ["alive"]


def served_by_one_thread(run: Run) -> list[str | None]:
    """The endpoints of the next three deliveries, claimed and settled one at a time."""
    queued_ms = now_ms()
    eventually(lambda: now_ms() > queued_ms, what="turns are told apart by the millisecond")
    order = []
    for _ in range(3):
        (claimed,) = take(run, 1)
        order.append(claimed.delivery.endpoint_id)
        settle(run, claimed)
    return order


def test_clients_take_turns_however_much_one_has_waiting(run: Run) -> None:
    for number in range(5):
        add_endpoint(run, KEY_RING, f"many-{number}", client="busy")
    add_endpoint(run, KEY_RING, "few", client="calm")
    for _ in range(50):
        end_job(run, KEY_RING, client="busy")
    end_job(run, KEY_RING, client="calm")
    assert "few" in served_by_one_thread(run)[:2]


def test_the_endpoints_of_a_client_take_turns_too(run: Run) -> None:
    add_endpoint(run, KEY_RING, "many", events=(EventType.SUCCEEDED,))
    add_endpoint(run, KEY_RING, "few", events=(EventType.FAILED,))
    for _ in range(50):
        end_job(run, KEY_RING)
    end_job(run, KEY_RING, State.FAILED)
    assert "few" in served_by_one_thread(run)[:2]


def test_new_deliveries_open_neither_a_full_target_nor_a_full_client(run: Run) -> None:
    add_endpoint(run, KEY_RING, "e0", events=(EventType.SUCCEEDED,))
    for _ in range(3):
        end_job(run, KEY_RING)
    assert len(take(run)) == 2
    end_job(run, KEY_RING)
    assert take(run) == ()
    for number in range(1, 4):
        add_endpoint(run, KEY_RING, f"e{number}", events=(EventType.SUCCEEDED,))
    for _ in range(2):
        end_job(run, KEY_RING)
    assert len(take(run)) == 6
    add_endpoint(run, KEY_RING, "e4", events=(EventType.FAILED,))
    end_job(run, KEY_RING, State.FAILED)
    assert take(run) == ()


def test_jobs_own_webhooks_wait_by_host_and_port(run: Run) -> None:
    for _ in range(5):
        end_job(run, KEY_RING, webhook=JobWebhook(url="http://127.0.0.1:1/dead"))
    for _ in range(5):
        end_job(run, KEY_RING, webhook=JobWebhook(url="http://127.0.0.1:2/alive"))
    assert len(take(run)) == 4


def test_a_disabled_endpoint_gets_nothing_and_what_waits_is_given_up(run: Run) -> None:
    add_endpoint(run, KEY_RING)
    waiting = [end_job(run, KEY_RING) for _ in range(3)]
    (late, other) = take(run)
    settle(run, late, "waiting", status=500, reason="refused", delay_ms=3_600_000)
    endpoint = run(disable_endpoint(CLIENT, "crm"))
    assert (endpoint.is_enabled, endpoint.disabled_reason) == (False, "by_request")
    assert take(run) == ()
    settle(run, other, "waiting", status=500, reason="refused", delay_ms=3_600_000)
    ends = {of_job(run, job_id)[0].delivery.reason for job_id in waiting}
    assert ends == {"endpoint_disabled"}
    assert of_job(run, end_job(run, KEY_RING)) == ()
    with pytest.raises(WebhookEndpointDisabled):
        run(redeliver(CLIENT, waiting[0], of_job(run, waiting[0])[0].delivery.id, retention_ms=DAY_MS))
    assert run(enable_endpoint(CLIENT, "crm")).disabled_reason is None
    assert len(of_job(run, end_job(run, KEY_RING))) == 1


def test_what_a_disabled_endpoint_would_get_in_hours_is_given_up_now(run: Run) -> None:
    add_endpoint(run, KEY_RING)
    job_id = end_job(run, KEY_RING)
    (only,) = take(run)
    settle(run, only, "waiting", status=500, reason="refused", delay_ms=3_600_000)
    run(disable_endpoint(CLIENT, "crm"))
    assert take(run) == ()
    assert of_job(run, job_id)[0].delivery.reason == "endpoint_disabled"


def test_days_of_failure_disable_an_endpoint_and_a_success_between_does_not(run: Run) -> None:
    add_endpoint(run, KEY_RING)
    for state, after_ms, is_enabled in (
        ("waiting", 60_000, True),
        ("delivered", 0, True),
        ("waiting", 60_000, True),
        ("waiting", 0, False),
    ):
        end_job(run, KEY_RING)
        settle(run, take(run, 1)[0], state, status=503, reason="refused", delay_ms=DAY_MS, disable_after_ms=after_ms)
        endpoint = run(read_endpoint(CLIENT, "crm"))
        assert endpoint.is_enabled is is_enabled, (state, after_ms)
        assert (endpoint.failing_since_ms is None) is (state == "delivered")
    assert endpoint.disabled_reason == "failing"
    assert endpoint.failing_since_ms <= endpoint.disabled_ms


def test_an_endpoint_that_is_gone_is_disabled_at_once(run: Run) -> None:
    add_endpoint(run, KEY_RING)
    job_id = end_job(run, KEY_RING)
    settle(run, take(run)[0], "given_up", status=410, reason="gone", disabling="gone")
    assert run(read_endpoint(CLIENT, "crm")).disabled_reason == "gone"
    assert of_job(run, job_id)[0].delivery.reason == "gone"


def test_what_waits_for_a_deleted_endpoint_does_not_go_to_its_namesake(run: Run) -> None:
    add_endpoint(run, KEY_RING)
    job_id = end_job(run, KEY_RING)
    (before,) = run(list_endpoint_deliveries(CLIENT, "crm", 10))
    assert before.delivery.event_id == job_id
    assert run(delete_endpoint(CLIENT, "crm"))
    assert not run(delete_endpoint(CLIENT, "crm"))
    add_endpoint(run, KEY_RING)
    assert take(run) == ()
    assert of_job(run, job_id)[0].delivery.reason == "endpoint_deleted"
    assert run(list_endpoint_deliveries(CLIENT, "crm", 10)) == ()


def test_an_endpoint_that_is_put_again_keeps_its_secret_and_has_not_failed_yet(run: Run) -> None:
    first, _ = add_endpoint(run, KEY_RING, url="http://127.0.0.1:1/a")
    end_job(run, KEY_RING)
    (claimed,) = take(run)
    settle(run, claimed, "waiting", status=500, reason="refused", delay_ms=3_600_000)
    assert run(read_endpoint(CLIENT, "crm")).failing_since_ms is not None
    second, _ = add_endpoint(run, KEY_RING, url="http://127.0.0.1:1/b", events=(EventType.FAILED,))
    assert first.created_ms == second.created_ms
    assert second.url(KEY_RING).endswith("/b")
    assert second.failing_since_ms is None
    run(redeliver(CLIENT, claimed.delivery.event_id, claimed.delivery.id, retention_ms=DAY_MS))
    (again,) = take(run)
    assert again.owner[b"secret"] == claimed.owner[b"secret"]
    assert second.events == ("job.failed",)


def test_a_client_has_so_many_endpoints_and_no_more(run: Run) -> None:
    for number in range(MAX_ENDPOINTS):
        add_endpoint(run, KEY_RING, f"e{number}")
    with pytest.raises(TooManyWebhookEndpoints):
        add_endpoint(run, KEY_RING, "one-more")
    add_endpoint(run, KEY_RING, "e0")
    add_endpoint(run, KEY_RING, "e0", client="other")


def test_an_erased_job_leaves_no_delivery_and_an_attempt_in_flight_writes_nothing(run: Run, valkey: Server) -> None:
    add_endpoint(run, KEY_RING)
    job_id = end_job(run, KEY_RING, webhook=OWN, metadata=b'{"note": "x"}')
    # The other one waits.
    (in_flight,) = take(run, 1)
    run(erase(job_id, b"receipt", receipt_ms=DAY_MS, retention_ms=DAY_MS))
    assert not settle(run, in_flight)
    assert of_job(run, job_id) == ()
    assert run(list_endpoint_deliveries(CLIENT, "crm", 10)) == ()
    client, number = valkey.client(), job_id.removeprefix("job_").encode()
    left = [key for key in client.keys("*") if number in str(key).encode() + (client.dump(key) or b"")]
    assert [key for key in left if b"receipt" not in key] == []
    assert take(run) == ()
    assert client.zcard("aa:delivery-clients") == 0


def test_erased_jobs_leave_no_place_taken(run: Run) -> None:
    add_endpoint(run, KEY_RING)
    job_ids = [end_job(run, KEY_RING) for _ in range(2)]
    assert len(take(run)) == 2
    for job_id in job_ids:
        run(erase(job_id, b"receipt", receipt_ms=DAY_MS, retention_ms=DAY_MS))
    for _ in range(2):
        end_job(run, KEY_RING)
    assert len(take(run)) == 2


def test_a_ping_is_queued_for_an_enabled_endpoint_alone(run: Run) -> None:
    with pytest.raises(WebhookEndpointNotFound):
        run(ping_endpoint(CLIENT, "crm", "ping_1", "msg_1_crm", retention_ms=DAY_MS))
    add_endpoint(run, KEY_RING)
    run(ping_endpoint(CLIENT, "crm", "ping_1", "msg_1_crm", retention_ms=DAY_MS))
    (claimed,) = take(run)
    assert (claimed.delivery.id, claimed.delivery.type) == ("msg_1_crm", "ping")
    settle(run, claimed, "given_up", status=500, reason="refused", disable_after_ms=0)
    assert run(read_endpoint(CLIENT, "crm")).failing_since_ms is None
    run(disable_endpoint(CLIENT, "crm"))
    with pytest.raises(WebhookEndpointDisabled):
        run(ping_endpoint(CLIENT, "crm", "ping_2", "msg_2_crm", retention_ms=DAY_MS))


@pytest.mark.parametrize(
    ("client", "event", "delivery"),
    [("other", "own", "own"), (CLIENT, "job_none", "own"), (CLIENT, "own", "msg_none"), (CLIENT, "another", "own")],
)
def test_only_a_clients_own_delivery_of_that_job_is_made_again(
    run: Run, client: str, event: str, delivery: str
) -> None:
    add_endpoint(run, KEY_RING)
    job_id, another = end_job(run, KEY_RING), end_job(run, KEY_RING)
    names = {"own": job_id, "another": another}
    delivery_id = of_job(run, job_id)[0].delivery.id if delivery == "own" else delivery
    with pytest.raises(DeliveryNotFound):
        run(redeliver(client, names.get(event, event), delivery_id, retention_ms=DAY_MS))


def test_messages_are_published_for_what_can_be_claimed_less_those_under_way(run: Run) -> None:
    def hints(most: int = 16, lost_ms: int = 60_000) -> int:
        return len(run(hint_deliveries("h", most=most, lost_ms=lost_ms)))

    assert hints() == 0
    for number in range(3):
        add_endpoint(run, KEY_RING, f"e{number}")
    for _ in range(10):
        end_job(run, KEY_RING)
    assert hints(4) == 4
    assert hints(4) == 0
    assert hints(6) == 2
    assert hints(6, lost_ms=-1) == 6
    # What is due goes beyond six; the message that was taken makes room for one.
    take(run, 1, hint="h1")
    assert hints(6) == 1


def test_records_go_with_their_retention(run: Run, valkey: Server) -> None:
    add_endpoint(run, KEY_RING)
    end_job(run, KEY_RING)
    client = valkey.client()
    for longest_ms in (7 * DAY_MS, DAY_MS):
        for pattern in ("aa:delivery:*", "aa:event:*", "aa:deliveries:*"):
            (name,) = client.keys(pattern)
            assert 0 < client.pttl(name) <= longest_ms
        take(run)


def test_a_delivery_whose_record_is_gone_is_passed_over(run: Run, valkey: Server) -> None:
    add_endpoint(run, KEY_RING)
    gone, there = end_job(run, KEY_RING), end_job(run, KEY_RING)
    valkey.client().delete(f"aa:delivery:{of_job(run, gone)[0].delivery.id}")
    assert [each.delivery.event_id for each in take(run)] == [there]


def test_after_its_retention_nothing_is_left_of_a_delivery(run: Run, valkey: Server) -> None:
    add_endpoint(run, KEY_RING)
    before = keys_of(valkey)
    end_job(run, KEY_RING, webhook=OWN)
    for _ in range(2):
        (claimed,) = run(claim_deliveries("", lease_ms=60_000, retention_ms=200, most_attempts=10))
        settle(run, claimed)
    kept = ("job:", "jobs:", "lanes", "result:", "expiries", "sequence", "totals", "rate:", "delivery-proven:")

    def left() -> set[str]:
        return {name for name in keys_of(valkey) - before if not name.removeprefix(keys.PREFIX).startswith(kept)}

    eventually(lambda: not left(), within_s=10, what="only the job is left, and for an hour that the targets answered")


def keys_of(valkey: Server) -> set[str]:
    found: Any = valkey.client().keys("*")
    return {name.decode() for name in found}
