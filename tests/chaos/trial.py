"""One fault under a steady load, and what became of every job."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from shared.clock import now_ms
from tests.chaos.faults import Fault, Ready
from tests.chaos.load import Accepted, Load
from tests.chaos.observers import UNREACHABLE, EndsWatch, Probe, ReadyWatch
from tests.chaos.site import Site, end_of
from tests.chaos.strikes import Pace
from tests.services.processes import eventually

#: How long a job may take after the load is over: three leases, each of 15 s at most, and the repair between them.
_MOST_WAIT_S: Final = 120.0
_TERMINAL: Final = {"succeeded", "failed", "canceled", "expired"}
Documents = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found after a fault; all but the figures should be empty."""

    fault: str
    jobs: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    #: Jobs whose result is not that of a quiet run.
    differing: tuple[str, ...]
    #: Jobs whose end was told by no webhook.
    untold: tuple[str, ...]
    #: What /health/ready said wrongly, and other answers that should not be.
    wrong_answers: tuple[str, ...]
    #: From the fault on: the longest time in which no job ended.
    stood_still_s: float
    #: From 202 to the end.
    slowest_s: float
    #: Each job as it ended.
    ends: Mapping[str, Mapping[str, Any]]

    @property
    def is_fine(self) -> bool:
        return not (self.lost or self.doubled or self.differing or self.untold or self.wrong_answers)


@dataclass(frozen=True, slots=True)
class Watched:
    """What a trial has to judge by."""

    load: Load
    doomed: tuple[str, ...]
    #: When it began, when it was done, when its end began.
    struck: float
    broken: float
    mended: float
    struck_ms: int
    stopped_ms: int


def quiet_run(site: Site, texts: Sequence[str]) -> list[Documents]:
    """The result of each text while nothing is broken."""
    job_ids = [site.stack.submit(text) for text in texts]
    for job_id in job_ids:
        assert site.stack.job(job_id, wait_s=60)["state"] == "succeeded"
    return [site.stack.result(job_id)["documents"] for job_id in job_ids]


def run_trial(
    fault: Fault, pace: Pace, site: Site, texts: Sequence[str], expected: Sequence[Documents], ends: EndsWatch
) -> Outcome:
    """Raises AssertionError when the fault itself cannot be made."""
    ready = ReadyWatch(site.stack)
    load = Load(site.stack, texts)
    try:
        watched = _strike(fault, pace, site, load)
    finally:
        load.end()
    jobs = {each.job_id: _ended(each.job_id, site) for each in load.accepted}
    doomed = {job_id: _ended(job_id, site) for job_id in watched.doomed}
    both = {**jobs, **doomed}
    untold = _untold(both, site)
    ready.end()
    wrong = _wrong_readiness(fault, pace, watched, ready.since(watched.struck))
    return Outcome(
        fault=fault.name,
        jobs=len(both),
        lost=tuple(job_id for job_id, job in jobs.items() if job["state"] != "succeeded")
        + tuple(job_id for job_id, job in doomed.items() if not _failed_as(job, fault)),
        doubled=_doubled(both, load.accepted, site, ends),
        differing=tuple(
            each.job_id
            for each in load.accepted
            if jobs[each.job_id]["state"] == "succeeded"
            and site.stack.result(each.job_id)["documents"] != expected[each.text_number]
        ),
        untold=untold,
        wrong_answers=(*wrong, *(f"POST /v1/jobs: {status}" for status in load.strange)),
        stood_still_s=_stood_still_s([_finished_ms(job) for job in jobs.values()], watched),
        slowest_s=max(_finished_ms(jobs[each.job_id]) - each.accepted_ms for each in load.accepted) / 1000,
        ends=both,
    )


def _strike(fault: Fault, pace: Pace, site: Site, load: Load) -> Watched:
    eventually(lambda: len(load.accepted) >= pace.jobs_before, what="the load runs")
    struck, struck_ms = time.monotonic(), now_ms()
    doomed = (site.stack.submit(fault.doomed[0]),) if fault.doomed else ()
    for _ in range(pace.rounds if fault.is_repeated else 1):
        fault.strike(site, pace)
        broken = time.monotonic()
        # Not a wait for something: for so long it is broken.
        time.sleep(fault.hold_s(pace))
        mended = time.monotonic()
        fault.mend(site, pace)
        _await_more(load)
    # A worker that lives and takes nothing would not be missed: the other one does its work.
    for worker in site.workers:
        site.busy_child(worker)
    time.sleep(pace.after_s)
    return Watched(load, doomed, struck, broken, mended, struck_ms, now_ms())


def _await_more(load: Load) -> None:
    before = len(load.accepted)
    eventually(lambda: len(load.accepted) > before, what="the service takes jobs again")


def _ended(job_id: str, site: Site) -> Mapping[str, Any]:
    """The job when it has ended, or as it is after the longest time that it may take."""
    end = time.monotonic() + _MOST_WAIT_S
    while True:
        job = site.stack.job(job_id, wait_s=20)
        if job["state"] in _TERMINAL or time.monotonic() > end:
            return job


def _failed_as(job: Mapping[str, Any], fault: Fault) -> bool:
    wanted = fault.doomed[1] if fault.doomed else ""
    return bool(job["state"] == "failed" and job["problem"]["type"].endswith(f"/{wanted}"))


def _untold(jobs: Mapping[str, Any], site: Site) -> tuple[str, ...]:
    def missing() -> tuple[str, ...]:
        told = site.webhooks()
        return tuple(job_id for job_id in jobs if job_id not in told)

    return _settled(missing)


def _settled(missing: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
    """What is still missing after the longest time that it may take."""
    try:
        eventually(lambda: not missing(), within_s=_MOST_WAIT_S, what="nothing is missing")
    except AssertionError:
        return missing()
    return ()


def _doubled(
    jobs: Mapping[str, Mapping[str, Any]], accepted: Sequence[Accepted], site: Site, ends: EndsWatch
) -> tuple[str, ...]:
    """Jobs that two keys were given, that ended twice or otherwise than before, or were told under two ids."""
    told, given = site.webhooks(), [each.job_id for each in accepted]
    return tuple(
        job_id
        for job_id, job in jobs.items()
        if given.count(job_id) > 1 or ends.times_ended(job_id) > 1 or len(told.get(job_id, ())) > 1
    ) + changed_since(jobs, site)


def changed_since(ends: Mapping[str, Mapping[str, Any]], site: Site) -> tuple[str, ...]:
    """Jobs that are not as they ended."""
    return tuple(job_id for job_id, job in ends.items() if site.end_of(job_id) != end_of(job))


def _finished_ms(job: Mapping[str, Any]) -> int:
    if job["finished_at"] is None:
        return now_ms()
    return int(datetime.fromisoformat(job["finished_at"]).timestamp() * 1000)


def _stood_still_s(finished_ms: Sequence[int], watched: Watched) -> float:
    moments = [watched.struck_ms, *sorted(each for each in finished_ms if each > watched.struck_ms)]
    waits = [after - before for before, after in pairwise(moments) if before < watched.stopped_ms]
    return max(waits, default=0) / 1000


def _wrong_readiness(fault: Fault, pace: Pace, watched: Watched, probes: Sequence[Probe]) -> tuple[str, ...]:
    allowed = {Ready.ALWAYS: {200}, Ready.STORE_AWAY: {200, 503}, Ready.GATEWAY_AWAY: {200, UNREACHABLE}}[fault.ready]
    wrong = [
        f"ready: {probe.status} after {probe.ended - watched.struck:.1f} s"
        for probe in probes
        if probe.status not in allowed
    ]
    if not probes or probes[-1].status != 200:
        wrong.append("ready: not at the end")
    if fault.ready is Ready.STORE_AWAY:
        away_from = watched.broken + fault.ready_grace_s(pace)
        away = [probe for probe in probes if probe.began >= away_from and probe.ended <= watched.mended]
        if not away or any(probe.status != 503 for probe in away):
            wrong.append("ready: while the store was away")
    if fault.ready is not Ready.ALWAYS and all(probe.status == 200 for probe in probes):
        wrong.append("ready: never otherwise")
    return tuple(wrong)
