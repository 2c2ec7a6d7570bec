"""A browser and two services: one that works, and one with API keys on whose jobs nobody works."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from gateway.access.scopes import Scope
from tests.access.service import Guarded
from tests.browser.tab import ARGUMENTS, CHROMIUM, MakeTab, Tab
from tests.services.stack import Stack


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        message = f"no {CHROMIUM}: `make system` installs it"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """With a worker and a courier; no key is asked for."""
    stack = Stack(tmp_path_factory.mktemp("site"), {"WEBHOOK_ALLOWED_HOSTS": "127.0.0.1", "WORKER_PROCESSES": "1"})
    try:
        stack.start_worker()
        stack.start_courier()
        yield stack
    finally:
        stack.end()


@pytest.fixture(scope="session")
def guarded_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """With keys, and a worker that only says that it lives."""
    stack = Stack(tmp_path_factory.mktemp("guarded"), {"AUTH": "keys"})
    try:
        stack.pretend_worker("en_sm")
        yield Guarded(stack)
    finally:
        stack.end()


@pytest.fixture
def make_tab(chromium: Browser) -> Iterator[MakeTab]:
    """Each is a browser of its own, without anything kept; ended with the test."""
    made: list[Tab] = []

    def make(url: str, **options: object) -> Tab:
        made.append(Tab(chromium, url, **options))
        return made[-1]

    yield make
    for tab in made:
        tab.close()


@pytest.fixture
def tab(make_tab: MakeTab, site: Stack) -> Tab:
    """The page of the service that works."""
    return make_tab(url_of(site), viewport={"width": 1280, "height": 900}).open()


@pytest.fixture
def client_key(guarded_site: Guarded) -> Callable[..., str]:
    """The key of a new client with these scopes, or with all that are not an operator's."""
    every = [each for each in Scope if each is not Scope.ADMIN]
    return lambda *scopes: guarded_site.new_client(*(scopes or every))


def url_of(stack: Stack) -> str:
    return f"http://127.0.0.1:{stack.port}"
