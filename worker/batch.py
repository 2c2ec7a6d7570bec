"""One batch: claim, open, detect and anonymize, finish. The only place where a claimed job is worked on."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from shared.cipher import Field, JobCipher, KeyRing
from shared.errors import ProcessingFailed, ServiceError, StoreUnavailable, UndecipherablePayload
from shared.jobs.payload import Contract, DocumentResult, Payload, Result
from shared.jobs.states import State
from shared.jobs.store import SyncStore
from shared.jobs.transitions import Claimed, Command, claim, finish
from shared.log import get_logger
from shared.model_catalogue import AUTO
from shared.options import Options
from shared.settings import Settings
from worker.anonymization.scope import ScopeKeys
from worker.engine import EngineRequest, process
from worker.lease import LeaseKeeper
from worker.original_contract import find_entities
from worker.pipelines import LoadedModel

#: Between two tries to write to a store that is away.
_STORE_PAUSE_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Context:
    """What a worker process works with."""

    settings: Settings
    store: SyncStore
    key_ring: KeyRing
    models: dict[str, LoadedModel]
    #: Names the process in the job record.
    worker: str


@dataclass(frozen=True, slots=True)
class _Opened:
    claimed: Claimed
    cipher: JobCipher
    payload: Payload


def drain(lane: str, hint: str, context: Context) -> bool:
    """Claim and finish batches until the lane is empty (True) or `DRAIN_S` is over (False: there may be more)."""
    settings = context.settings
    end = time.monotonic() + settings.drain_s
    while True:
        claimed = context.store.run(
            claim(
                lane,
                hint=hint,
                worker=context.worker,
                lease_ms=int(settings.lease_s * 1000),
                max_jobs=settings.batch_max_jobs,
                max_characters=settings.batch_max_chars,
                retention_ms=int(settings.retention_s * 1000),
            )
        )
        if not claimed:
            return True
        with LeaseKeeper(context.store, claimed, lease_ms=int(settings.lease_s * 1000)):
            _finish(_work(lane, claimed, context), context)
        if time.monotonic() >= end:
            return False
        hint = ""


def _finish(commands: Sequence[tuple[str, Command[bool]]], context: Context) -> None:
    """Write the ends; while the store is away, try for as long as the leases could last, for the work is done."""
    give_up = time.monotonic() + context.settings.lease_s
    while True:
        try:
            written = context.store.run_all([command for _, command in commands])
            break
        except StoreUnavailable:
            if time.monotonic() >= give_up:
                raise
            time.sleep(_STORE_PAUSE_S)
    for (job_id, _), is_written in zip(commands, written, strict=True):
        if not is_written:
            get_logger().warning("late_result_refused", job_id=job_id)


def _work(lane: str, claimed: Sequence[Claimed], context: Context) -> list[tuple[str, Command[bool]]]:
    commands = []
    opened: dict[Contract, list[_Opened]] = {contract: [] for contract in Contract}
    for each in claimed:
        try:
            job = _open(each, context.key_ring)
            opened[job.payload.contract].append(job)
        except ServiceError as error:
            commands.append(_failed(each, error, context))
    for contract, jobs in opened.items():
        commands += _isolated(jobs, _WORK[contract], lane, context)
    return commands


def _open(claimed: Claimed, key_ring: KeyRing) -> _Opened:
    job = claimed.job
    if claimed.payload is None:
        raise UndecipherablePayload
    cipher = key_ring.job(job.client, job.id, job.wrapped_key)
    return _Opened(claimed, cipher, Payload.model_validate_json(cipher.open(Field.PAYLOAD, claimed.payload)))


_Work = Callable[[Sequence[_Opened], str, Context], list[DocumentResult]]


def _isolated(jobs: Sequence[_Opened], work: _Work, lane: str, context: Context) -> list[tuple[str, Command[bool]]]:
    """All together; when that fails, each alone, so that one bad text fails by itself."""
    if not jobs:
        return []
    try:
        results = work(jobs, lane, context)
    except Exception as error:  # noqa: BLE001  the batch's outer edge: a fault becomes the job's problem
        if len(jobs) > 1:
            return [command for job in jobs for command in _isolated([job], work, lane, context)]
        get_logger().error("job_failed", job_id=jobs[0].claimed.job.id, exc_info=error)
        problem = error if isinstance(error, ServiceError) else ProcessingFailed()
        return [_failed(jobs[0].claimed, problem, context)]
    return [_succeeded(job, result, context) for job, result in zip(jobs, results, strict=True)]


def _original(jobs: Sequence[_Opened], lane: str, context: Context) -> list[DocumentResult]:
    texts = [job.payload.documents[0].text for job in jobs]
    return find_entities(texts, context.models[lane])


def _engine(jobs: Sequence[_Opened], lane: str, context: Context) -> list[DocumentResult]:
    language, _, size = lane.partition("_")
    served = {model.served.language: model for model in context.models.values() if model.served.size == size}
    if language != AUTO:
        served = {language: context.models[lane]}
    requests = []
    for job in jobs:
        payload, record = job.payload, job.claimed.job
        options = payload.options or Options()
        keys = ScopeKeys.for_scope(context.key_ring.keys[0], record.client, record.id, options.scope)
        requests.append(EngineRequest(payload.documents[0].text, language, options, keys))
    pipelines = {name: model.nlp for name, model in served.items()}
    return process(requests, pipelines, {name: model.key for name, model in served.items()})


_WORK: dict[Contract, _Work] = {Contract.ORIGINAL: _original, Contract.ENGINE: _engine}


def _succeeded(job: _Opened, document: DocumentResult, context: Context) -> tuple[str, Command[bool]]:
    record = job.claimed.job
    result = Result(job_id=record.id, documents=(document.model_copy(update={"index": 0}),))
    return record.id, finish(
        record.id,
        record.token,
        State.SUCCEEDED,
        succeeded=1,
        failed=0,
        problem=None,
        result=job.cipher.seal(Field.RESULT, result.model_dump_json().encode()),
        retention_ms=int(context.settings.retention_s * 1000),
    )


def _failed(claimed: Claimed, error: ServiceError, context: Context) -> tuple[str, Command[bool]]:
    record = claimed.job
    return record.id, finish(
        record.id,
        record.token,
        State.FAILED,
        succeeded=0,
        failed=record.total,
        problem=error.problem,
        result=None,
        retention_ms=int(context.settings.retention_s * 1000),
    )
