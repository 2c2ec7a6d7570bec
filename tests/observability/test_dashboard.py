"""The dashboard and the alerts' expressions on a real Prometheus that scrapes a real service: all of them have data."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.observability.dashboard import dashboard
from deploy.observability.panels import INTERVAL, ROWS
from tests.canary.marker import TEXT as MARKER
from tests.observability.prometheus import FOLDER
from tests.observability.watched import Watched, watched
from tests.services.processes import ROOT, eventually

FILE = FOLDER / "grafana" / "dashboards" / "anonymization.json"
PANELS = [panel for row in ROWS for panel in row.panels]
QUERIES = [(panel.title, query.expression) for panel in PANELS for query in panel.queries]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    with watched(tmp_path_factory.mktemp("watched"), interval="500ms") as service:
        yield service


def test_every_query_of_every_panel_has_data(service: Watched) -> None:
    waiting = dict.fromkeys(QUERIES)

    def all_have() -> bool:
        # Rates are of what happens while one looks.
        service.work()
        for title, expression in list(waiting):
            samples = service.prometheus.query(expression.replace(INTERVAL, "20s"))
            if any(sample["value"][1] != "NaN" for sample in samples):
                del waiting[title, expression]
        return not waiting

    try:
        eventually(all_have, within_s=90, what="every query has data")
    except AssertionError:
        raise AssertionError(f"without data: {list(waiting)}") from None


def test_every_legend_names_labels_that_its_query_gives(service: Watched) -> None:
    service.work()
    for panel in PANELS:
        for query in panel.queries:
            wanted = set(re.findall(r"{{(\w+)}}", query.legend))
            samples = service.prometheus.query(query.expression.replace(INTERVAL, "1m"))
            assert all(set(sample["metric"]) == wanted for sample in samples), (panel.title, samples[:1])


def test_every_target_is_up_and_no_alert_fires(service: Watched) -> None:
    eventually(lambda: len(service.prometheus.query("up == 1")) == 3, what="all three are scraped")
    targets = service.prometheus.get("/api/v1/targets")["activeTargets"]
    assert {(each["labels"]["job"], each["health"]) for each in targets} == {
        (job, "up") for job in ("gateway", "worker", "courier")
    }
    rules = service.prometheus.get("/api/v1/rules")["groups"][0]["rules"]
    assert all(rule["health"] in {"ok", "unknown"} for rule in rules), rules
    # Of its jobs more than 5 % fail on purpose.
    assert {rule["name"] for rule in rules if rule["state"] == "firing"} <= {"AnonymizationJobsFail"}


def test_rules_ask_for_metrics_that_there_are(service: Watched) -> None:
    text = (FOLDER / "alerts.yml").read_text(encoding="utf-8")
    names = set(re.findall(r"anonymization_[a-z_]+", text))
    told = set(service.prometheus.get("/api/v1/label/__name__/values"))
    assert names
    assert names <= told, names - told


def test_a_text_reaches_prometheus_nowhere(service: Watched) -> None:
    text = MARKER.whole
    stack = service.stack
    job_id = stack.submit(f"{text} met Angela Merkel.", options={"recognizers": [{"type": "ZEBRA", "pattern": "met"}]})
    assert stack.job(job_id, wait_s=60)["state"] == "succeeded"
    stack.http.get(f"/v1/{MARKER.core}", headers={"User-Agent": MARKER.core})
    eventually(lambda: service.prometheus.query('anonymization_entities_total{type="custom"}'), what="it is scraped")
    labels = service.prometheus.get("/api/v1/labels")
    values = [service.prometheus.get(f"/api/v1/label/{label}/values") for label in labels]
    places = [("Prometheus", json.dumps([labels, values]).encode())]
    for folder in (service.prometheus.folder, stack.folder / "temporary"):
        places += [(str(path), path.read_bytes()) for path in folder.rglob("*") if path.is_file()]
    assert len(places) > 3
    assert MARKER.sightings(places) == []


def test_the_file_is_what_the_table_makes() -> None:
    assert json.loads(FILE.read_text(encoding="utf-8")) == dashboard(), "python -m deploy.observability.dashboard"


def test_the_file_has_the_shape_that_grafana_reads() -> None:
    """No schema of Grafana's can be had here: what its own exports have is checked instead."""
    made: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    panels = made["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, f"{panel['title']} lies over another one"
        assert place["x"] + place["w"] <= 24
        taken |= cells
        if panel["type"] != "row":
            assert panel["type"] in {"stat", "timeseries"}
            assert panel["datasource"]["uid"] == "prometheus"
            assert all(target["expr"] and target["refId"] for target in panel["targets"])
    source = (FOLDER / "grafana" / "provisioning" / "datasources" / "prometheus.yml").read_text(encoding="utf-8")
    assert "uid: prometheus\n" in source


def test_grafana_finds_the_files_where_compose_puts_them() -> None:
    compose = (ROOT / "docker-compose.yaml").read_text(encoding="utf-8")
    folder = (FOLDER / "grafana" / "provisioning" / "dashboards" / "files.yml").read_text(encoding="utf-8")
    where = re.search(r"options: {path: (\S+)}", folder)
    assert where is not None
    assert f"target: {where[1]}/{FILE.name}" in compose
    assert Path(FILE).is_file()
