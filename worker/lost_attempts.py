"""Spans of attempts that a death ended: the dead sent none, so the one that repairs does."""

import threading
from collections.abc import Sequence

from shared.jobs.repair import LostAttempt
from shared.settings import Settings
from shared.traces import Traces
from shared.traces.opening import open_traces


def tell_lost(lost: Sequence[LostAttempt], settings: Settings) -> None:
    """Gives at once. The thread ends with what it sends: a worker's main process forks, and keeps no threads."""
    if lost and settings.traces_url:
        traces = open_traces(settings, "worker")
        threading.Thread(target=_tell, args=(lost, traces), name="traces", daemon=True).start()


def _tell(lost: Sequence[LostAttempt], traces: Traces) -> None:
    for each in lost:
        traces.tell(
            "run",
            each.claimed_ms,
            each.lost_ms,
            parent=each.traceparent,
            attributes={
                "job.id": each.unit.partition(".")[0],
                "job.unit": each.unit,
                "job.attempt": each.attempt,
                "job.state": "lost",
            },
            failure=each.problem,
        )
    traces.close()
