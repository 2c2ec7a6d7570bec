"""docker-compose.override.example.yaml: what is changed in the working copy is loaded anew."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx2 as httpx
import pytest

from tests.compose.composition import Composition
from tests.services.processes import ROOT, eventually

FILES: Final = ("docker-compose.yaml", "docker-compose.override.example.yaml")
CODE: Final = ("gateway", "worker", "shared", "deploy")
CHANGED: Final = Path("gateway", "routes", "health.py")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The working copy of somebody who develops."""
    copy = tmp_path_factory.mktemp("copy")
    for name in CODE:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(ROOT / name, copy / name)
    return copy


@pytest.fixture(scope="module")
def development(tmp_path_factory: pytest.TempPathFactory, copy: Path, engine: None) -> Iterator[Composition]:
    settings = {"MODELS": "en_sm", "WORKER_PROCESSES": "1"}
    folder = tmp_path_factory.mktemp("development")
    composition = Composition(folder, settings, files=FILES, root=copy)
    try:
        composition.up("gateway", "worker")
        yield composition
    finally:
        composition.end()


def test_a_changed_gateway_answers_otherwise(development: Composition, copy: Path) -> None:
    file = copy / CHANGED
    source = file.read_text()
    with development.http() as http:
        assert http.get("/health/live").json() == {"status": "alive"}
        file.write_text("this is no Python\n")
        eventually(lambda: status(http) == "", what="the gateway is gone: its code is broken")
        file.write_text(source.replace('"alive"', '"changed"'))
        eventually(lambda: status(http) == "changed", what="the gateway runs the new code")


def status(http: httpx.Client) -> str:
    try:
        return str(http.get("/health/live").json()["status"])
    except httpx.TransportError:
        return ""


def test_a_changed_worker_starts_anew(development: Composition, copy: Path) -> None:
    def starts() -> int:
        return development.compose("logs", "worker").count("worker_starting")

    before = eventually(starts, what="the worker started")
    (copy / "worker" / "tasks.py").touch()
    eventually(lambda: starts() > before, what="the worker starts once more")
    assert development.inspect("worker")["RestartCount"] == 0
