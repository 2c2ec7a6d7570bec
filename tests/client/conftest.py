"""A service with keys, one worker and a courier; each test is a client of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from anonymize import Client
from gateway.access.scopes import Scope
from tests.access.service import Guarded
from tests.client.commanding import Shell
from tests.services.stack import Stack


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    settings = {
        "AUTH": "keys",
        "MODELS": "en_sm",
        "WORKER_PROCESSES": "1",
        "WEBHOOK_ALLOWED_HOSTS": "127.0.0.1",
        "WEBHOOK_SCHEDULE_SCALE": "0.01",
    }
    stack = Stack(tmp_path_factory.mktemp("client"), settings)
    try:
        stack.start_courier()
        stack.start_worker()
        yield Guarded(stack)
    finally:
        stack.end()


@pytest.fixture
def url(service: Guarded) -> str:
    return f"http://127.0.0.1:{service.stack.port}"


@pytest.fixture
def new_key(service: Guarded) -> Callable[..., str]:
    """The key of a new client, with all that a client may do or with these scopes."""
    return lambda *scopes: service.new_client(*(scopes or (each for each in Scope if each is not Scope.ADMIN)))


@pytest.fixture
def client(url: str, new_key: Callable[..., str]) -> Iterator[Client]:
    with Client(url, new_key()) as client:
        yield client


@pytest.fixture
def shell(tmp_path: Path, url: str, new_key: Callable[..., str]) -> Shell:
    """Of a new client."""
    return Shell(tmp_path, url, new_key())
