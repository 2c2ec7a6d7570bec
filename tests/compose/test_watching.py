"""The profile `observability`: Prometheus finds every container, and nobody else reads what they tell.

Prometheus is Debian's where the named image is not to be had; Grafana's part is read from the composition alone.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.compose.composition import Composition
from tests.compose.engine import STAND_IN, docker, has_image
from tests.services.processes import eventually

STAND_IN_IMAGE: Final = "anonymization-api/prometheus:smoke"
ASK: Final = """
import sys, urllib.error, urllib.request
request = urllib.request.Request(sys.argv[1], headers={"Authorization": f"Bearer {sys.argv[2]}"})
try:
    print(urllib.request.urlopen(request, timeout=10).status)
except urllib.error.HTTPError as error:
    print(error.code)
"""


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory, engine: None) -> Iterator[Composition]:
    folder = tmp_path_factory.mktemp("watched")
    settings = {
        "MODELS": "en_sm",
        "WORKER_PROCESSES": "1",
        "METRICS_TOKEN_FILE": str(folder / ".secrets" / "metrics_token"),
        "GRAFANA_PORT": "0",
    }
    named = "prom/prometheus:v3.5.0"
    if not has_image(named):
        if not has_image(STAND_IN_IMAGE):
            docker("build", "--quiet", "--tag", STAND_IN_IMAGE, str(STAND_IN.parent / "prometheus"))
        settings["PROMETHEUS_IMAGE"] = STAND_IN_IMAGE
    composition = Composition(folder, settings, profiles=["observability"])
    try:
        composition.up("--scale", "gateway=2", "gateway", "worker", "courier", "prometheus")
        yield composition
    finally:
        composition.end()


def query(composition: Composition, expression: str) -> str:
    asked = ("promtool", "query", "instant", "http://127.0.0.1:9090", expression)
    return composition.inside("prometheus", *asked)


def test_every_container_is_scraped(watched: Composition) -> None:
    def is_complete() -> bool:
        counted = query(watched, "count by (job) (up == 1)")
        return all(each in counted for each in ('{job="gateway"} => 2', '{job="worker"} => 1', '{job="courier"} => 1'))

    eventually(is_complete, what="two gateways, a worker and a courier are up")
    eventually(lambda: "=> 1 @" in query(watched, "max(anonymization_workers)"), what="the store's figures are there")


def test_nobody_reads_without_the_token(watched: Composition) -> None:
    token = watched.secrets["METRICS_TOKEN"]
    for address in ("gateway:8000", "worker:9100", "courier:9100"):
        url = f"http://{address}/metrics"
        assert watched.inside("gateway", "python", "-c", ASK, url, "x").strip() == "401", address
        assert watched.inside("gateway", "python", "-c", ASK, url, token).strip() == "200", address


def test_prometheus_is_held_as_the_others_are(watched: Composition) -> None:
    made = watched.inspect("prometheus")
    host = made["HostConfig"]
    assert made["Config"]["User"] == "65534:65534"
    assert host["ReadonlyRootfs"]
    assert host["CapDrop"] == ["ALL"]
    assert host["SecurityOpt"] == ["no-new-privileges:true"]
    assert host["Memory"]
    assert host["PidsLimit"]
    assert not host["PortBindings"]
    assert [name.rpartition("_")[2] for name in made["NetworkSettings"]["Networks"]] == ["inside"]
    assert watched.secrets["METRICS_TOKEN"] not in json.dumps(made)


def test_grafana_is_held_too_and_lets_nobody_in_unnamed(watched: Composition) -> None:
    composed: dict[str, Any] = json.loads(watched.compose("config", "--format", "json"))
    grafana = composed["services"]["grafana"]
    assert (grafana["read_only"], grafana["cap_drop"]) == (True, ["ALL"])
    assert grafana["security_opt"] == ["no-new-privileges:true"]
    assert {port["host_ip"] for port in grafana["ports"]} == {"127.0.0.1"}
    assert grafana["environment"]["GF_AUTH_ANONYMOUS_ENABLED"] == "false"
    assert grafana["environment"]["GF_SECURITY_ADMIN_PASSWORD"] == watched.secrets["GRAFANA_PASSWORD"]
    assert not grafana["image"].endswith((":latest", ":main"))
