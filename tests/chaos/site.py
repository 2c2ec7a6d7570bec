"""The service that is broken: two workers, the second one behind a proxy, a courier, a receiver of its webhooks."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from shared import keys
from tests.chaos import lethal_model
from tests.chaos.cutting_proxy import CuttingProxy
from tests.chaos.small_disk import SmallDisk
from tests.services.process_tree import descendants
from tests.services.processes import Program, eventually
from tests.services.receiver import Receiver
from tests.services.stack import Stack

QUEUE: Final = "celery:anonymize.en_sm"
_SETTINGS: Final = {
    "MODELS": f"en_sm={lethal_model.PACKAGE}",
    # Two nodes with a process each: whichever dies, the other goes on.
    "WORKER_PROCESSES": "1",
    "MAX_JOB_MEMORY_MB": "300",
    "WEBHOOK_ALLOWED_HOSTS": "127.0.0.1",
    "WEBHOOK_TIMEOUT_S": "3",
    "DELIVERY_LEASE_S": "5",
    "WEBHOOK_SCHEDULE_SCALE": "0.1",
}


class Site:
    def __init__(self, folder: Path, disk: SmallDisk, receiver: Receiver, stack: Stack) -> None:
        self.folder = folder
        self.disk = disk
        self.receiver = receiver
        self.stack = stack
        address = urlsplit(self.stack.valkey.url)
        self.proxy = CuttingProxy(address.port or 0)
        self._proxied = self.stack.valkey.url.replace(f":{address.port}/", f":{self.proxy.port}/")
        self.worker = self.stack.start_worker()
        self.proxied_worker = self.start_proxied_worker()
        self.courier = self.stack.start_courier()
        answer = self.stack.http.put("/v1/webhook-endpoints/chaos", json={"url": f"{self.receiver.url}/hook"})
        assert answer.is_success, answer.text

    @property
    def workers(self) -> tuple[Program, Program]:
        return self.worker, self.proxied_worker

    def start_proxied_worker(self, **environment: str) -> Program:
        return self.stack.start_worker(REDIS_URL=self._proxied, **environment)

    def busy_child(self, worker: Program) -> int:
        """Id of a child of the worker that has jobs, once there is one."""
        redis: Any = self.stack.valkey.client()

        def found() -> int:
            for unit in redis.zrange(keys.PREFIX + "running", 0, -1):
                name = redis.hget(keys.job(unit.decode()), "worker")
                process = int(name.decode().rpartition(":")[2]) if name else 0
                if process in descendants(worker.pid):
                    return process
            return 0

        return eventually(found, what="a child of the worker has jobs")

    def webhooks(self) -> dict[str, set[str]]:
        """Job id -> the ids under which its end was told."""
        found: dict[str, set[str]] = defaultdict(set)
        for each in self.receiver.of("/hook"):
            found[json.loads(each.body)["data"]["id"]].add(each.id)
        return found

    def end_of(self, job_id: str) -> dict[str, Any]:
        return end_of(self.stack.job(job_id))


def end_of(job: Mapping[str, Any]) -> dict[str, Any]:
    """What must not change any more once the job has ended."""
    return {name: job[name] for name in ("state", "attempts", "finished_at", "counts", "problem")}


@contextmanager
def open_site(folder: Path, environment: Mapping[str, str]) -> Iterator[Site]:
    """Raises AssertionError when a part of it does not start."""
    lethal_model.install(folder / "packages")
    disk, receiver = SmallDisk(folder / "valkey"), Receiver()
    try:
        stack = Stack(folder, {**_SETTINGS, "PYTHONPATH": str(folder / "packages"), **environment})
        try:
            yield Site(folder, disk, receiver, stack)
        finally:
            stack.end()
    finally:
        receiver.end()
        disk.end()
