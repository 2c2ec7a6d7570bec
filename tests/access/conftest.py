"""A service with API keys, without a worker but a pretended one."""

from collections.abc import Callable, Iterator

import pytest

from gateway.access.scopes import Scope
from tests.access.service import Guarded
from tests.services.stack import Stack


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    settings = {"AUTH": "keys", "WEBHOOK_ALLOWED_HOSTS": "127.0.0.1"}
    stack = Stack(tmp_path_factory.mktemp("guarded"), settings)
    try:
        stack.pretend_worker("en_sm")
        yield Guarded(stack)
    finally:
        stack.end()


@pytest.fixture
def client(guarded: Guarded) -> Callable[..., str]:
    """The key of a new client with these scopes, all but `admin` where none is named."""
    return lambda *scopes: guarded.new_client(*(scopes or (each for each in Scope if each is not Scope.ADMIN)))
