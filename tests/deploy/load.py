"""A steady load of clients, and what came of each of their requests."""

import ssl
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

import httpx2 as httpx

_PAUSE_S: Final = 0.1
_TEXT: Final = "Write to a.reader@example.org about it."


class Load:
    """Three clients, each with one connection: one submits, one submits and waits, one asks POST /entities."""

    def __init__(self, address: str, key: str, authority: ssl.SSLContext) -> None:
        self.failures: list[str] = []
        self.job_ids: list[str] = []
        self.answered = 0
        self._address, self._key, self._authority = address, key, authority
        self._is_over = threading.Event()
        sends = (self._submit, self._submit_and_wait, self._ask)
        self._clients = [threading.Thread(target=self._run, args=(send,)) for send in sends]

    def __enter__(self) -> Self:
        for client in self._clients:
            client.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        for client in self._clients:
            client.join()

    def client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self._key}"}
        return httpx.Client(
            base_url=self._address, headers=headers, verify=self._authority, timeout=60, trust_env=False
        )

    def unfinished(self) -> dict[str, str]:
        """Of the jobs that were accepted, those that did not succeed, once all have ended."""
        with self.client() as http:
            states = {job_id: _state(http, job_id) for job_id in self.job_ids}
        return {job_id: state for job_id, state in states.items() if state != "succeeded"}

    def _run(self, send: Callable[[httpx.Client], httpx.Response]) -> None:
        with self.client() as http:
            while not self._is_over.wait(_PAUSE_S):
                try:
                    answer = send(http)
                except httpx.HTTPError as error:
                    self.failures.append(f"{send.__name__}: {error!r}")
                    continue
                if answer.status_code >= 300:
                    self.failures.append(f"{send.__name__}: {answer.status_code} {answer.text[:300]}")
                    continue
                self.answered += 1
                if "id" in answer.json():
                    self.job_ids.append(answer.json()["id"])

    def _submit(self, http: httpx.Client) -> httpx.Response:
        return http.post("/v1/jobs", json={"text": _TEXT})

    def _submit_and_wait(self, http: httpx.Client) -> httpx.Response:
        return http.post("/v1/jobs", json={"text": _TEXT}, headers={"Prefer": "wait=20"})

    def _ask(self, http: httpx.Client) -> httpx.Response:
        return http.post("/entities", json={"text": _TEXT})


def _state(http: httpx.Client, job_id: str) -> str:
    answer = http.get(f"/v1/jobs/{job_id}", headers={"Prefer": "wait=60"})
    return str(answer.json().get("state", answer.status_code))
