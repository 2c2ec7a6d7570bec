"""The page's files: what they are allowed to be, and how they are sent."""

import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gateway.app import make_app
from gateway.page.files import INDEX, STATIC
from shared.settings import Settings

FILES = sorted(STATIC.iterdir())
SCRIPTS = [path for path in FILES if path.suffix == ".js"]
LONGEST_SCRIPT = 250
#: Ways in which a text could become markup or code, or outlive its tab; and what leads to another host.
FORBIDDEN = (
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|setHTML",
    r"\beval\b|new Function|setTimeout\(\s*[\"'`]",
    r"localStorage|document\.cookie|indexedDB|caches\.|pushState|replaceState",
    r"new EventSource|sendBeacon|new WebSocket",
)
#: The namespace of SVG is a name, and asks nobody.
OUTSIDE = re.compile(r"(?:https?:)?//(?!www\.w3\.org/2000/svg)[a-z0-9.-]+\.[a-z]{2,}", re.IGNORECASE)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """With keys and a store that is away: the page needs neither."""
    values: dict[str, Any] = {
        "data_dir": tmp_path_factory.mktemp("page"),
        "redis_url": "redis://127.0.0.1:1/0",
        "auth": "keys",
    }
    return TestClient(make_app(Settings.model_validate(values)), base_url="http://localhost")


def test_the_page_runs_nothing_but_its_own_files(gateway: TestClient) -> None:
    answer = gateway.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": "'self'",
        "img-src": "'self' data:",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    assert answer.headers["cache-control"] == "no-store", "a browser keeps what was typed with the page"


def test_every_file_is_there_and_asked_for_anew(gateway: TestClient) -> None:
    for path in FILES:
        if path.name == INDEX:
            continue
        answer = gateway.get(f"/page/{path.name}")
        assert (answer.status_code, answer.content) == (200, path.read_bytes())
        assert answer.headers["cache-control"] == "no-cache"
        again = gateway.get(f"/page/{path.name}", headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["none.js", INDEX, "..%2Ffiles.py", "%2e%2e%2ffiles.py", ""])
def test_there_is_no_other_file(gateway: TestClient, name: str) -> None:
    answer = gateway.get(f"/page/{name}")
    # A place that is none asks for a key.
    assert answer.status_code in {401, 404}
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_files_name_is_there() -> None:
    names = {path.name for path in FILES}
    for path in FILES:
        source = path.read_text(encoding="utf-8")
        assert set(re.findall(r'(?:href|src)="/page/([^"]+)"', source)) <= names
        assert set(re.findall(r'from "\./([^"]+)"', source)) <= names
    imported = {name for path in SCRIPTS for name in re.findall(r'from "\./([^"]+)"', path.read_text(encoding="utf-8"))}
    assert {path.name for path in SCRIPTS} - imported == {"main.js"}


def test_markup_has_no_script_and_no_style_of_its_own() -> None:
    source = (STATIC / INDEX).read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=|javascript:", source) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.name))
def test_no_file_asks_another_host(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    if path.name != "examples.js":
        assert OUTSIDE.findall(source) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.name))
def test_no_text_can_become_markup_or_stay_behind(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    for pattern in FORBIDDEN:
        assert re.findall(pattern, source) == []
    assert len(source.splitlines()) <= LONGEST_SCRIPT
