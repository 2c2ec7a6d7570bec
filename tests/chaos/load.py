"""A steady load of clients that insist: who gets no 202 asks again, under the same Idempotency-Key."""

import itertools
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import httpx2 as httpx

from shared.clock import now_ms
from tests.services.stack import Stack

_CLIENTS: Final = 4
#: Of one client, between an answer and the next job, or the next try.
_PAUSE_S: Final = 0.15
_TRY_AGAIN: Final = {429, 500, 502, 503, 504}
_UNIQUE: Final = itertools.count()


@dataclass(frozen=True, slots=True)
class Accepted:
    """A job for which there was a 202."""

    job_id: str
    text_number: int
    accepted_ms: int


class Load:
    """From its making until `end`."""

    def __init__(self, stack: Stack, texts: Sequence[str]) -> None:
        self._url = f"http://127.0.0.1:{stack.port}/v1/jobs"
        self._texts = texts
        self._is_over = threading.Event()
        self.accepted: list[Accepted] = []
        #: Status, or 0 for none, of every answer that was neither 202 nor to be tried again; there should be none.
        self.strange: list[int] = []
        self._threads = [threading.Thread(target=self._ask, args=(client,), daemon=True) for client in range(_CLIENTS)]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, client: int) -> None:
        with httpx.Client(timeout=5) as http:
            for turn in itertools.count(client, _CLIENTS):
                if self._is_over.is_set():
                    return
                self._submit(turn % len(self._texts), f"chaos-{next(_UNIQUE)}", http)
                self._is_over.wait(_PAUSE_S)

    def _submit(self, text_number: int, key: str, http: httpx.Client) -> None:
        while True:
            answer = self._post(text_number, key, http)
            if answer is not None and answer.status_code == 202:
                self.accepted.append(Accepted(answer.json()["id"], text_number, now_ms()))
                return
            if answer is not None and answer.status_code not in _TRY_AGAIN:
                # 409: what became of the first request is not known for another 30 s; this client does not wait for it.
                if answer.status_code != 409:
                    self.strange.append(answer.status_code)
                return
            if self._is_over.wait(_PAUSE_S):
                return

    def _post(self, text_number: int, key: str, http: httpx.Client) -> httpx.Response | None:
        try:
            return http.post(self._url, json={"text": self._texts[text_number]}, headers={"Idempotency-Key": key})
        except httpx.TransportError:
            return None
