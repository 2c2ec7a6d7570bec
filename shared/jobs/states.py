"""The states of a job and the moves between them: the one table, which the Lua script is given too."""

from enum import StrEnum
from typing import Final


class State(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"
    EXPIRED = "expired"

    @property
    def is_terminal(self) -> bool:
        return not LEGAL_MOVES[self]


#: running -> queued: a lease ran out, or a worker gave the job back while it stopped.
LEGAL_MOVES: Final[dict[State, frozenset[State]]] = {
    State.QUEUED: frozenset({State.RUNNING, State.CANCELED, State.EXPIRED}),
    State.RUNNING: frozenset({State.QUEUED, State.SUCCEEDED, State.FAILED, State.CANCELED, State.EXPIRED}),
    State.SUCCEEDED: frozenset(),
    State.FAILED: frozenset(),
    State.CANCELED: frozenset(),
    State.EXPIRED: frozenset(),
}


def legal_moves_as_lua() -> str:
    """The table as a Lua literal: `{queued={running=true,...},...}`."""
    rows = (
        f"{source}={{" + ",".join(f"{target}=true" for target in sorted(targets)) + "}"
        for source, targets in LEGAL_MOVES.items()
    )
    return "{" + ",".join(rows) + "}"
