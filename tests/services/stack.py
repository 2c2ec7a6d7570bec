"""The real service in its real processes: Valkey, worker, gateway."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx2 as httpx

from deploy.local.valkey import free_port
from shared import keys
from shared.jobs.store import SyncStore
from shared.presence import Announcement, ServedModel, announce, read_time
from tests.services.documented import check_documented
from tests.services.processes import Program, eventually, python
from tests.services.valkey import Server

#: Short times, so that a lost lease or message is repaired while a test waits.
QUICK: Mapping[str, str] = {
    "LEASE_S": "2",
    "RECONCILE_S": "0.3",
    "HEARTBEAT_S": "0.3",
    "WORKER_LOST_S": "3",
    "HINT_LOST_S": "1",
    "LOG_LEVEL": "debug",
}


class Stack:
    """Valkey and a gateway at once; workers when asked for."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.valkey = Server(folder)
        self.port = free_port()
        self.environment = {
            "REDIS_URL": self.valkey.url,
            "DATA_DIR": str(folder / "data"),
            "PORT": str(self.port),
            "MODELS": "en_sm,fr_sm",
            "WORKER_PROCESSES": "2",
            **QUICK,
            **(environment or {}),
        }
        self.workers: list[Program] = []
        self.gateway = python("gateway", folder / "gateway.log", self.environment)
        self.http = httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}", timeout=90.0, event_hooks={"response": [check_documented]}
        )
        with ExitStack() as undo:
            # Nobody else could end it: there is no stack yet.
            undo.callback(self.end)
            eventually(self._is_live, what="the gateway answers")
            undo.pop_all()

    def restart_gateway(self, **environment: str) -> None:
        """With further settings, which workers that start later have too."""
        self.gateway.end()
        self.environment |= environment
        self.start_gateway()

    def start_gateway(self, **environment: str) -> None:
        """Again, after it ended; with further settings, which it alone has."""
        self.gateway = python("gateway", self.folder / "gateway.log", {**self.environment, **environment})
        eventually(self._is_live, what="the gateway answers again")

    def start_worker(self, **environment: str) -> Program:
        """One more worker; returns when it is counted as alive."""
        before = self._announced()
        log = self.folder / f"worker-{len(self.workers)}.log"
        worker = python("worker", log, {**self.environment, **environment})
        self.workers.append(worker)
        eventually(lambda: self._announced() - before, what=f"the worker announces itself; see {log}")
        # The gateway looks at announcements once a second.
        eventually(self.workers_alive, what="the gateway knows the worker")
        return worker

    def start_courier(self, **environment: str) -> Program:
        """One more courier; returns at once, for what it does is awaited anyway."""
        log = self.folder / f"courier-{len(self.workers)}.log"
        courier = python("worker", log, {**self.environment, "ROLE": "deliver", **environment})
        self.workers.append(courier)
        return courier

    def pretend_worker(self, *lanes: str) -> None:
        """Have jobs accepted that nobody works on, for an hour: a worker that only said that it lives."""
        store = SyncStore(self.valkey.client())
        moment = store.run(read_time()) + 3_600_000
        served = tuple(ServedModel(lane, lane[:2], lane[3:], "none", "0", ()) for lane in lanes)
        store.run(announce(Announcement("pretended", 1, lanes, served, moment)))

    def workers_alive(self) -> int:
        answer = self.http.get("/health/ready")
        return int(answer.json()["workers"]) if answer.status_code == 200 else 0

    def submit(self, text: str, **fields: Any) -> str:
        """The id of a new job."""
        answer = self.http.post("/v1/jobs", json={"text": text, **fields})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def job(self, job_id: str, *, wait_s: int = 0) -> dict[str, Any]:
        headers = {"Prefer": f"wait={wait_s}"} if wait_s else {}
        answer = self.http.get(f"/v1/jobs/{job_id}", headers=headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def result(self, job_id: str) -> dict[str, Any]:
        answer = self.http.get(f"/v1/jobs/{job_id}/result")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def logs(self) -> str:
        return "".join(path.read_text(encoding="utf-8", errors="replace") for path in self.folder.glob("*.log"))

    def end(self) -> None:
        self.http.close()
        for program in (*self.workers, self.gateway):
            program.end()
        self.valkey.end()

    def _announced(self) -> set[bytes | str]:
        return set(self.valkey.client().hkeys(keys.WORKERS))

    def _is_live(self) -> bool:
        try:
            return self.http.get("/health/live").status_code == 200
        except httpx.TransportError:
            return False
