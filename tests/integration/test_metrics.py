"""/metrics of a real service: two gateway processes, a worker with two, a courier. Sums are exact, whoever answers."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from deploy.local.valkey import free_port
from gateway.access.scopes import Scope
from shared import keys
from shared.metrics.memory import children_of
from tests.access.service import Guarded
from tests.services.process_tree import processes
from tests.services.processes import ROOT, Program, eventually
from tests.services.receiver import Receiver, Reply
from tests.services.scrape import Scrape, scrape, scraping
from tests.services.stack import Stack
from worker.metrics_server import PROCESS_NAME

TEXT = "Angela Merkel met Emmanuel Macron in Paris."
WORDS = len(TEXT.split())
TOKEN = "a-token-for-prometheus"


@dataclass
class Watched:
    """A service, and where each part of it answers for its metrics."""

    stack: Stack
    receiver: Receiver
    worker: Program
    courier: Program
    worker_port: int
    courier_port: int

    def gateway_says(self) -> Scrape:
        # What it knows of the store it keeps for a moment: what is awaited is awaited with `eventually`.
        return scrape(str(self.stack.http.base_url).rstrip("/"))

    def worker_says(self) -> Scrape:
        return scraping(self.worker_port)()

    def courier_says(self) -> Scrape:
        return scraping(self.courier_port)()


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("watched")
    (folder / "temporary").mkdir()
    settings = {
        "GATEWAY_PROCESSES": "2",
        "WEBHOOK_ALLOWED_HOSTS": "127.0.0.1",
        "WEBHOOK_SCHEDULE_SCALE": "0.001",
        "TMPDIR": str(folder / "temporary"),
        # A lease that nobody gives back is lost by its worker's death alone.
        "LEASE_S": "20",
    }
    worker_port, courier_port = free_port(), free_port()
    with ExitStack() as undo:
        receiver = Receiver(lambda path, number: Reply(500 if path == "/fails" and number == 1 else 200))
        undo.callback(receiver.end)
        stack = Stack(folder, settings)
        undo.callback(stack.end)
        worker = stack.start_worker(METRICS_PORT=str(worker_port))
        courier = stack.start_courier(METRICS_PORT=str(courier_port))
        yield Watched(stack, receiver, worker, courier, worker_port, courier_port)


def test_requests_and_jobs_are_counted_once_by_whichever_process(watched: Watched) -> None:
    stack, before, worker_before = watched.stack, watched.gateway_says(), watched.worker_says()
    url = str(stack.http.base_url).rstrip("/")
    for _ in range(20):
        assert httpx.post(f"{url}/entities", json={"text": TEXT}, timeout=30).status_code == 200
    many = stack.http.post("/v1/jobs", json={"documents": [{"text": TEXT}] * 600}).json()["id"]
    assert stack.job(many, wait_s=60)["state"] == "succeeded"
    bad = stack.http.post("/v1/jobs", json={"documents": [{"text": TEXT, "language": "xx"}]})

    def counted() -> Scrape | None:
        now = watched.gateway_says()
        ended = now.value("jobs_ended_total", model="en_sm", state="succeeded")
        return now if ended - before.value("jobs_ended_total", model="en_sm", state="succeeded") == 21 else None

    after = eventually(counted, what="21 jobs are counted")
    assert after
    asked = {"method": "POST", "route": "/entities"}
    assert after.value("http_requests_total", status="200", **asked) == 20
    assert after.value("http_request_duration_seconds_count", **asked) == 20
    assert after.value("jobs_submitted_total", model="en_sm") == 21 + (bad.status_code == 202)
    for histogram in ("job_wait_seconds", "job_run_seconds"):
        assert after.value(f"{histogram}_count", model="en_sm") == 21 + (bad.status_code == 202)
        assert after.value(f"{histogram}_bucket", model="en_sm", le="+Inf") == after.value(
            f"{histogram}_count", model="en_sm"
        )
    worker = watched.worker_says()
    assert worker.value("words_total", model="en_sm") - worker_before.value("words_total", model="en_sm") == 620 * WORDS
    assert worker.value("documents_total", model="en_sm", state="succeeded") == 620
    # Each text names two people; POST /entities by spaCy's own labels.
    assert worker.value("entities_total", type="PERSON") == 2 * 620
    assert worker.value("entities_total", type="GPE") == 20
    assert worker.value("entities_total", type="LOCATION") == 600
    batches = worker.value("batch_units_count", model="en_sm")
    assert 1 <= batches <= worker.value("batch_units_sum", model="en_sm")
    assert worker.value("batch_duration_seconds_count", model="en_sm") == batches
    assert worker.value("batch_duration_seconds_sum", model="en_sm") > 0


def test_what_is_told_of_processes_and_store(watched: Watched) -> None:
    gateway, worker, courier = watched.gateway_says(), watched.worker_says(), watched.courier_says()
    assert gateway.value("processes", process="child") == 2
    assert worker.value("processes", process="child") == 2, "and not the one that answers"
    assert courier.value("processes", process="main") == 1
    for told in (gateway, worker, courier):
        kinds = {kind: told.total("memory_bytes", kind=kind) for kind in ("private", "proportional", "resident")}
        assert 0 < kinds["private"] <= kinds["proportional"] <= kinds["resident"]
    assert gateway.value("store_up") == 1
    assert gateway.value("workers") == 1
    assert gateway.value("model_processes", model="fr_sm") == 2
    assert gateway.value("store_durable") == 1
    assert gateway.value("store_memory_bytes") > 1e6


def test_deliveries_are_counted(watched: Watched) -> None:
    stack = watched.stack
    for path in ("/takes", "/fails"):
        stack.submit(TEXT, webhook={"url": f"{watched.receiver.url}{path}"})

    def told() -> Scrape | None:
        now = watched.gateway_says()
        return now if now.value("deliveries_ended_total", state="delivered") == 2 else None

    gateway = eventually(told, what="both are delivered")
    assert gateway
    assert gateway.value("deliveries_queued_total") == 2
    assert gateway.value("deliveries_ended_total", state="given_up") == 0
    courier = watched.courier_says()
    assert courier.value("delivery_attempt_duration_seconds_count", outcome="delivered") == 2
    assert courier.value("delivery_attempt_duration_seconds_count", outcome="waiting") == 1
    assert courier.value("delivery_attempts_failed_total", reason="refused") == 1


def test_labels_hold_nothing_that_a_caller_chose(watched: Watched) -> None:
    stack = watched.stack
    recognizers = [{"type": "ZEBRA_NUMBER", "pattern": "met"}]
    job_id = stack.submit(TEXT, options={"recognizers": recognizers}, metadata={"zebra": "zebra"})
    assert stack.job(job_id, wait_s=60)["state"] == "succeeded"
    documents = [{"text": TEXT, "custom_id": "zebra-1", "language": "zebra"}, {"text": TEXT}]
    stack.http.post("/v1/jobs", json={"documents": documents})
    for path in ("/zebra", "/v1/zebra", "/v1/jobs/zebra", "/v1/jobs/zebra/result", "/docs/files/zebra"):
        stack.http.get(path, headers={"User-Agent": "zebra", "X-API-Key": "zebra"})
    stack.http.request("ZEBRA", "/entities")
    for _ in range(2):
        told = [watched.gateway_says(), watched.worker_says(), watched.courier_says()]
        assert [each.text.lower().count("zebra") for each in told] == [0, 0, 0]
        assert [each.text.count(job_id) for each in told] == [0, 0, 0]
    gateway, worker = told[0], told[1]
    assert gateway.value("http_requests_total", method="GET", route="none", status="404") == 3
    assert gateway.total("connections_refused_total") == 1, "a method that HTTP does not have"
    assert worker.value("entities_total", type="custom") == 1
    assert gateway.values_of("model") == {"en_sm", "fr_sm", "auto_sm"}
    assert worker.values_of("model") <= {"en_sm", "fr_sm", "auto_sm"}


def test_a_killed_process_takes_no_count_with_it(watched: Watched) -> None:
    stack, folder = watched.stack, watched.stack.folder / "temporary"
    for _ in range(3):
        assert stack.http.post("/entities", json={"text": TEXT}).status_code == 200
    before = watched.worker_says()
    files = {path.name for path in folder.rglob("*.db")}
    for _ in range(3):
        children = busy_children(watched)
        os.kill(children[0], signal.SIGKILL)
        eventually(lambda: len(set(busy_children(watched)) - set(children)) == 1, what="it is replaced")  # noqa: B023  asked within the round
    assert watched.worker_says().value("words_total", model="en_sm") == before.value("words_total", model="en_sm")
    for _ in range(10):
        assert stack.http.post("/entities", json={"text": TEXT}).status_code == 200
    after = watched.worker_says()
    assert after.value("words_total", model="en_sm") == before.value("words_total", model="en_sm") + 10 * WORDS
    eventually(
        lambda: watched.worker_says().value("process_deaths_total", problem="poison") == 3, what="three deaths are told"
    )
    assert {path.name for path in folder.rglob("*.db")} == files, "no file is left behind, none is added"


def busy_children(watched: Watched) -> list[int]:
    """The worker's processes that work: all but the one that answers for its metrics."""
    return sorted(set(children_of(watched.worker.pid)) - {answering(watched)})


def answering(watched: Watched) -> int:
    return next(child for child in children_of(watched.worker.pid) if name_of(child) == PROCESS_NAME)


def name_of(process: int) -> str:
    try:
        return Path(f"/proc/{process}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def test_a_job_whose_worker_died_counts_a_lost_lease(watched: Watched) -> None:
    stack, before = watched.stack, watched.gateway_says()
    job_id = stack.submit(TEXT * 10_000)

    def working() -> int:
        client: Any = stack.valkey.client()
        state, worker = client.hmget(keys.job(job_id), "state", "worker")
        return int(worker.rpartition(b":")[2]) if state == b"running" and worker else 0

    os.kill(eventually(working, what="it runs"), signal.SIGKILL)
    assert stack.job(job_id, wait_s=60)["state"] == "succeeded"

    def lost() -> float:
        now = watched.gateway_says()
        name, labels = "leases_lost_total", {"model": "en_sm", "outcome": "tried_again"}
        return now.value(name, **labels) - before.value(name, **labels)

    assert eventually(lost, what="the lease is told to be lost") == 1


def test_a_gateway_process_that_dies_takes_no_count_with_it(watched: Watched) -> None:
    stack = watched.stack
    asked = {"method": "GET", "route": "/v1/entity-types", "status": "200"}
    url = str(stack.http.base_url).rstrip("/")

    def ask() -> bool:
        try:
            return httpx.get(f"{url}/v1/entity-types").status_code == 200
        except httpx.TransportError:
            return False

    assert [ask() for _ in range(10)] == [True] * 10
    assert watched.gateway_says().value("http_requests_total", **asked) == 10
    children = children_of(stack.gateway.pid)
    os.kill(children[0], signal.SIGKILL)
    eventually(lambda: set(children_of(stack.gateway.pid)) - set(children), what="it is replaced")
    eventually(ask, what="it answers")
    assert eventually(lambda: watched.gateway_says().value("http_requests_total", **asked), what="it tells") >= 11


def test_what_answers_for_a_worker_ends_with_it_however_it_ends(watched: Watched, tmp_path: Path) -> None:
    """Last but for the next: it kills the worker."""
    folders = set((watched.stack.folder / "temporary").glob("anonymization-metrics-*"))
    assert len(folders) == 3, "gateway, worker and courier"
    answers = answering(watched)
    watched.worker.signal(signal.SIGKILL)
    eventually(lambda: answers not in processes(), what="it ends too")
    eventually(
        lambda: len(set((watched.stack.folder / "temporary").glob("anonymization-metrics-*"))) == 2,
        what="its folder is gone",
    )
    watched.courier.signal(signal.SIGTERM)
    assert watched.courier.wait() == 0
    watched.stack.gateway.signal(signal.SIGTERM)
    assert watched.stack.gateway.wait() == 0
    eventually(
        lambda: not set((watched.stack.folder / "temporary").glob("anonymization-metrics-*")),
        what="nothing is left behind",
    )


# --- who may read them


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Guarded]:
    stack = Stack(tmp_path, {"AUTH": "keys", "STORE_TIMEOUT_S": "1"})
    try:
        yield Guarded(stack)
    finally:
        stack.end()


def status(stack: Stack, **headers: str) -> int:
    return httpx.get(f"{stack.http.base_url}/metrics", headers=headers, timeout=30).status_code


def test_with_keys_it_takes_one_with_the_scope_or_the_token_without_the_store(guarded: Guarded) -> None:
    stack = guarded.stack
    assert status(stack) == 401
    assert status(stack, authorization=f"Bearer {TOKEN}") == 401
    without = guarded.new_client(*(scope for scope in Scope if scope is not Scope.METRICS_READ))
    assert status(stack, authorization=f"Bearer {without}") == 403
    assert status(stack, authorization=f"Bearer {guarded.new_client(Scope.METRICS_READ)}") == 200

    stack.restart_gateway(METRICS_TOKEN=TOKEN)
    assert status(stack) == 401
    assert status(stack, authorization=f"Bearer {guarded.new_client(Scope.METRICS_READ)}") == 401
    assert status(stack, authorization=f"Bearer {TOKEN}") == 200
    assert stack.http.get("/v1/jobs", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 401

    stack.valkey.kill()
    # What it read a moment ago it may tell once more.
    url = str(stack.http.base_url).rstrip("/")
    eventually(
        lambda: scrape(url, authorization=f"Bearer {TOKEN}").value("store_up") == 0,
        what="it tells that the store is away",
    )
    assert scrape(url, authorization=f"Bearer {TOKEN}").total("http_requests_total", route="/metrics") > 0


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"METRICS_HOST": "0.0.0.0"}, "set METRICS_TOKEN"),
        ({"METRICS_HOST": "0.0.0.0", "METRICS_TOKEN": "short"}, "METRICS_TOKEN"),
        ({"METRICS_HOST": "192.0.2.1", "METRICS_TOKEN": TOKEN}, "METRICS_PORT"),
    ],
)
def test_a_worker_that_anybody_could_read_or_nobody_does_not_start(settings: dict[str, str], said: str) -> None:
    environment = {**os.environ, "METRICS_PORT": str(free_port()), **settings}
    ended = subprocess.run(
        [sys.executable, "-m", "worker"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert said in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
