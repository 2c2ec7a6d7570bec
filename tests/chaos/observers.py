"""Who watches the service from outside while it is broken: its readiness, and each end that it announces."""

import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

import httpx2 as httpx
import redis

from shared import keys
from tests.services.stack import Stack

#: Between two questions.
_PAUSE_S: Final = 0.1
#: No answer at all: nobody listened, or the connection broke.
UNREACHABLE: Final = 0


@dataclass(frozen=True, slots=True)
class Probe:
    """One question to /health/ready. Moments are of time.monotonic()."""

    began: float
    ended: float
    status: int


class ReadyWatch:
    """Asks all the time."""

    def __init__(self, stack: Stack) -> None:
        self._url = f"http://127.0.0.1:{stack.port}/health/ready"
        self._probes: list[Probe] = []
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    def since(self, moment: float) -> list[Probe]:
        """Probes that began after it."""
        return [probe for probe in self._probes.copy() if probe.began >= moment]

    def end(self) -> None:
        self._is_over.set()
        self._thread.join()

    def _ask(self) -> None:
        with httpx.Client(timeout=10) as client:
            while not self._is_over.wait(_PAUSE_S):
                began = time.monotonic()
                try:
                    status = client.get(self._url).status_code
                except httpx.TransportError:
                    status = UNREACHABLE
                self._probes.append(Probe(began, time.monotonic(), status))


class EndsWatch:
    """Hears every end: "<job id> <revision> <state>". What is said while the store is away nobody hears."""

    def __init__(self, stack: Stack) -> None:
        self._client = stack.valkey.client
        self._revisions: dict[str, set[str]] = defaultdict(set)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def times_ended(self, job_id: str) -> int:
        return len(self._revisions.get(job_id, ()))

    def end(self) -> None:
        self._is_over.set()
        self._thread.join()

    def _listen(self) -> None:
        while not self._is_over.wait(_PAUSE_S):
            try:
                with self._client() as client, client.pubsub(ignore_subscribe_messages=True) as subscription:
                    subscription.subscribe(keys.JOB_ENDS)
                    self._hear(subscription)
            except (redis.exceptions.RedisError, OSError):
                continue

    def _hear(self, subscription: Any) -> None:
        while not self._is_over.is_set():
            message = subscription.get_message(timeout=1.0)
            if message is not None:
                job_id, revision, _ = message["data"].decode().split()
                self._revisions[job_id].add(revision)
