"""Spans of the work of a batch: each unit in the trace of its job, and one for all together where there are several."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial

from shared.errors import ServiceError
from shared.jobs.transitions import Claimed
from shared.traces import NEW_TRACE, OFF, Attributes, Kind, Span, Traces, end_with
from worker.unit import Done, Outcome

#: Of a batch that nobody traces.
_UNTRACED: Mapping[str, Span] = {}


def tell_waits(lane: str, claimed: Sequence[Claimed], traces: Traces) -> None:
    """How long each unit waited in its lane, by the store's clock."""
    if not traces.is_on:
        return
    for each in claimed:
        parent = each.job.traceparent or NEW_TRACE
        traces.tell("wait", each.queued_ms, each.claimed_ms, parent=parent, attributes=_attributes(lane, each))


@contextmanager
def running(lane: str, begun: Sequence[Claimed], traces: Traces) -> Iterator[Mapping[str, Span]]:
    """Spans by unit, for `note_outcomes`. What is done within is one step for all of a batch: a span that is linked."""
    if not traces.is_on:
        yield _UNTRACED
        return
    with _together(lane, begun, traces) as batch:
        links = [batch] if batch is not None else []
        spans = {each.unit: _run_of(lane, each, links, traces) for each in begun}
        around = OFF.within if batch is not None else traces.within
        with ExitStack() as undo:
            for span in spans.values():
                undo.push(partial(end_with, span))
            undo.enter_context(around(spans[begun[0].unit]))
            yield spans


def note_outcomes(spans: Mapping[str, Span], outcomes: Sequence[Outcome]) -> None:
    """What came of each unit."""
    if not spans:
        return
    for claimed, outcome in outcomes:
        span = spans[claimed.unit]
        if isinstance(outcome, Done):
            span.note({"job.state": outcome.state, "job.succeeded": outcome.succeeded, "job.failed": outcome.failed})
        problem = outcome.problem if isinstance(outcome, Done | ServiceError) else None
        if problem is not None:
            span.fail(problem)


@contextmanager
def _together(lane: str, begun: Sequence[Claimed], traces: Traces) -> Iterator[str | None]:
    """A batch of several jobs belongs to none of their traces: it has its own, and links show what belongs together."""
    if len(begun) == 1:
        yield None
        return
    links = [each.job.traceparent for each in begun if each.job.traceparent]
    span = traces.begin(
        "batch",
        parent=NEW_TRACE,
        attributes={"job.lane": lane, "batch.units": len(begun)},
        links=links,
    )
    with ExitStack() as undo:
        undo.push(partial(end_with, span))
        undo.enter_context(traces.within(span))
        yield span.traceparent


def _run_of(lane: str, each: Claimed, links: Sequence[str], traces: Traces) -> Span:
    return traces.begin(
        "run",
        Kind.CONSUMER,
        parent=each.job.traceparent or NEW_TRACE,
        attributes=_attributes(lane, each),
        links=links,
    )


def _attributes(lane: str, each: Claimed) -> Attributes:
    return {"job.id": each.job.id, "job.unit": each.unit, "job.attempt": each.attempts, "job.lane": lane}
