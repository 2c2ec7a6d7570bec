"""The composed service, started once for most of these tests, and once in its form for production."""

import os
from collections.abc import Iterator
from typing import Final

import httpx2 as httpx
import pytest

from tests.compose.composition import Composition
from tests.compose.engine import IMAGES, docker, has_image, is_running
from tests.services.receiver import Receiver

DOMAIN: Final = "anonymize.test"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder; `make smoke` runs them."""
    for item in items:
        if "tests/compose" in str(item.path):
            item.add_marker(pytest.mark.compose)


@pytest.fixture(scope="session")
def engine() -> None:
    """A container engine with our images in it."""
    missing = "" if is_running() else "no container engine runs"
    missing = missing or ", ".join(name for name in IMAGES.values() if not has_image(name))
    if missing and os.environ.get("CI"):
        pytest.fail(f"{missing}: make smoke")
    if missing:
        pytest.skip(f"{missing}: make smoke")


@pytest.fixture(scope="session")
def receiver(engine: None) -> Iterator[Receiver]:
    """On this machine, outside of all containers: where the engine's own network leads to it."""
    outside = docker("network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}").strip()
    receiver = Receiver(host=outside)
    yield receiver
    receiver.end()


@pytest.fixture(scope="session")
def composition(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[Composition]:
    """The whole service with Caddy before it; tests that stop a part start it again."""
    settings = {
        "MODELS": "en_sm",
        "WORKER_PROCESSES": "1",
        "LOG_LEVEL": "debug",
        "WEBHOOK_ALLOWED_HOSTS": receiver.host,
    }
    composition = Composition(tmp_path_factory.mktemp("composition"), settings, profiles=["proxy"])
    try:
        composition.up()
        yield composition
    finally:
        composition.end()


@pytest.fixture(scope="session")
def key(composition: Composition) -> str:
    return composition.make_key("crm")


@pytest.fixture
def http(composition: Composition, key: str) -> Iterator[httpx.Client]:
    """Of the client `crm`, straight to a gateway."""
    with composition.http(key=key) as http:
        yield http


@pytest.fixture(scope="session")
def outside(receiver: Receiver) -> tuple[str, int]:
    """Host and port that are reached only by who gets out of the composition."""
    return receiver.host, receiver.port
