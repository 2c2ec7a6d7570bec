"""The commands of the job store with a test's usual arguments."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from shared.jobs.repair import reconcile
from shared.jobs.script import Command
from shared.jobs.states import State
from shared.jobs.transitions import (
    Claimed,
    Ended,
    NewJob,
    Submitted,
    claim,
    finish,
    finish_part,
    submit,
)

Run = Callable[[Command[Any]], Any]
NEW = NewJob("job_1", "client", "en_sm", characters=10, total=1, wrapped_key=b"\x00key\xff", payload=b"\x00box\xff")
DAY_MS = 86_400_000
OUT = b"\x00out\xff"


def put(
    run: Run, job_id: str = "job_1", *, max_hints: int = 4, queued_ms: int = DAY_MS, depth: int = 100, **changes: Any
) -> Submitted:
    new = replace(NEW, id=job_id, **changes)
    submitted: Submitted = run(
        submit(new, max_hints=max_hints, hint_lost_ms=10_000, max_queued_ms=queued_ms, max_depth=depth)
    )
    return submitted


def take(
    run: Run,
    hint: str = "",
    *lanes: str,
    lease_ms: int = 60_000,
    jobs: int = 16,
    characters: int = 1_000,
    node: str = "node",
    max_long: int = 1,
) -> tuple[Claimed, ...]:
    lanes = lanes or ("en_sm",)
    _, claimed = run(
        claim(
            lanes,
            hint_lane=lanes[0],
            hint=hint,
            worker="w",
            node=node,
            lease_ms=lease_ms,
            max_jobs=jobs,
            max_characters=characters,
            retention_ms=DAY_MS,
            long_characters=100_000,
            max_long=max_long,
        )
    )
    units: tuple[Claimed, ...] = claimed
    return units


def end(run: Run, claimed: Claimed, state: State = State.SUCCEEDED, page: bytes | None = OUT) -> bool:
    is_written, _ = run(
        finish(
            claimed.unit,
            claimed.token,
            state,
            succeeded=1,
            failed=0,
            problem=None,
            page=page,
            retention_ms=DAY_MS,
        )
    )
    return bool(is_written)


def end_part(run: Run, claimed: Claimed, *, succeeded: int = 1, failed: int = 0, kind: str = "found") -> Ended:
    ended: Ended = run(
        finish_part(claimed.unit, claimed.token, kind, OUT, succeeded=succeeded, failed=failed, retention_ms=DAY_MS)
    )
    return ended


def repair(run: Run, *, max_attempts: int = 3, hint_lost_ms: int = 10_000) -> Any:
    return run(reconcile(max_attempts=max_attempts, hint_lost_ms=hint_lost_ms, retention_ms=DAY_MS))
