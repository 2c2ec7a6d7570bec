"""Fixtures that own processes."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.processes import ROOT
from tests.services.stack import Stack
from tests.services.valkey import Server


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A service with one worker for tests that break nothing."""
    stack = Stack(tmp_path_factory.mktemp("stack"))
    try:
        stack.start_worker()
        yield stack
    finally:
        stack.end()


@pytest.fixture
def fragile_stack(tmp_path: Path) -> Iterator[Stack]:
    """A service for tests that break it; without a worker at first."""
    stack = Stack(tmp_path)
    try:
        yield stack
    finally:
        stack.end()


@pytest.fixture(scope="session")
def valkey_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("valkey"))
    yield server
    server.end()


@pytest.fixture
def valkey(valkey_server: Server) -> Server:
    """Empty."""
    valkey_server.client().flushall()
    return valkey_server


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of data sets that nobody here wrote. They lie beside the repository; CI fails without them."""
    folder = Path(os.environ.get("DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "tab").is_dir():
        message = f"no data sets in {folder}: give their folder with DATA=..."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return folder


def read_texts(path: Path) -> list[str]:
    return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
