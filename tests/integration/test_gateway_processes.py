"""GATEWAY_PROCESSES: several processes behind one port, one of which may die, hang or never come."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx2 as httpx
import pytest

from bench.process_memory import children
from shared import keys
from tests.services.processes import eventually, python
from tests.services.stack import Stack

TEXT = "Nadia Okafor lives in Galway."
PROCESSES = 2


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("stack"), {"GATEWAY_PROCESSES": str(PROCESSES), "SSE_HEARTBEAT_S": "1"})
    stack.pretend_worker("en_sm")
    yield stack
    stack.end()


def serving(stack: Stack) -> int:
    """Processes that have the subscription that each makes when it starts to serve."""
    return int(stack.valkey.client().pubsub_numsub(keys.JOB_ENDS)[0][1])


def processes(stack: Stack) -> set[int]:
    eventually(lambda: serving(stack) == PROCESSES, what="all processes serve")
    found = set(children(stack.gateway.pid))
    assert len(found) == PROCESSES
    return found


def submit(stack: Stack, **options: str) -> httpx.Response:
    """On a connection of its own, so that any process may take it."""
    return httpx.post(f"{stack.http.base_url}/v1/jobs", json={"text": TEXT}, headers=options, timeout=30)


def exists(stack: Stack, answer: httpx.Response) -> bool:
    assert answer.status_code == 202, answer.text
    return bool(stack.valkey.client().exists(keys.job(answer.json()["id"])))


def test_a_killed_process_is_replaced_and_no_accepted_job_is_lost(stack: Stack) -> None:
    before = processes(stack)
    killed = min(before)
    taken, is_over = [submit(stack) for _ in range(5)], threading.Event()

    def go_on() -> None:
        while not is_over.is_set():
            try:
                taken.append(submit(stack))
            except httpx.TransportError:
                continue

    load = threading.Thread(target=go_on)
    load.start()
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: killed not in children(stack.gateway.pid), what="the dead process is taken away")
    after = processes(stack)
    is_over.set()
    load.join()
    assert after != before
    assert before - {killed} < after, "the other process lives on"
    assert all(exists(stack, answer) for answer in (*taken, submit(stack)))


def test_a_process_that_hangs_is_replaced(stack: Stack) -> None:
    before = processes(stack)
    hanging = min(before)
    os.kill(hanging, signal.SIGSTOP)
    eventually(lambda: hanging not in children(stack.gateway.pid), what="the hanging process is killed")
    assert processes(stack) != before
    assert exists(stack, submit(stack))


def test_a_stream_of_a_killed_process_goes_on_in_another(stack: Stack) -> None:
    job_id = submit(stack).json()["id"]
    with httpx.stream("GET", f"{stack.http.base_url}/v1/jobs/{job_id}/events", timeout=30) as answer:
        lines = answer.iter_lines()
        event_id = next(line for line in lines if line.startswith("id: ")).removeprefix("id: ")
        for process in processes(stack):
            os.kill(process, signal.SIGKILL)
        with pytest.raises(httpx.TransportError):
            list(lines)
    processes(stack)
    stack.http.post(f"/v1/jobs/{job_id}/cancel")
    headers = {"Last-Event-ID": event_id}
    with httpx.stream("GET", f"{stack.http.base_url}/v1/jobs/{job_id}/events", headers=headers, timeout=30) as answer:
        assert "event: finished" in list(answer.iter_lines())


def test_an_idempotency_key_counts_in_every_process(stack: Stack) -> None:
    answers = [submit(stack, **{"Idempotency-Key": "one-order"}) for _ in range(10)]
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_one_audit_chain_is_made_of_what_all_processes_note(stack: Stack) -> None:
    processes(stack)
    for _ in range(20):
        submit(stack)
    eventually(lambda: stack.valkey.client().xlen(keys.PREFIX + "audit-inbox") == 0, what="all is chained")
    environment = {**os.environ, **stack.environment}
    command = [sys.executable, "-m", "gateway.audit", "verify"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_told_to_end_all_processes_answer_what_is_open(stack: Stack) -> None:
    before = processes(stack)
    job_id = submit(stack).json()["id"]
    queued = stack.valkey.client().zcard(keys.lane("en_sm"))
    statuses: list[int] = []

    def ask() -> None:
        statuses.append(httpx.post(f"{stack.http.base_url}/entities", json={"text": TEXT}, timeout=60).status_code)

    asking = [threading.Thread(target=ask) for _ in range(8)]
    with ExitStack() as streams:
        events = [
            streams.enter_context(httpx.stream("GET", f"{stack.http.base_url}/v1/jobs/{job_id}/events", timeout=30))
            for _ in range(4)
        ]
        for each in asking:
            each.start()
        eventually(
            lambda: stack.valkey.client().zcard(keys.lane("en_sm")) == queued + len(asking), what="all wait for a job"
        )
        stack.gateway.signal(signal.SIGTERM)
        for stream in events:
            # They end whole, so their clients ask again elsewhere with what they heard last.
            assert any(line.startswith("id: ") for line in stream.iter_lines())
    for each in asking:
        each.join()
    assert statuses == [202] * len(asking), "the job is told instead of its end"
    assert stack.gateway.wait() == 0
    assert [pid for pid in before if Path(f"/proc/{pid}").exists()] == []
    stack.start_gateway()


def test_no_process_outlives_its_manager(stack: Stack) -> None:
    before = processes(stack)
    stack.gateway.signal(signal.SIGKILL)
    stack.gateway.wait()
    eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in before), what="all have ended")
    # The port is free again.
    stack.start_gateway()


def test_the_log_tells_of_a_process_that_was_killed_and_of_nothing_else(stack: Stack) -> None:
    said = stack.gateway.said()
    assert "SIGKILL" in said
    assert "Traceback" not in said
    assert '"uncaught"' not in said
    assert TEXT not in said
    assert all(line.startswith("{") for line in said.splitlines())


def test_a_port_that_is_taken_ends_the_start(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        environment = {"PORT": str(taken.getsockname()[1]), "DATA_DIR": str(tmp_path), "GATEWAY_PROCESSES": "2"}
        assert python("gateway", tmp_path / "log", environment).wait() == 3
