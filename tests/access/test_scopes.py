"""The table of what routes need is complete, and reads places as the router does."""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.routing import iter_route_contexts

from gateway.access.scopes import NEEDS, Level, Need, Scope, check_complete, need_of
from gateway.app import make_app
from shared.exposure import check_exposure
from shared.settings import Settings


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """Every method and path of the gateway."""
    app = make_app(Settings(data_dir=tmp_path_factory.mktemp("data")))
    return {
        (method, str(context.path))
        for context in iter_route_contexts(app.routes)
        for method in (context.methods or {"GET"}) - {"HEAD"}
    }


def test_every_route_stands_in_the_table_and_every_row_is_a_route(places: set[tuple[str, str]]) -> None:
    mounts = {("GET", "/docs/files")}
    assert places - mounts == set(NEEDS)
    assert mounts <= places


@pytest.mark.parametrize(
    ("add", "named"),
    [
        (lambda router: router.get("/v1/forgotten/{name}"), r"GET /v1/forgotten/\{name\}"),
        (lambda router: router.put("/v1/keys"), "PUT /v1/keys"),
        (lambda router: router.websocket("/v1/talk"), "ANY /v1/talk"),
    ],
)
def test_a_gateway_with_a_route_that_is_not_in_the_table_does_not_start(add: Any, named: str) -> None:
    async def forgotten() -> None: ...

    outer, inner = APIRouter(), APIRouter()
    add(inner)(forgotten)
    outer.include_router(inner)
    with pytest.raises(LookupError, match=named):
        check_complete(outer.routes)


def test_what_is_public_is_named_here_too() -> None:
    public = {path for (_, path), need in NEEDS.items() if need is Level.PUBLIC}
    assert public == {
        *("/", "/page/{name}", "/docs"),
        *("/health/live", "/health/ready", "/openapi.json", "/v1/webhook-keys"),
    }


def test_what_any_key_opens_is_named_here_too() -> None:
    opened = {path for (_, path), need in NEEDS.items() if need is Level.ANY_KEY}
    assert opened == {"/v1/models", "/v1/entity-types", "/v1/queues"}


@pytest.mark.parametrize(
    ("method", "path", "need"),
    [
        ("GET", "/v1/keys", Scope.ADMIN),
        ("HEAD", "/v1/keys", Scope.ADMIN),
        ("GET", "/v1/keys\n", Scope.ADMIN),
        ("DELETE", "/v1/keys/ak_0", Scope.ADMIN),
        ("DELETE", "/v1/keys/ak_0\n", Scope.ADMIN),
        ("GET", "/v1/jobs/job_0", Scope.JOBS_READ),
        ("DELETE", "/v1/jobs/job_0", Scope.JOBS_ERASE),
        ("POST", "/v1/jobs/job_0/cancel", Scope.JOBS_WRITE),
        ("GET", "/v1/jobs/..%2fkeys", Scope.JOBS_READ),
        ("GET", "/docs/files/swagger-ui.css", Level.PUBLIC),
        ("GET", "/docs/files/../../v1/keys", Level.PUBLIC),
        ("GET", "/docs/filesystem", Level.ANY_KEY),
        ("GET", "/health/live/", Level.ANY_KEY),
        ("GET", "/nowhere", Level.ANY_KEY),
        ("PATCH", "/v1/keys", Level.ANY_KEY),
        ("GET", "", Level.ANY_KEY),
    ],
)
def test_what_a_place_needs(method: str, path: str, need: Need) -> None:
    assert need_of(method, path) is need


def test_no_place_fits_two_rows() -> None:
    """Then the order of the rows would decide, and the router has its own."""
    for one, other in combinations(NEEDS, 2):
        if one[0] == other[0]:
            assert not any(_fits(path, other[1]) for path in _examples(one[1])), (one, other)


def _examples(template: str) -> Iterator[str]:
    """Its own path, and with every word of the table in place of each parameter."""
    words = {segment for _, path in NEEDS for segment in path.split("/") if "{" not in segment}
    parameters = [segment for segment in template.split("/") if "{" in segment]
    yield template
    for parameter in parameters:
        for word in words:
            yield template.replace(parameter, word)


def _fits(path: str, template: str) -> bool:
    ours, theirs = path.split("/"), template.split("/")
    return len(ours) == len(theirs) and all("{" in b or a == b for a, b in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "localhost"])
def test_on_loopback_no_key_is_needed(host: str) -> None:
    check_exposure(Settings(host=host))


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "::", "", "0", "127.1", "10.0.0.1", "192.0.2.7", "::ffff:0.0.0.0", "gateway", "localhost.example.com"],
)
def test_anywhere_else_a_gateway_without_keys_does_not_start(host: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="AUTH=none is for loopback addresses alone"):
        make_app(Settings(host=host, data_dir=tmp_path))
    make_app(Settings(host=host, data_dir=tmp_path, auth="keys"))
