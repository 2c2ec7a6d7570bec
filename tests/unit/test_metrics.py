"""What is counted, by one process and by several that come and go; and what stands in no metric."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import Counter, Histogram
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parsed_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parsed
from pydantic import SecretStr

from gateway.metrics.families import store_families
from shared.entity_types import ENTITY_TYPES
from shared.jobs.figures import DeliveryFigures, Figures, LaneFigures, StoreFigures
from shared.jobs.payload import DocumentResult, Entity
from shared.jobs.states import State
from shared.metrics import names
from shared.metrics.exposition import exposition, may_read
from shared.metrics.memory import memory_families
from shared.presence import Announcement
from tests.services.processes import ROOT, eventually
from worker.metrics import CUSTOM, count_results

#: A process of its own, since the folder is the process's: forks as many as asked, at most `at_once` of them living.
FORKING = """
import os, signal, sys
from shared.metrics import names
from shared.metrics.processes import share, take_number
from shared.metrics.exposition import exposition
folder = share()
rounds, at_once, ending = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
for _ in range(rounds):
    pipes, children = [], []
    for _ in range(at_once):
        read, write = os.pipe()
        child = os.fork()
        if not child:
            take_number()
            names.WORDS.labels("en_sm").inc(3)
            names.BATCH_UNITS.labels("en_sm").observe(2)
            os.write(write, b"x")
            signal.pause() if ending == "kill" else os._exit(0)
        os.close(write)
        os.read(read, 1)
        os.close(read)
        children.append(child)
        if ending == "one by one":
            os.waitpid(children.pop(), 0)
    for child in children:
        if ending == "kill":
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
names.WORDS.labels("en_sm").inc(1)
print(len(list(folder.glob("*.db"))), folder)
print(exposition("", folder, ())[0].decode())
"""


def forked(*arguments: object) -> tuple[int, Path, dict[str, float]]:
    """Files, their folder, and what is told of `en_sm`."""
    command = [sys.executable, "-c", FORKING, *map(str, arguments)]
    lines = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    files, folder = lines[0].split(" ", 1)
    told = {sample.name: sample.value for family in parsed("\n".join(lines[1:]) + "\n") for sample in family.samples}
    return int(files), Path(folder), told


@pytest.mark.parametrize(
    ("rounds", "at_once", "ending", "most_files"),
    [
        (1, 3, "kill", 3),
        (4, 3, "kill", 3),
        (4, 2, "exit", 2),
        # One after the other they have one number.
        (2, 5, "one by one", 1),
    ],
)
def test_processes_that_come_and_go_are_counted_once_each_in_bounded_files(
    rounds: int, at_once: int, ending: str, most_files: int
) -> None:
    files, folder, told = forked(rounds, at_once, ending)
    processes = rounds * at_once
    assert told["anonymization_words_total"] == 3 * processes + 1, "the forking one counts too"
    assert told["anonymization_batch_units_count"] == processes
    assert told["anonymization_batch_units_sum"] == 2 * processes
    # Counters and histograms of each number, and the forking one's counters.
    assert files <= 2 * most_files + 1
    assert not folder.exists(), "it went with its process"


def test_what_a_killed_one_left_behind_goes_with_the_next_start(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    share = "from shared.metrics.processes import share; share()"

    def folders() -> list[Path]:
        return list(tmp_path.glob("anonymization-metrics-*"))

    def start(then: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-c", f"import os, signal; {share}; {then}"], cwd=ROOT, env=environment
        )

    living = start("signal.pause()")
    try:
        eventually(lambda: list(tmp_path.glob("*/owner.lock")), what="it has made its own")
        assert start("os.kill(os.getpid(), signal.SIGKILL)").wait() == -signal.SIGKILL
        assert len(folders()) == 2
        assert start("pass").wait() == 0
        assert len(folders()) == 1, "that of the one that lives"
    finally:
        living.kill()
        living.wait()


def result(*types: str, language: str = "en") -> DocumentResult:
    entities = tuple(
        Entity(
            start=0,
            end=1,
            type=kind,
            text="a",
            score=1,
            recognizer="r",
            operator="o",
            anonymized_start=0,
            anonymized_end=1,
        )
        for kind in types
    )
    return DocumentResult(
        index=0,
        custom_id="custom-id",
        state="succeeded",
        language=language,
        model=f"{language}_sm",
        entities=entities,
        anonymized_text="",
    )


def value(name: str, **labels: str) -> float:
    return names.REGISTRY.get_sample_value(names.PREFIX + name, labels) or 0.0


def test_types_of_callers_own_recognizers_are_all_one() -> None:
    before = value("entities_total", type=CUSTOM), value("entities_total", type="PERSON")
    count_results("en_sm", [result("PERSON", "Alice Example", "EMPLOYEE_NUMBER", language="Alice's own")])
    assert (value("entities_total", type=CUSTOM), value("entities_total", type="PERSON")) == (
        before[0] + 2,
        before[1] + 1,
    )
    text = exposition("", None, ())[0].decode()
    assert "Alice" not in text
    assert "EMPLOYEE" not in text
    assert "custom-id" not in text


def test_every_type_of_the_catalogue_has_its_own_count() -> None:
    count_results("en_sm", [result(*ENTITY_TYPES)])
    assert all(value("entities_total", type=kind) for kind in ENTITY_TYPES)


FIGURES = Figures(
    now_ms=1_000_000,
    lanes=(LaneFigures("en_sm", 3, 1, 4_500), LaneFigures("en_sm.bulk", 7, 0, 9_000)),
    deliveries=DeliveryFigures(2, 1, 1_500),
    dead_letters=4,
    audit_waiting=5,
    totals={
        ("submitted", "en_sm"): 20,
        ("ended", "en_sm", "succeeded"): 12,
        ("wait", "en_sm", "10"): 5,
        ("wait", "en_sm", "250"): 6,
        ("wait", "en_sm", "inf"): 1,
        ("wait", "en_sm", "sum"): 4_250,
        ("a kind of a later version", "x"): 1,
    },
    store=None,
)
WORKER = Announcement("w", 2, ("en_sm", "auto_sm", "en_sm.bulk", "auto_sm.bulk"), (), 1_000_000)


def told(figures: Figures | None) -> dict[str, float]:
    """`name{label="value",...}` -> number."""
    text = exposition("", None, store_families(figures, [WORKER]))[0].decode()
    rows = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name.removeprefix(names.PREFIX): float(number) for name, _, number in rows}


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("store_up", 1),
        ("workers", 1),
        ('model_processes{model="auto_sm"}', 2),
        ('queue_units{model="en_sm",size="small"}', 3),
        ('queue_units{model="en_sm",size="bulk"}', 7),
        ('queue_oldest_seconds{model="en_sm",size="bulk"}', 9),
        ('running_units{model="en_sm",size="small"}', 1),
        ('jobs_submitted_total{model="en_sm"}', 20),
        ('jobs_ended_total{model="en_sm",state="succeeded"}', 12),
        # From 0 on: the first one is growth too.
        *((f'jobs_ended_total{{model="auto_sm",state="{state}"}}', 0) for state in State if state.is_terminal),
        ('leases_lost_total{model="en_sm",outcome="given_up"}', 0),
        ('deliveries_ended_total{state="given_up"}', 0),
        ("messages_sent_again_total", 0),
        ('job_wait_seconds_bucket{le="0.01",model="en_sm"}', 5),
        ('job_wait_seconds_bucket{le="0.1",model="en_sm"}', 5),
        ('job_wait_seconds_bucket{le="0.25",model="en_sm"}', 11),
        ('job_wait_seconds_bucket{le="3600.0",model="en_sm"}', 11),
        ('job_wait_seconds_bucket{le="+Inf",model="en_sm"}', 12),
        ('job_wait_seconds_count{model="en_sm"}', 12),
        ('job_wait_seconds_sum{model="en_sm"}', 4.25),
        ('deliveries{state="waiting"}', 2),
        ("delivery_overdue_seconds", 1.5),
        ("dead_letters", 4),
        ("audit_notes_waiting", 5),
    ],
)
def test_the_stores_figures(name: str, number: float) -> None:
    assert told(FIGURES)[name] == number


def test_a_store_that_is_away_is_told_and_nothing_else_of_it() -> None:
    found = {name.partition("{")[0] for name in told(None)}
    assert told(None)["store_up"] == 0
    assert not {"workers", "dead_letters", "queue_units"} & found


@pytest.mark.parametrize(
    ("accept", "media_type", "parse"),
    [
        ("", "text/plain", parsed),
        ("*/*", "text/plain", parsed),
        (
            "application/openmetrics-text;version=1.0.0,text/plain;q=0.5",
            "application/openmetrics-text",
            parsed_openmetrics,
        ),
    ],
)
def test_the_text_parses_in_both_formats(accept: str, media_type: str, parse: Callable[[str], Any]) -> None:
    count_results("en_sm", [result("PERSON")])
    text, kind = exposition(accept, None, store_families(FIGURES, [WORKER]))
    assert kind.startswith(media_type)
    families = {family.name: family for family in parse(text.decode())}
    assert len({"anonymization_queue_units", "anonymization_job_wait_seconds"} & families.keys()) == 2
    assert all(family.documentation for family in families.values())
    assert all(name.startswith(names.PREFIX) for name in families)


@pytest.mark.parametrize(
    ("token", "sent", "is_right"),
    [
        (None, None, True),
        (None, "Bearer anything", True),
        ("a-token-of-16-letters", "Bearer a-token-of-16-letters", True),
        ("a-token-of-16-letters", "bearer a-token-of-16-letters", True),
        ("a-token-of-16-letters", None, False),
        ("a-token-of-16-letters", "", False),
        ("a-token-of-16-letters", "Bearer", False),
        ("a-token-of-16-letters", "Bearer a-token-of-16-letter", False),
        ("a-token-of-16-letters", "Basic a-token-of-16-letters", False),
        ("a-token-of-16-letters", "a-token-of-16-letters", False),
        ("a-token-of-16-letters", "Bearer é", False),
    ],
)
def test_the_token(token: str | None, sent: str | None, is_right: bool) -> None:
    assert may_read(SecretStr(token) if token else None, sent) is is_right


def test_the_page_has_every_metric_with_its_labels() -> None:
    """And none that there is not."""
    store = StoreFigures(1, 1, is_append_only=True, is_written=True, age_ms=1)
    families = (*memory_families(os.getpid()), *store_families(replace(FIGURES, store=store), [WORKER]))
    made = {told_name(family.name, family.type): set(family._labelnames) for family in families}  # type: ignore[attr-defined]  # each of its classes has it
    made |= {
        told_name(metric._name, metric._type): set(metric._labelnames)
        for metric in vars(names).values()
        if isinstance(metric, Counter | Histogram)
    }
    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[^|]*`) \| (?:gauge|counter|histogram) \| ([^|]*)\|", page, re.MULTILINE)
    written = {
        name: set(re.findall(r"`(\w+)`", labels)) for cell, labels in rows for name in re.findall(r"`(\w+)`", cell)
    }
    assert written == made


def told_name(name: str, kind: str) -> str:
    return name.removeprefix(names.PREFIX) + ("_total" if kind == "counter" else "")
