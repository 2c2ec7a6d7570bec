"""`anonymize jobs`, `wait`, `cancel` and `erase`."""

import itertools
import json
from argparse import Namespace
from collections.abc import Callable
from typing import Final

from anonymize.answers import Job, State
from anonymize.client import Client
from anonymize.command.ending import ExitCode
from anonymize.command.output import as_json, complain, say_json, say_line
from anonymize.command.service import reach
from anonymize.errors import Refused, WaitTimedOut

_PAGE: Final = 100


def run_jobs(arguments: Namespace) -> int:
    with reach() as client:
        jobs = client.jobs(states=arguments.state, page_size=min(arguments.limit, _PAGE))
        for job in itertools.islice(jobs, arguments.limit):
            _show(job, arguments)
    return ExitCode.DONE


def run_wait(arguments: Namespace) -> int:
    """Fails where one of the jobs did not succeed."""

    def wait(client: Client, job_id: str) -> bool:
        try:
            job = client.wait(job_id, timeout_s=arguments.timeout_s)
        except WaitTimedOut as late:
            job = late.job
        _show(job, arguments)
        return job.state is State.SUCCEEDED

    return _each(arguments, wait)


def run_cancel(arguments: Namespace) -> int:
    def cancel(client: Client, job_id: str) -> bool:
        _show(client.cancel(job_id), arguments)
        return True

    return _each(arguments, cancel)


def run_erase(arguments: Namespace) -> int:
    """Prints the signed receipts, for whoever has to prove it."""

    def erase(client: Client, job_id: str) -> bool:
        receipt = client.erase(job_id)
        if arguments.json:
            say_json(as_json(receipt))
        else:
            statement = json.loads(receipt.statement)
            say_line(f"{statement['job_id']}  erased {statement['erased_at']}")
        return True

    return _each(arguments, erase)


def _each(arguments: Namespace, act: Callable[[Client, str], bool]) -> int:
    """One that is refused does not keep the others from their turn."""
    is_well = True
    with reach() as client:
        for job_id in arguments.ids:
            try:
                is_well &= act(client, job_id)
            except Refused as refused:
                complain(f"{job_id}: {refused}")
                is_well = False
    return ExitCode.DONE if is_well else ExitCode.FAILED


def _show(job: Job, arguments: Namespace) -> None:
    if arguments.json:
        say_json(as_json(job))
        return
    counts = f"{job.counts.succeeded}/{job.counts.total}"
    failed = f"{job.counts.failed} failed" if job.counts.failed else ""
    place = f"{job.queue.position} before it" if job.queue is not None else ""
    why = job.problem.title if job.problem is not None else ""
    cells = (job.id, f"{job.state:<9}", f"{job.created_at:%Y-%m-%dT%H:%M:%SZ}", f"{counts:>7}", job.model)
    say_line("  ".join((*cells, *(each for each in (failed, place, why) if each))))
