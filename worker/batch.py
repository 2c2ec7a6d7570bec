"""One batch: claim, open, work, finish. Claimed units are worked on nowhere else."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from shared.errors import ServiceError, StoreUnavailable
from shared.jobs.job import problem_said
from shared.jobs.script import Argument, Command
from shared.jobs.states import State
from shared.jobs.transitions import Claimed, Ended, Hint, NewPart, claim, expand, finish, finish_part
from shared.log import get_logger
from shared.model_catalogue import BULK
from shared.traces import stage
from worker import metrics
from worker.context import Context
from worker.lease import Leases
from worker.limits import stopped_after, time_limit_s
from worker.traced import note_outcomes, running, tell_waits
from worker.unit import Done, Expand, PartDone, characters_of
from worker.work import work

#: Between two tries to write to a store that is away.
_STORE_PAUSE_S: Final = 0.5
#: After so many batches of small jobs in a row a bulk unit has its turn.
_SMALL_BATCHES_IN_A_ROW: Final = 8

Publish = Callable[[Hint], None]


@dataclass(frozen=True, slots=True)
class _Ending:
    claimed: Claimed
    command: Command[Ended]


def drain(lane: str, hint: str, context: Context, publish: Publish) -> bool:
    """Claim and finish batches until the lane is empty (True). False: `DRAIN_S` is over, or the worker is to end.

    A process that bulk work woke looks at the lanes of small jobs first, so that these wait for one part at most.
    """
    end = time.monotonic() + context.settings.drain_s
    small_in_a_row = 0
    while not context.shutdown.is_asked:
        lanes = _lanes(lane, context, bulk_first=small_in_a_row >= _SMALL_BATCHES_IN_A_ROW)
        found_in, claimed = context.store.run(_claim(lanes, lane, hint, context))
        if not claimed:
            return True
        small_in_a_row = 0 if found_in.endswith(BULK) else small_in_a_row + 1
        for hint_for_others in _do(found_in, claimed, context):
            publish(hint_for_others)
        if time.monotonic() >= end:
            break
        hint = ""
    return False


def _do(lane: str, claimed: Sequence[Claimed], context: Context) -> list[Hint]:
    """Work on units and write their ends, slice by slice: what was not begun can be given back in between."""
    hints: list[Hint] = []
    tell_waits(lane, claimed, context.traces)
    with Leases(context.store, claimed, lease_ms=context.lease_ms, shutdown=context.shutdown) as leases:
        for begun in leases.slices(context.settings.part_max_chars):
            with running(lane, begun, context.traces) as spans:
                limit_s = time_limit_s(sum(map(characters_of, begun)), context.settings)
                with stopped_after(limit_s), metrics.batch(lane, len(begun)):
                    outcomes = work(lane, begun, context)
                with stage("write"):
                    hints += _finish([_ending(each, done, context) for each, done in outcomes], context)
                note_outcomes(spans, outcomes)
    return hints


def _lanes(lane: str, context: Context, *, bulk_first: bool) -> tuple[str, ...]:
    if not lane.endswith(BULK):
        return (lane,)
    return (lane, *context.small_lanes) if bulk_first else (*context.small_lanes, lane)


def _claim(
    lanes: Sequence[str], hint_lane: str, hint: str, context: Context
) -> Command[tuple[str, tuple[Claimed, ...]]]:
    settings = context.settings
    return claim(
        lanes,
        hint_lane=hint_lane,
        hint=hint,
        worker=context.worker,
        node=context.node,
        lease_ms=context.lease_ms,
        max_jobs=settings.batch_max_jobs,
        max_characters=settings.batch_max_chars,
        retention_ms=context.retention_ms,
        long_characters=settings.long_chars,
        max_long=max(1, settings.worker_processes - 1),
    )


def _finish(endings: Sequence[_Ending], context: Context) -> list[Hint]:
    """Write the ends; while the store is away, try for as long as the leases could last, for the work is done."""
    give_up = time.monotonic() + context.settings.lease_s
    while True:
        try:
            written = context.store.run_all([ending.command for ending in endings])
            break
        except StoreUnavailable:
            if time.monotonic() >= give_up:
                raise
            time.sleep(_STORE_PAUSE_S)
    hints: list[Hint] = []
    for ending, (is_written, new_hints) in zip(endings, written, strict=True):
        hints += new_hints
        if not is_written:
            get_logger().warning("late_result_refused", unit=ending.claimed.unit)
            metrics.count_late_result(ending.claimed.job.model)
    return hints


def _ending(claimed: Claimed, outcome: Done | PartDone | Expand | ServiceError, context: Context) -> _Ending:
    unit, token, retention_ms = claimed.unit, claimed.token, context.retention_ms
    if isinstance(outcome, PartDone):
        command = finish_part(
            unit,
            token,
            outcome.kind,
            outcome.box,
            succeeded=outcome.succeeded,
            failed=outcome.failed,
            retention_ms=retention_ms,
        )
    elif isinstance(outcome, Expand):
        command = _expansion(claimed, outcome, context)
    else:
        if isinstance(outcome, ServiceError):
            said: dict[str, Argument] = {"problem_said": problem_said(outcome)}
            outcome = Done(State.FAILED, 0, claimed.job.total, outcome.problem, None, said)
        command = finish(
            unit,
            token,
            outcome.state,
            succeeded=outcome.succeeded,
            failed=outcome.failed,
            problem=outcome.problem,
            page=outcome.page,
            retention_ms=retention_ms,
            fields=outcome.fields,
        )
    return _Ending(claimed, command)


def _expansion(claimed: Claimed, outcome: Expand, context: Context) -> Command[Ended]:
    parts = [NewPart(part.lane, part.characters, len(part.documents)) for part in outcome.parts]
    return expand(
        claimed.job.id,
        claimed.token,
        parts,
        characters=sum(part.characters for part in parts),
        total=sum(part.documents for part in parts),
        # A process that is at work already finds what comes next by itself.
        max_hints=2 * context.settings.worker_processes,
        hint_lost_ms=int(context.settings.hint_lost_s * 1000),
        # The file is put together again, and names agree over all of it.
        fields={"lane": parts[0].lane, "assembles": 1},
    )
