"""What is done when workers end or die, as pure values: leases given back, the dead counted, the overdue expired."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.jobs.script import Command, call
from shared.jobs.transitions import Hint, hints_of, names_of


@dataclass(frozen=True, slots=True)
class LostAttempt:
    """An attempt of a traced job that a death ended, of which the dead can tell nothing."""

    unit: str
    traceparent: str
    claimed_ms: int
    lost_ms: int
    attempt: int
    problem: str


@dataclass(frozen=True, slots=True)
class Reconciled:
    #: Units whose worker is gone: given back, or failed after MAX_ATTEMPTS.
    requeued: tuple[str, ...]
    poisoned: tuple[str, ...]
    #: Jobs.
    expired: tuple[str, ...]
    publish: tuple[Hint, ...]
    #: Units of a major version that this one does not know; nothing was done to them.
    unknown: tuple[str, ...] = ()
    lost_attempts: tuple[LostAttempt, ...] = ()


def suspect(unit: str, token: int, place: int | None) -> Command[bool]:
    """Say which document is tried by itself now: a death is its own. None: no more. False: the token is stale."""
    return Command(call("suspect", unit, token, "" if place is None else place), bool)


def release(leases: Mapping[str, int]) -> Command[frozenset[str]]:
    """Give running units (unit -> token) back, to their old places; the attempts do not count. Gives those it did."""
    words = [word for pair in leases.items() for word in pair]
    return Command(call("release", *words), lambda reply: frozenset(names_of(reply)))


def release_node(node: str) -> Command[tuple[Hint, ...]]:
    """Give back all that a worker holds which ends now, as `release`."""
    return Command(call("release_node", node), hints_of)


def lose(worker: str, problem: str, *, max_attempts: int, retention_ms: int) -> Command[Reconciled]:
    """A process died: what it held goes back at once, or fails with `problem` when it was tried often enough."""

    def read(reply: list[Any]) -> Reconciled:
        requeued, failed, publish, lost, now_ms = reply
        return Reconciled(
            names_of(requeued), names_of(failed), (), hints_of(publish), lost_attempts=_lost_of(lost, now_ms)
        )

    return Command(call("lose", worker, problem, max_attempts, retention_ms), read)


def reconcile(*, max_attempts: int, hint_lost_ms: int, retention_ms: int, limit: int = 200) -> Command[Reconciled]:
    """Lost leases back to their lanes or to `failed`, overdue jobs to `expired`, and which messages to send again."""

    def read(reply: list[Any]) -> Reconciled:
        requeued, poisoned, expired, publish, unknown, lost, now_ms = reply
        return Reconciled(
            names_of(requeued),
            names_of(poisoned),
            names_of(expired),
            hints_of(publish),
            names_of(unknown),
            _lost_of(lost, now_ms),
        )

    return Command(call("reconcile", max_attempts, hint_lost_ms, retention_ms, limit), read)


def _lost_of(flat: Sequence[bytes], now_ms: int) -> tuple[LostAttempt, ...]:
    rows = [[word.decode() for word in flat[start : start + 5]] for start in range(0, len(flat), 5)]
    return tuple(
        LostAttempt(unit, traceparent, int(claimed_ms), now_ms, int(attempt), problem)
        for unit, traceparent, claimed_ms, attempt, problem in rows
    )
