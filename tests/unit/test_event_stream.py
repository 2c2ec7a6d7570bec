"""What a stream of events tells, and how it is written."""

from dataclasses import replace

import pytest

from gateway.event_stream import HEARTBEAT, EventKind, event_of, frame, last_seen
from shared.jobs.job import Job
from shared.jobs.states import State

QUEUED = Job(
    id="job_1",
    client="client",
    lane="en_sm",
    state=State.QUEUED,
    sequence=1,
    characters=10,
    total=3,
    created_ms=0,
    deadline_ms=1,
    wrapped_key=b"",
    revision=1,
)
RUNNING = replace(QUEUED, state=State.RUNNING, revision=2)
HALF_DONE = replace(RUNNING, succeeded=1, revision=3)
ONE_FAILED = replace(RUNNING, failed=1, revision=3)
EXPANDED = replace(RUNNING, total=30, revision=3)
UNCHANGED = replace(RUNNING, revision=3)
SUCCEEDED = replace(RUNNING, state=State.SUCCEEDED, succeeded=3, revision=4)
CANCELED = replace(QUEUED, state=State.CANCELED, revision=2)


@pytest.mark.parametrize(
    ("before", "job", "kind"),
    [
        (None, QUEUED, EventKind.STATE),
        (None, RUNNING, EventKind.STATE),
        (None, SUCCEEDED, EventKind.FINISHED),
        (QUEUED, QUEUED, None),
        (QUEUED, RUNNING, EventKind.STATE),
        (QUEUED, HALF_DONE, EventKind.STATE),
        (RUNNING, HALF_DONE, EventKind.PROGRESS),
        (RUNNING, ONE_FAILED, EventKind.PROGRESS),
        (RUNNING, EXPANDED, EventKind.PROGRESS),
        (RUNNING, UNCHANGED, None),
        (RUNNING, replace(QUEUED, revision=3), EventKind.STATE),
        (RUNNING, SUCCEEDED, EventKind.FINISHED),
        (QUEUED, CANCELED, EventKind.FINISHED),
        # A store that lost its last second counts again: the end is told all the same.
        (replace(RUNNING, revision=9), SUCCEEDED, EventKind.FINISHED),
    ],
)
def test_what_is_told(before: Job | None, job: Job, kind: EventKind | None) -> None:
    assert event_of(before, job) is kind


def test_a_frame_has_its_event_its_data_and_its_id() -> None:
    lines = frame(EventKind.STATE, 7, '{"id":"job_1"}').decode().split("\n")
    assert sorted(lines[:3]) == ['data: {"id":"job_1"}', "event: state", "id: 7"]
    assert lines[3:] == ["", ""]


def test_a_heartbeat_is_a_comment() -> None:
    assert HEARTBEAT == b": heartbeat\n\n"


@pytest.mark.parametrize(
    ("header", "revision"),
    [
        (None, None),
        ("1", 1),
        ("3", 3),
        # Ids that this job never gave are no reason to tell nothing.
        ("4", None),
        ("", None),
        ("-1", None),
        ("1.0", None),
        ("abc", None),
        ("²", None),
        ("9" * 5_000, None),
    ],
)
def test_the_last_event_that_was_read(header: str | None, revision: int | None) -> None:
    assert last_seen(header, HALF_DONE) == revision
