"""What takes several requests, or reads an answer: submit and wait, a file and what came of it."""

import json
from collections.abc import Sequence
from typing import Final, TypeVar

from anonymize import operations
from anonymize.answers import FileResult, Job, Original, Result, State
from anonymize.decode import decoded
from anonymize.errors import JobErased, JobFailed, JobNotFound, UnexpectedAnswer, WaitTimedOut
from anonymize.exchange import Answer, Ask, Pause, Plan
from anonymize.options import Document, FileJobSettings, JobSettings
from anonymize.retries import Retries, asked

Value = TypeVar("Value")
#: Of one look at a job: below the minute after which proxies cut a quiet connection.
_LOOK_S: Final = 30.0
#: Before the next look at a service that does not wait when it is asked to.
_GLANCE_S: Final = 1.0
#: Keys of one file that are tried; more often than that the same file has failed within a day.
_MAX_KEYS: Final = 20


def read(ask: Ask, kind: type[Value], retries: Retries) -> Plan[Value]:
    """One request and its answer, as `kind`. Raises Unreachable, Refused, UnexpectedAnswer."""
    answer = yield from asked(ask, retries)
    return _read(answer, kind)


def content(ask: Ask, retries: Retries) -> Plan[bytes]:
    """One request and the bytes of its answer."""
    answer = yield from asked(ask, retries)
    return _checked(answer).body


def original(text: str, retries: Retries) -> Plan[str]:
    """A text with the tokens of `encrypt` replaced by their values."""
    found = yield from read(operations.deanonymize(text), Original, retries)
    return found.text


def wait(job_id: str, retries: Retries, timeout_s: float | None = None) -> Plan[Job]:
    """The job when it has ended. Raises WaitTimedOut, and as `read`."""
    waited_s = 0.0
    while True:
        left_s = _LOOK_S if timeout_s is None else min(_LOOK_S, timeout_s - waited_s)
        answer = yield from asked(operations.job(job_id, wait_s=max(left_s, 0.0)), retries)
        job = _read(answer, Job)
        if job.is_over:
            return job
        waited_s += answer.elapsed_s
        if timeout_s is not None and waited_s >= timeout_s - 0.5:
            raise WaitTimedOut(job)
        if answer.elapsed_s < _GLANCE_S:
            yield Pause(_GLANCE_S)
            waited_s += _GLANCE_S


def anonymized(
    texts: str | Sequence[str | Document],
    settings: JobSettings,
    idempotency_key: str,
    retries: Retries,
    timeout_s: float | None,
) -> Plan[Result]:
    """Submit, wait, result. Raises JobFailed, and as `wait`."""
    first_s = _LOOK_S if timeout_s is None else min(_LOOK_S, timeout_s)
    ask = operations.submit(texts, settings, idempotency_key=idempotency_key, wait_s=first_s)
    answer = yield from asked(ask, retries)
    job = yield from _ended(_read(answer, Job), answer.elapsed_s, retries, timeout_s)
    result = yield from read(operations.result(job.id), Result, retries)
    return result


def anonymized_file(
    content: bytes,
    name: str,
    settings: FileJobSettings,
    idempotency_key: str,
    retries: Retries,
    timeout_s: float | None,
) -> Plan[FileResult]:
    """As `anonymized`. The same key again gives the same job, or a new one where that job gave nothing."""
    first_s = _LOOK_S if timeout_s is None else min(_LOOK_S, timeout_s)
    for number in range(1, _MAX_KEYS + 1):
        key = idempotency_key if number == 1 else f"{idempotency_key}-{number}"
        ask = operations.submit_file(content, name, settings, idempotency_key=key, wait_s=first_s)
        try:
            answer = yield from asked(ask, retries)
            job = yield from _ended(_read(answer, Job), answer.elapsed_s, retries, timeout_s)
            file = yield from asked(operations.file(job.id), retries)
            return FileResult(job, _checked(file).body)
        except (JobErased, JobNotFound):
            # By this key's first user, who is not here to say why.
            if number == _MAX_KEYS:
                raise
        except JobFailed:
            is_replay = answer.headers.get("idempotency-replayed") == "true"
            if not is_replay or number == _MAX_KEYS:
                raise
    raise AssertionError("the last key's job is given or raised")


def _ended(job: Job, waited_s: float, retries: Retries, timeout_s: float | None) -> Plan[Job]:
    if not job.is_over:
        if timeout_s is not None and waited_s >= timeout_s - 0.5:
            raise WaitTimedOut(job)
        left_s = None if timeout_s is None else timeout_s - waited_s
        job = yield from wait(job.id, retries, left_s)
    if job.state is not State.SUCCEEDED:
        raise JobFailed(job)
    return job


def _read(answer: Answer, kind: type[Value]) -> Value:
    try:
        body = json.loads(_checked(answer).body)
    except ValueError:
        raise UnexpectedAnswer("the answer is not this service's: no JSON") from None
    return decoded(kind, body)


def _checked(answer: Answer) -> Answer:
    if answer.status >= 300:
        raise UnexpectedAnswer(f"the address leads elsewhere ({answer.status}); give the one that it leads to")
    return answer
