"""Detection in a unit that a worker died of: document by document, so that the next death says which one it was."""

from collections.abc import Sequence
from dataclasses import replace

from shared.jobs.repair import suspect
from shared.log import get_logger
from shared.model_catalogue import BULK
from worker.context import Context
from worker.documents import Task, detect_tasks, name_and_replace
from worker.found import Finding
from worker.limits import stopped_after, time_limit_s
from worker.unit import Opened


def detect_unit(unit: Opened, task: Task, lane: str, context: Context) -> Sequence[Finding]:
    """A finding for each document. In a unit that was tried before, those that killed too often are left out."""
    if unit.claimed.attempts > 1 and len(task.documents) > 1:
        return _one_by_one(unit, task, lane, context)
    (findings,) = detect_tasks([task], context.pipelines(lane))
    return findings


def _one_by_one(unit: Opened, task: Task, lane: str, context: Context) -> list[Finding]:
    # Its first attempt was one of all together; so a document has one less of its own.
    most_deaths = context.settings.max_attempts - 1
    doomed = {blame.place: blame.why for blame in unit.claimed.blame if blame.deaths >= most_deaths}
    if doomed:
        get_logger().warning("documents_poisoned", unit=unit.claimed.unit, count=len(doomed))
    findings: list[Finding] = []
    for place, document in enumerate(task.documents):
        if place in doomed:
            findings.append(doomed[place])
            continue
        context.store.run(suspect(unit.claimed.unit, unit.claimed.token, place))
        with stopped_after(time_limit_s(len(document.text), context.settings)):
            findings.append(_alone(unit, replace(task, documents=(document,)), lane, context))
    context.store.run(suspect(unit.claimed.unit, unit.claimed.token, None))
    return findings


def _alone(unit: Opened, task: Task, lane: str, context: Context) -> Finding:
    ((finding,),) = detect_tasks([task], context.pipelines(lane))
    size = lane.removesuffix(BULK).partition("_")[2]
    # What comes later, with all documents together, is tried here by itself too.
    name_and_replace(task, [finding], context.key_ring.keys[0], unit.claimed.job.client, size)
    return finding
