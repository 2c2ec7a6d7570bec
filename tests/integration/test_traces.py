"""Traces of real requests through gateway, worker and courier, as a collector gets them."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pytest

from deploy.local.valkey import free_port
from shared import keys
from tests.canary.marker import HOOK, METADATA, TEXT
from tests.services.collector import CollectedSpan, Collector
from tests.services.processes import ROOT, eventually
from tests.services.receiver import Receiver, Reply
from tests.services.stack import Stack

CLIENTS_TRACE: Final = "4bf92f3577b34da6a3ce929d0e0e4736"
CLIENTS_SPAN: Final = "00f067aa0ba902b7"
TRACEPARENT: Final = f"00-{CLIENTS_TRACE}-{CLIENTS_SPAN}-01"
SENTENCE: Final = f"Mr {TEXT.whole} met John Smith in London on 3 May 2019."
#: Some seconds of work.
LONG_TEXT: Final = " ".join(f"{SENTENCE} Application no. {number}." for number in range(2_000))
#: Milliseconds between two exports: OpenTelemetry's own variable.
SOON, NEVER = {"OTEL_BSP_SCHEDULE_DELAY": "100"}, {"OTEL_BSP_SCHEDULE_DELAY": "3600000"}


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    collector = Collector()
    yield collector
    collector.end()


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.end()


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, collector: Collector) -> Iterator[Stack]:
    """With a courier, and no worker yet."""
    settings = {
        "TRACES_URL": collector.url,
        "WEBHOOK_ALLOWED_HOSTS": "127.0.0.1",
        "WEBHOOK_SCHEDULE_SCALE": "0.01",
        "MODELS": "en_sm",
        "WORKER_PROCESSES": "1",
        # FastAPI's own telemetry would send what it refuses.
        "FASTAPI_OTEL_AUTO_CONFIGURE": "true",
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        **SOON,
    }
    stack = Stack(tmp_path_factory.mktemp("traced"), settings)
    try:
        stack.start_courier()
        yield stack
    finally:
        stack.end()


@pytest.fixture(scope="module")
def stack(gateway: Stack) -> Stack:
    gateway.start_worker()
    return gateway


def collected(spans: Callable[[], list[CollectedSpan]], names: set[str]) -> list[CollectedSpan]:
    """Once a span of each name has come."""

    def found() -> list[CollectedSpan]:
        seen = spans()
        return seen if names <= {each.name for each in seen} else []

    return eventually(found, what=f"spans {sorted(names)}")


def only(spans: list[CollectedSpan], name: str) -> CollectedSpan:
    (span,) = (each for each in spans if each.name == name)
    return span


def test_jobs_that_run_together_are_linked_and_a_worker_that_ends_sends_what_it_has(
    gateway: Stack, collector: Collector
) -> None:
    """First of all: it has a worker of its own, which sends nothing before it ends."""
    gateway.pretend_worker("en_sm")
    jobs = [gateway.submit(SENTENCE) for _ in range(3)]
    worker = gateway.start_worker(**NEVER)
    for job_id in jobs:
        assert gateway.job(job_id, wait_s=60)["state"] == "succeeded"
    assert not collector.of_job(jobs[0], "run")
    worker.signal(signal.SIGTERM)
    assert worker.wait() == 0

    runs = [only(collector.of_job(job_id), "run") for job_id in jobs]
    assert len({run.trace_id for run in runs}) == len(jobs), "each in the trace of its own request"
    (batch,) = (
        each for each in collector.spans if each.name == "batch" and each.attributes["batch.units"] == len(jobs)
    )
    assert all(run.links == (batch.id,) for run in runs)
    enqueued = {only(collector.of_job(job_id), "enqueue").id for job_id in jobs}
    assert set(batch.links) == enqueued
    assert (batch.parent_id, batch.trace_id in {run.trace_id for run in runs}) == ("", False)
    stages = [each.name for each in collector.of_trace(batch.trace_id) if each.is_within(batch)]
    assert stages == ["open", "ner", "patterns", "replace", "replace", "replace", "write"]


def test_one_trace_goes_from_the_request_to_the_webhook(stack: Stack, collector: Collector, receiver: Receiver) -> None:
    answer = stack.http.post(
        f"/v1/jobs?{TEXT.core}={TEXT.core}",
        json={"text": SENTENCE, "webhook": {"url": f"{receiver.url}/{HOOK.core}"}, "metadata": {"a": METADATA.core}},
        headers={"traceparent": TRACEPARENT, "tracestate": f"vendor={TEXT.core}", "baggage": f"name={TEXT.core}"},
    )
    assert answer.status_code == 202
    job_id = answer.json()["id"]

    names = {"POST /v1/jobs", "enqueue", "wait", "run", "open", "ner", "patterns", "replace", "write", "deliver"}
    spans = collected(lambda: collector.of_trace(CLIENTS_TRACE), names)
    assert len(spans) == len(names)
    by_name = {each.name: each for each in spans}
    request, enqueue, run, deliver = (by_name[name] for name in ("POST /v1/jobs", "enqueue", "run", "deliver"))
    assert request.parent_id == CLIENTS_SPAN
    assert enqueue.is_within(request)
    assert all(by_name[name].is_within(enqueue) for name in ("wait", "run", "deliver"))
    assert all(by_name[name].is_within(run) for name in ("open", "ner", "patterns", "replace", "write"))
    assert not any(each.is_error or each.events or each.links for each in spans)
    services = {each.service.removeprefix("anonymization-"): each.kind for each in (request, enqueue, run, deliver)}
    assert services == {"gateway": "PRODUCER", "worker": "CONSUMER", "courier": "CLIENT"}
    assert request.attributes == {
        "http.request.method": "POST",
        "http.route": "/v1/jobs",
        "http.response.status_code": 202,
        "request.id": answer.headers["x-request-id"],
    }
    assert run.attributes == {
        "job.id": job_id,
        "job.unit": job_id,
        "job.attempt": 1,
        "job.lane": "en_sm",
        "job.state": "succeeded",
        "job.succeeded": 1,
        "job.failed": 0,
    }
    (hook,) = receiver.of(f"/{HOOK.core}")
    assert hook.headers["traceparent"] == f"00-{CLIENTS_TRACE}-{deliver.id}-01", "the receiver may go on with it"
    assert deliver.attributes == {
        "job.id": job_id,
        "delivery.id": hook.id,
        "delivery.attempt": 1,
        "delivery.type": "job.succeeded",
        "delivery.state": "delivered",
        "http.response.status_code": 200,
    }


@pytest.mark.parametrize(
    ("headers", "is_followed"),
    [
        ([("traceparent", TRACEPARENT)], True),
        ([], False),
        ([("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7")], False),
        ([("traceparent", "00-00000000000000000000000000000000-00f067aa0ba902b7-01")], False),
        ([("traceparent", f"ff{TRACEPARENT[2:]}")], False),
        ([("traceparent", TEXT.core)], False),
        ([("traceparent", TRACEPARENT), ("traceparent", TRACEPARENT)], False),
    ],
    ids=["sound", "none", "short", "zeros", "unknown version", "no traceparent at all", "two"],
)
def test_a_traceparent_is_followed_if_it_is_sound(
    stack: Stack, collector: Collector, headers: list[tuple[str, str]], is_followed: bool
) -> None:
    span = request_span(collector, stack.http.get("/v1/models", headers=headers))
    assert (span.trace_id == CLIENTS_TRACE) is is_followed
    assert span.parent_id == (CLIENTS_SPAN if is_followed else "")


@pytest.mark.parametrize(
    ("method", "path", "name", "status", "is_error"),
    [
        ("GET", f"/v1/jobs/{TEXT.core}", "GET /v1/jobs/{job_id}", 404, False),
        ("GET", f"/{TEXT.core}?{TEXT.core}", "GET", 404, False),
        ("PATCH", "/v1/models", "PATCH /v1/models", 405, False),
        ("PUT", f"/v1/templates/{TEXT.core}", "PUT /v1/templates/{name}", 422, False),
    ],
)
def test_a_request_is_named_by_its_route(
    stack: Stack, collector: Collector, method: str, path: str, name: str, status: int, is_error: bool
) -> None:
    answer = stack.http.request(method, path, content=TEXT.core)
    span = request_span(collector, answer)
    assert (span.name, span.attributes["http.response.status_code"], span.is_error) == (name, status, is_error)
    assert answer.status_code == status


def test_those_who_watch_us_leave_no_spans(stack: Stack, collector: Collector) -> None:
    watched = [stack.http.get(path).headers["x-request-id"] for path in ("/health/live", "/health/ready", "/metrics")]
    request_span(collector, stack.http.get("/v1/models"))
    assert not {each.attributes.get("request.id") for each in collector.spans}.intersection(watched)


def test_the_log_names_the_trace(stack: Stack, collector: Collector) -> None:
    answer = stack.http.get("/v1/models")
    trace_id = request_span(collector, answer).trace_id
    (line,) = (each for each in stack.gateway.said().splitlines() if answer.headers["x-request-id"] in each)
    assert f'"trace_id": "{trace_id}"' in line


def test_a_delivery_has_a_span_for_each_attempt(stack: Stack, collector: Collector, receiver: Receiver) -> None:
    receiver.reply = lambda path, number: Reply(503 if path == "/late" and number == 1 else 200)
    job_id = stack.submit(SENTENCE, webhook={"url": f"{receiver.url}/late"})
    first, second = eventually(
        lambda: found if len(found := collector.of_job(job_id, "deliver")) == 2 else [], what="two attempts"
    )
    assert (first.is_error, first.attributes["error.type"], first.attributes["delivery.state"]) == (
        True,
        "refused",
        "waiting",
    )
    assert (second.is_error, second.attributes["delivery.attempt"]) == (False, 2)
    assert first.trace_id == second.trace_id
    assert [each.headers["traceparent"][36:52] for each in receiver.of("/late")] == [first.id, second.id]


def test_a_killed_attempt_and_the_next_one_are_runs_of_one_trace(stack: Stack, collector: Collector) -> None:
    """The dead process sent nothing: the worker that saw it die tells of its attempt."""
    job_id = stack.submit(LONG_TEXT)
    os.kill(process_of(stack, job_id), signal.SIGKILL)
    assert stack.job(job_id, wait_s=60)["attempts"] == 2
    lost, done = two_runs(collector, job_id)
    assert (lost.attributes["job.attempt"], lost.attributes["job.state"], lost.is_error) == (1, "lost", True)
    assert lost.attributes["error.type"] == "poison"
    assert (done.attributes["job.attempt"], done.attributes["job.state"], done.is_error) == (2, "succeeded", False)
    enqueue = only(collector.of_job(job_id), "enqueue")
    assert lost.is_within(enqueue)
    assert done.is_within(enqueue)
    waits = collector.of_job(job_id, "wait")
    assert [each.attributes["job.attempt"] for each in waits] == [2], "the first one's was with the dead process"
    assert waits[0].start_ns >= lost.end_ns, "it waited again from then on"


def test_a_killed_worker_is_told_of_by_another(stack: Stack, collector: Collector) -> None:
    """By the one that finds the lease run out."""
    job_id = stack.submit(LONG_TEXT)
    process_of(stack, job_id)
    worker = stack.workers[-1]
    worker.signal(signal.SIGKILL)
    worker.wait()
    stack.start_worker()
    assert stack.job(job_id, wait_s=60)["attempts"] == 2
    lost, done = two_runs(collector, job_id)
    assert [each.attributes["job.state"] for each in (lost, done)] == ["lost", "succeeded"]
    assert lost.trace_id == done.trace_id


def test_each_part_of_a_large_job_has_a_run(stack: Stack, collector: Collector) -> None:
    answer = stack.http.post("/v1/jobs", json={"documents": [{"text": SENTENCE}] * 300})
    job_id = answer.json()["id"]
    assert stack.job(job_id, wait_s=60)["state"] == "succeeded"
    runs = eventually(
        lambda: found if len(found := collector.of_job(job_id, "run")) == 3 else [], what="two parts and the last step"
    )
    enqueue = only(collector.of_job(job_id), "enqueue")
    assert all(each.is_within(enqueue) for each in runs)
    assert {str(each.attributes["job.unit"]) for each in runs} == {f"{job_id}.{part}" for part in ("0", "1", "end")}


def test_a_job_that_fails_says_why(stack: Stack, collector: Collector) -> None:
    job_id = stack.http.post("/v1/jobs", json={"documents": [{"text": " "}]}).json()["id"]
    assert stack.job(job_id, wait_s=60)["state"] == "failed"
    run = eventually(lambda: collector.of_job(job_id, "run"), what="its run")[0]
    assert (run.is_error, run.attributes["error.type"]) == (True, "invalid-text")


def test_no_text_is_in_what_is_collected(stack: Stack, collector: Collector) -> None:
    """Last of all: over every byte that came so far."""
    request_span(collector, stack.http.post("/entities", json={"text": SENTENCE}))
    places = [("collector", collector.received)]
    assert len(collector.received) > 10_000
    assert TEXT.sightings(places) + METADATA.sightings(places) + HOOK.sightings(places) == []
    logged = [("logs", stack.logs().encode())]
    assert TEXT.sightings(logged) + METADATA.sightings(logged) + HOOK.sightings(logged) == []


def test_a_collector_that_is_away_holds_up_nothing(fragile_stack: Stack) -> None:
    fragile_stack.restart_gateway(TRACES_URL=f"http://127.0.0.1:{free_port()}", **SOON)
    for _ in range(20):
        assert fragile_stack.http.get("/v1/models").status_code == 200
    fragile_stack.gateway.signal(signal.SIGTERM)
    fragile_stack.gateway.wait()


PROCESSES: Final[Mapping[str, Mapping[str, str]]] = {
    "gateway.__main__": {},
    "worker.main": {"ROLE": "anonymize"},
    "worker.main as courier": {"ROLE": "deliver"},
}


@pytest.mark.parametrize("process", PROCESSES)
def test_without_its_packages_a_process_that_is_to_trace_does_not_start(process: str) -> None:
    module = process.partition(" ")[0]
    program = (
        f"import sys; sys.modules['opentelemetry.exporter'] = None; import {module} as main; sys.exit(main.main())"
    )
    environment = {**os.environ, "TRACES_URL": "http://127.0.0.1:4318", **PROCESSES[process]}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith(
        "TRACES_URL is set, and the package opentelemetry.exporter.otlp is missing:"
        " pip install -r requirements/traces.txt"
    )


@pytest.mark.parametrize("modules", ["gateway.app", "worker.anonymizer, worker.delivery.role"])
def test_nothing_that_makes_spans_is_loaded_where_traces_are_off(modules: str) -> None:
    """Redis and FastAPI load OpenTelemetry's interfaces by themselves."""
    program = (
        f"import sys, {modules}; from shared.settings import Settings; from shared.traces.opening import open_traces;"
        "assert not open_traces(Settings(), 'test').is_on;"
        "makers = ('opentelemetry.sdk.trace', 'opentelemetry.exporter');"
        "print([name for name in sys.modules if name.startswith(makers)])"
    )
    environment = {name: value for name, value in os.environ.items() if name != "TRACES_URL"}
    assert subprocess.check_output([sys.executable, "-c", program], cwd=ROOT, env=environment) == b"[]\n"


def process_of(stack: Stack, job_id: str) -> int:
    """Id of the process that works on the job, once one does."""
    client: Any = stack.valkey.client()

    def working() -> int:
        state, process = client.hmget(keys.job(job_id), "state", "worker")
        return int(process.rpartition(b":")[2]) if state == b"running" else 0

    return eventually(working, what="the job runs")


def two_runs(collector: Collector, job_id: str) -> list[CollectedSpan]:
    return eventually(lambda: found if len(found := collector.of_job(job_id, "run")) == 2 else [], what="two attempts")


def request_span(collector: Collector, answer: Any) -> CollectedSpan:
    request_id = answer.headers["x-request-id"]

    def found() -> list[CollectedSpan]:
        return [each for each in collector.spans if each.attributes.get("request.id") == request_id]

    (span,) = eventually(found, what="the request's span")
    return span
