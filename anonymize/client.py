"""The client for programs that wait."""

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Self, TypeVar, Unpack

import httpx2 as httpx

from anonymize import operations, plans
from anonymize.answers import Deliveries, Delivery, FileResult, Job, JobPage, Model, Models, Receipt, Result
from anonymize.connection import find_connection
from anonymize.exchange import Answer, Ask, Lost, Plan, Reply
from anonymize.options import Document, FileJobSettings, JobSettings
from anonymize.retries import Retries
from anonymize.transport import answer_of, client_options, lost, request_options

Value = TypeVar("Value")


class Client:
    """A service at `url`. Thread-safe; keeps connections open until `close`.

    Without `url` and `api_key` as the command finds them: ANONYMIZE_URL and ANONYMIZE_API_KEY, or the configuration
    file. Every method raises Unreachable, Refused (what the service says) and UnexpectedAnswer.
    """

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        *,
        timeout_s: float = 30.0,
        retries: Retries | None = None,
    ) -> None:
        self._connection = find_connection(url=url, api_key=api_key)
        self._retries = retries or Retries()
        self._timeout_s = timeout_s
        self._http = httpx.Client(**client_options(self._connection))

    def submit(
        self,
        texts: str | Sequence[str | Document],
        *,
        idempotency_key: str | None = None,
        **settings: Unpack[JobSettings],
    ) -> Job:
        """Queue a text, or several."""
        key = idempotency_key or operations.new_key()
        return self._read(operations.submit(texts, settings, idempotency_key=key), Job)

    def submit_file(
        self,
        source: Path | bytes,
        *,
        name: str | None = None,
        idempotency_key: str | None = None,
        **settings: Unpack[FileJobSettings],
    ) -> Job:
        """Queue a file; bytes need a `name`, whose ending says their kind."""
        content, named = file_of(source, name)
        key = idempotency_key or operations.new_key()
        return self._read(operations.submit_file(content, named, settings, idempotency_key=key), Job)

    def anonymize(
        self,
        texts: str | Sequence[str | Document],
        *,
        timeout_s: float | None = None,
        idempotency_key: str | None = None,
        **settings: Unpack[JobSettings],
    ) -> Result:
        """Submit, wait, result. Raises JobFailed, WaitTimedOut (after `timeout_s`; None: never)."""
        key = idempotency_key or operations.new_key()
        return self._run(plans.anonymized(texts, settings, key, self._retries, timeout_s))

    def anonymize_file(
        self,
        source: Path | bytes,
        *,
        name: str | None = None,
        timeout_s: float | None = None,
        idempotency_key: str | None = None,
        **settings: Unpack[FileJobSettings],
    ) -> FileResult:
        """As `anonymize`, for a file."""
        content, named = file_of(source, name)
        key = idempotency_key or operations.new_key()
        return self._run(plans.anonymized_file(content, named, settings, key, self._retries, timeout_s))

    def job(self, job_id: str) -> Job:
        """As it is now."""
        return self._read(operations.job(job_id), Job)

    def wait(self, job_id: str, *, timeout_s: float | None = None) -> Job:
        """When it has ended, however. Raises WaitTimedOut."""
        return self._run(plans.wait(job_id, self._retries, timeout_s))

    def result(self, job_id: str) -> Result:
        """Raises JobNotFinished, Conflict for a job that ended without one."""
        return self._read(operations.result(job_id), Result)

    def file(self, job_id: str) -> bytes:
        """The file with its texts replaced. Raises as `result`."""
        return self._run(plans.content(operations.file(job_id), self._retries))

    def jobs(
        self,
        *,
        states: Iterable[str] = (),
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        page_size: int = 100,
    ) -> Iterator[Job]:
        """Newest first, page after page as they are taken."""
        chosen, cursor = tuple(states), None
        while True:
            page = self._read(operations.jobs(chosen, created_after, created_before, page_size, cursor), JobPage)
            yield from page.jobs
            cursor = page.next_cursor
            if cursor is None:
                return

    def cancel(self, job_id: str) -> Job:
        """Stop it; what is done is kept, and a job that has ended stays as it is."""
        return self._read(operations.cancel(job_id), Job)

    def erase(self, job_id: str) -> Receipt:
        """Cancel it and erase all of it; from then on every method raises JobErased."""
        return self._read(operations.erase(job_id), Receipt)

    def deanonymize(self, text: str) -> str:
        """The text with the tokens of `encrypt` replaced by their values. Raises TokenInvalid."""
        return self._run(plans.original(text, self._retries))

    def models(self) -> tuple[Model, ...]:
        """Those that live workers serve."""
        return self._read(operations.models(), Models).models

    def deliveries(self, job_id: str) -> tuple[Delivery, ...]:
        """The job's webhooks, each with its attempts."""
        return self._read(operations.deliveries(job_id), Deliveries).deliveries

    def redeliver(self, job_id: str, delivery_id: str) -> Delivery:
        """Send a webhook again, under the same id."""
        return self._read(operations.redeliver(job_id, delivery_id), Delivery)

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self, ask: Ask, kind: type[Value]) -> Value:
        return self._run(plans.read(ask, kind, self._retries))

    def _run(self, plan: Plan[Value]) -> Value:
        reply: Reply = None
        while True:
            try:
                step = plan.send(reply)
            except StopIteration as end:
                value: Value = end.value
                return value
            if isinstance(step, Ask):
                reply = self._send(step)
            else:
                time.sleep(step.seconds)
                reply = None

    def _send(self, ask: Ask) -> Answer | Lost:
        began = time.monotonic()
        try:
            response = self._http.request(**request_options(ask, self._timeout_s))
        except httpx.RequestError as error:
            return lost(error, self._connection.url, time.monotonic() - began)
        return answer_of(response, time.monotonic() - began)


def file_of(source: Path | bytes, name: str | None) -> tuple[bytes, str]:
    """Its bytes and its name. Raises ValueError for bytes without a name, OSError."""
    if isinstance(source, bytes):
        if name is None:
            raise ValueError("bytes need a name, whose ending says what they are")
        return source, name
    return source.read_bytes(), name or source.name
