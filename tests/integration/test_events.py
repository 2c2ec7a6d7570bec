"""Server-sent events of a job, as an EventSource sees them."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared import keys
from shared.jobs.reads import erase
from shared.jobs.store import SyncStore
from tests.services.event_source import Event, listen
from tests.services.processes import eventually
from tests.services.stack import Stack

TEXT = "Angela Merkel met Emmanuel Macron in Paris on 3 May 2019."


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Takes jobs that nobody works on: the tests move them. Heartbeats come soon."""
    stack = Stack(tmp_path_factory.mktemp("idle"), {"SSE_HEARTBEAT_S": "0.2"})
    stack.pretend_worker("en_sm")
    yield stack
    stack.end()


def channels(stack: Stack) -> set[str]:
    found = stack.valkey.client().pubsub_channels(keys.JOB_MOVES + "*")
    return {name if isinstance(name, str) else name.decode() for name in found}


def move(stack: Stack, job_id: str, **fields: str | int) -> None:
    """As the script does it."""
    with stack.valkey.client().pipeline() as pipeline:
        for name, value in fields.items():
            pipeline.hset(keys.job(job_id), name, value)
        pipeline.hincrby(keys.job(job_id), "revision", 1)
        pipeline.publish(keys.JOB_MOVES + job_id, "moved")
        pipeline.execute()


def test_a_finished_job_is_told_at_once_and_the_stream_ends(stack: Stack) -> None:
    job_id = stack.submit(TEXT)
    job = stack.job(job_id, wait_s=30)
    with listen(stack.http, job_id) as source:
        headers = source.response.headers
        (event,) = source.events()
    assert headers["Content-Type"].startswith("text/event-stream")
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Accel-Buffering"] == "no"
    assert (event.kind, event.data) == ("finished", job)


def test_who_has_read_the_last_event_is_told_to_stop(stack: Stack) -> None:
    job_id = stack.submit(TEXT)
    stack.job(job_id, wait_s=30)
    with listen(stack.http, job_id) as source:
        (event,) = source.events()
    with listen(stack.http, job_id, last_event_id=event.id) as source:
        assert source.response.status_code == 204
        assert source.response.read() == b""
    for earlier in ("1", "no id of ours", "999999"):
        with listen(stack.http, job_id, last_event_id=earlier) as source:
            assert [each.kind for each in source.events()] == ["finished"]


def test_a_job_is_watched_from_the_queue_to_its_end(fragile_stack: Stack) -> None:
    stack = fragile_stack
    stack.pretend_worker("en_sm")
    job_id = stack.submit(TEXT)
    with listen(stack.http, job_id) as source:
        first = source.next()
        assert (first.kind, first.id, first.data["state"]) == ("state", "1", "queued")
        assert first.data["queue"]["position"] == 0
        # What happens while nobody listens is found when somebody does again.
        stack.valkey.client().client_kill_filter(_type="pubsub")
        stack.start_worker()
        later = [event for event in source.events() if event.kind]
    assert [event.kind for event in later][-1] == "finished"
    assert {event.kind for event in later[:-1]} <= {"state"}
    assert later[-1].data == stack.job(job_id)
    ids = [int(event.id) for event in (first, *later)]
    assert ids == sorted(set(ids))


def test_state_and_progress_are_told_as_they_change(idle: Stack) -> None:
    job_id = idle.submit(TEXT)
    with listen(idle.http, job_id) as source:
        assert source.next().data["state"] == "queued"
        move(idle, job_id, state="running", total=3)
        running = source.next()
        assert (running.kind, running.data["state"]) == ("state", "running")
        move(idle, job_id)
        move(idle, job_id, succeeded=1, failed=1)
        progress = source.next()
    assert (progress.kind, progress.data["counts"]) == ("progress", {"total": 3, "succeeded": 1, "failed": 1})


def test_a_client_that_comes_back_is_told_only_what_is_new(idle: Stack) -> None:
    job_id = idle.submit(TEXT)
    with listen(idle.http, job_id) as source:
        seen = source.next()
    with listen(idle.http, job_id, last_event_id=seen.id) as source:
        assert next(source.events()).data == {"comment": "heartbeat"}
        move(idle, job_id, state="running")
        running = source.next()
        assert (running.kind, int(running.id)) == ("state", int(seen.id) + 1)
    move(idle, job_id, total=3, succeeded=1)
    with listen(idle.http, job_id, last_event_id=running.id) as source:
        assert int(source.next().id) == int(running.id) + 1


def test_heartbeats_keep_a_quiet_stream_open(idle: Stack) -> None:
    with listen(idle.http, idle.submit(TEXT)) as source:
        events = source.events()
        assert next(events).kind == "state"
        assert [next(events) for _ in range(3)] == [Event("", "", {"comment": "heartbeat"})] * 3


def test_a_burst_of_progress_becomes_few_events(idle: Stack) -> None:
    job_id = idle.submit(TEXT)
    move(idle, job_id, state="running", total=1_000)
    started = time.monotonic()
    with listen(idle.http, job_id) as source:
        told = [source.next()]
        for done in range(1, 1_000):
            move(idle, job_id, succeeded=done)
        while told[-1].data["counts"]["succeeded"] < 999:
            told.append(source.next())
        elapsed_s = time.monotonic() - started
    assert len(told) <= 1 + 5 * elapsed_s
    assert [event.kind for event in told[1:]] == ["progress"] * (len(told) - 1)


def test_a_client_that_goes_away_leaves_nothing_behind(idle: Stack) -> None:
    job_id = idle.submit(TEXT)
    channel = keys.JOB_MOVES + job_id
    with listen(idle.http, job_id) as source:
        source.next()
        eventually(lambda: channel in channels(idle), what="the job is watched")
        # Closed in the middle of the stream, as a browser does whose page is left.
        source.response.close()
    eventually(lambda: channel not in channels(idle), what="nobody watches")


def test_a_job_that_is_erased_ends_its_stream(idle: Stack) -> None:
    job_id = idle.submit(TEXT)
    with listen(idle.http, job_id) as source:
        source.next()
        receipt = b'anonymous\n{"receipt": true}'
        SyncStore(idle.valkey.client()).run(erase(job_id, receipt, receipt_ms=60_000, retention_ms=60_000))
        assert [event.kind for event in source.events() if event.kind] in ([], ["finished"])
    answer = idle.http.get(f"/v1/jobs/{job_id}/events")
    assert answer.status_code == 410
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("job_id", ["job_" + "0" * 32, "job_1", "x"])
def test_an_unknown_job_has_no_events(idle: Stack, job_id: str) -> None:
    assert idle.http.get(f"/v1/jobs/{job_id}/events").status_code == 404


def test_open_streams_do_not_hold_up_a_gateway_that_stops(tmp_path: Path) -> None:
    stack = Stack(tmp_path)
    try:
        stack.pretend_worker("en_sm")
        with listen(stack.http, stack.submit(TEXT)) as source:
            source.next()
            stack.gateway.signal(signal.SIGTERM)
            assert [event for event in source.events() if event.kind] == []
        # Less than what a stream or a long poll could take.
        stack.gateway.wait(timeout_s=20)
    finally:
        stack.end()
