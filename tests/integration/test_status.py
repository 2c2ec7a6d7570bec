"""`python -m gateway.status` of a real store: what it shows, and when it says that something is wrong."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway.status.report import status_of
from gateway.status.text import as_text
from shared import keys
from shared.jobs.figures import DeliveryFigures, Figures, LaneFigures, StoreFigures
from shared.presence import Announcement, ServedModel
from tests.services.processes import ROOT, Program, eventually
from tests.services.stack import Stack

TEXT = "Angela Merkel met Emmanuel Macron in Paris."
NOW_MS = 1_700_000_000_000
MODEL = ServedModel("en_sm", "en", "sm", "package", "3.8.0", ())
WORKER = Announcement("worker-1", 2, ("en_sm", "en_sm.bulk", "auto_sm"), (MODEL,), NOW_MS - 500)
WELL = Figures(
    now_ms=NOW_MS,
    lanes=(LaneFigures("en_sm", 3, 1, 5_000), LaneFigures("en_sm.bulk", 40, 1, 9_000)),
    deliveries=DeliveryFigures(1, 0, 0),
    dead_letters=2,
    audit_waiting=0,
    totals={("submitted", "en_sm"): 9, ("ended", "en_sm", "failed"): 1, ("ended", "auto_sm", "failed"): 1},
    store=StoreFigures(700_000_000, 1_000_000_000, is_append_only=True, is_written=True, age_ms=400),
)
STALE = replace(WORKER, announced_ms=NOW_MS - 60_000)
FRENCH = LaneFigures("fr_sm", 2, 0, 1_000)


@pytest.mark.parametrize(
    ("figures", "announcements", "faults"),
    [
        (WELL, [WORKER], []),
        # What nobody has said yet is no fault.
        (replace(WELL, store=None), [WORKER], []),
        (WELL, [], ["no worker lives"]),
        (WELL, [STALE], ["no worker lives"]),
        (replace(WELL, lanes=(FRENCH,)), [WORKER], ["nobody serves fr_sm, and 2 wait for it"]),
        (
            replace(WELL, lanes=(LaneFigures("en_sm.bulk", 1, 0, 61_000),)),
            [WORKER],
            ["the oldest of en_sm waits for 61 s"],
        ),
        (
            replace(WELL, deliveries=DeliveryFigures(1, 0, 61_000)),
            [WORKER],
            ["a webhook that is due waits for 61 s: does a courier live?"],
        ),
        (
            replace(WELL, store=StoreFigures(900, 1_000, is_append_only=True, is_written=False, age_ms=0)),
            [WORKER],
            ["the store writes no append-only file, or its disk is full", "the store uses 90% of its memory"],
        ),
        (replace(WELL, store=StoreFigures(900, 0, is_append_only=True, is_written=True, age_ms=0)), [WORKER], []),
    ],
)
def test_what_is_wrong(figures: Figures, announcements: list[Announcement], faults: list[str]) -> None:
    status = status_of(figures, announcements, lost_ms=10_000, most_wait_s=60)
    assert list(status.faults) == faults
    shown = as_text(status)
    assert all(f"  ! {fault}" in shown for fault in faults)
    assert ("all is well" in shown) is not bool(faults)


def test_how_it_reads() -> None:
    shown = as_text(status_of(WELL, [WORKER], lost_ms=10_000, most_wait_s=60))
    assert shown.splitlines() == [
        "2023-11-14T22:13:20.000Z  all is well",
        "",
        "model    processes  queued  parts  running  oldest",
        "auto_sm          2       0      0        0       -",
        "en_sm            2       3     40        2   9.0 s",
        "",
        "workers   1, 2 processes",
        "          worker-1: en_sm 3.8.0; 2 processes, 0.5 s ago",
        "jobs      9 submitted, 0 succeeded, 2 failed, 0 canceled, 0 expired; 2 dead letters",
        "webhooks  1 waiting, 0 under way, 0.0 s overdue; 0 delivered, 0 given up",
        "store     700.0 MB of 1000.0 MB, on disk, 0.4 s ago",
        "audit     0 notes to chain",
    ]


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Two jobs wait for a worker that only says that it lives."""
    stack = Stack(tmp_path_factory.mktemp("idle"))
    try:
        stack.pretend_worker("en_sm", "en_sm.bulk")
        stack.submit(TEXT)
        stack.http.post("/v1/jobs", json={"documents": [{"text": TEXT}] * 600})
        yield stack
    finally:
        stack.end()


def run(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gateway.status", *arguments]
    environment = {**os.environ, **stack.environment}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_a_service_that_is_well(idle: Stack) -> None:
    done = run(idle, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    shown: dict[str, Any] = json.loads(done.stdout)
    assert shown["faults"] == []
    (model,) = shown["models"]
    assert (model["model"], model["processes"], model["queued"], model["running"]) == ("en_sm", 1, 1, 0)
    assert model["queued_parts"] >= 2
    assert model["oldest_s"] > 0
    assert shown["jobs"] == {"submitted": 2, "succeeded": 0, "failed": 0, "canceled": 0, "expired": 0}
    as_read = run(idle)
    assert as_read.returncode == 0
    assert "all is well" in as_read.stdout
    assert TEXT not in as_read.stdout + done.stdout


def test_what_waits_for_longer_than_asked_is_wrong(idle: Stack) -> None:
    done = run(idle, "--most-wait-s", "0")
    assert done.returncode == 1
    assert "the oldest of en_sm waits" in done.stdout


def test_no_worker_is_wrong(idle: Stack) -> None:
    redis: Any = idle.valkey.client()
    said = redis.hgetall(keys.WORKERS)
    redis.delete(keys.WORKERS)
    try:
        done = run(idle)
    finally:
        redis.hset(keys.WORKERS, mapping=said)
    assert done.returncode == 1
    assert "  ! no worker lives" in done.stdout


def test_watched_it_shows_again_until_it_is_stopped(idle: Stack, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gateway.status", "--json", "--watch", "0.05"]
    watching = Program(command, tmp_path / "shown", idle.environment)
    try:
        eventually(lambda: len(watching.said().splitlines()) >= 3, what="three times")
    finally:
        watching.end()
    assert all(json.loads(line)["faults"] == [] for line in watching.said().splitlines()[:2])


def test_a_store_that_is_away_is_one_line(idle: Stack) -> None:
    command = [sys.executable, "-m", "gateway.status"]
    environment = {**os.environ, "REDIS_URL": "redis://127.0.0.1:1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "status: the store does not answer (REDIS_URL)\n"


def test_make_status_finds_the_store_of_make_run(idle: Stack) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
    command = [sys.executable, "-m", "deploy.local.status", "--json"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**environment, "DATA_DIR": str(idle.folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["jobs"]["submitted"] == 2
