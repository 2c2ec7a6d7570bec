"""What is done with claimed units: opened, and each kind given to whom it concerns."""

from collections.abc import Callable, Sequence
from typing import Final

from shared.cipher import Field
from shared.errors import ProcessingFailed, ServiceError
from shared.jobs.payload import Contract
from shared.jobs.transitions import Claimed
from shared.log import get_logger
from shared.model_catalogue import BULK
from shared.traces import stage
from worker.assembly import assemble
from worker.careful import detect_unit
from worker.context import Context
from worker.detection.detect import Detection
from worker.documents import detect_tasks, name_and_replace
from worker.file_work import open_files
from worker.found import Finding, to_bytes
from worker.metrics import count_words
from worker.original_contract import find_entities
from worker.unit import END, Opened, Outcome, PartDone, done, open_unit, part_done

_Work = Callable[[Sequence[Opened], str, Context], Sequence[Outcome]]


def work(lane: str, claimed: Sequence[Claimed], context: Context) -> list[Outcome]:
    """An outcome for each unit but those that went on as parts; a fault becomes its job's problem."""
    outcomes: list[Outcome] = []
    kinds: dict[_Work, list[Opened]] = {}
    with stage("open"):
        for each in claimed:
            try:
                unit = open_unit(each, context)
                kinds.setdefault(_kind(unit), []).append(unit)
            except ServiceError as error:
                outcomes.append((each, error))
    for do, units in kinds.items():
        count_words(lane, (document.text for unit in units for document in unit.payload.documents))
        outcomes += _isolated(units, do, lane, context)
    return outcomes


def _kind(unit: Opened) -> _Work:
    if unit.claimed.part == END:
        return assemble
    if unit.claimed.is_whole and unit.payload.file is not None:
        return open_files
    return _KINDS[unit.payload.contract]


def _isolated(units: Sequence[Opened], do: _Work, lane: str, context: Context) -> Sequence[Outcome]:
    """All together; when that fails, each alone, so that one bad job fails by itself."""
    try:
        return do(units, lane, context)
    except MemoryError:
        # The process is at its limit (worker/limits.py); what is wrong is not known to be the text.
        raise
    except Exception as error:  # noqa: BLE001  the batch's outer edge: a fault becomes the job's problem
        if len(units) > 1:
            return [outcome for unit in units for outcome in _isolated([unit], do, lane, context)]
        claimed = units[0].claimed
        get_logger().error("job_failed", unit=claimed.unit, exc_info=error)
        return [(claimed, error if isinstance(error, ServiceError) else ProcessingFailed())]


def _original(units: Sequence[Opened], lane: str, context: Context) -> list[Outcome]:
    texts = [unit.payload.documents[0].text for unit in units]
    with stage("ner"):
        results = find_entities(texts, context.models[lane])
    return [
        (unit.claimed, done(unit, [result.model_copy(update={"index": 0})]))
        for unit, result in zip(units, results, strict=True)
    ]


def _engine(units: Sequence[Opened], lane: str, context: Context) -> list[Outcome]:
    tasks = [unit.task(lane) for unit in units]
    size = lane.removesuffix(BULK).partition("_")[2]
    outcomes: list[Outcome] = []
    if len(units) == 1:
        found: Sequence[Sequence[Finding]] = [detect_unit(units[0], tasks[0], lane, context)]
    else:
        found = detect_tasks(tasks, context.pipelines(lane))
    for unit, task, findings in zip(units, tasks, found, strict=True):
        claimed, job = unit.claimed, unit.claimed.job
        if job.assembles:
            box = unit.cipher.seal(Field.FOUND, to_bytes(findings), claimed.part)
            succeeded = sum(isinstance(finding, Detection) for finding in findings)
            outcomes.append((claimed, PartDone("found", box, succeeded, len(findings) - succeeded)))
            continue
        results = name_and_replace(task, findings, context.key_ring.keys[0], job.client, size)
        outcomes.append((claimed, done(unit, results) if claimed.is_whole else part_done(unit, results)))
    return outcomes


_KINDS: Final[dict[Contract, _Work]] = {Contract.ORIGINAL: _original, Contract.ENGINE: _engine}
