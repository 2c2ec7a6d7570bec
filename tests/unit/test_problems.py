"""Errors as RFC 9457 has them, and none repeats what was sent."""

import json
from typing import Any, Literal

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel, ConfigDict, Field

from gateway import problems
from gateway.problem_responses import problems as responses
from gateway.protection.bodies import BodyLimit
from gateway.protection.edge import Edge
from shared.errors import (
    PROBLEM_BASE,
    FieldError,
    InvalidText,
    JobNotFound,
    NoWorker,
    ServiceError,
    StoreUnavailable,
    all_errors,
    error_of,
)

MARK = "Xq7Zmarker"


class _Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")

    size: Literal["sm", "md"] = "sm"
    count: int = Field(default=1, ge=1, le=5)
    names: list[str] = Field(default=[], max_length=2)
    is_on: bool = False


class _Body(BaseModel):
    text: str = Field(min_length=1, max_length=50)
    inner: _Inner = _Inner()
    table: dict[str, _Inner] = {}


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI()
    problems.install(app)
    app.add_middleware(BodyLimit, max_bytes=10_000, max_json_depth=20, max_json_values=1_000)
    app.add_middleware(Edge, is_https=False)

    @app.post("/checked")
    async def checked(_: _Body) -> None: ...

    @app.get("/raise/{problem}")
    async def refuse(problem: str) -> None:
        raise error_of(problem)

    @app.get("/fields")
    async def fields() -> None:
        raise InvalidText("Why.", errors=(FieldError("/a/0", "One."), FieldError("/b", "Two.")))

    @app.get("/fault/{what}")
    async def fault(what: str) -> None:
        raise RuntimeError(what)

    return TestClient(app, raise_server_exceptions=False)


def assert_problem(answer: Any, status: int) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    assert answer.status_code == body["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert body["request_id"] == answer.headers["x-request-id"]
    assert body["instance"] == f"urn:request:{body['request_id']}"
    assert body["title"]
    assert body["detail"]
    assert MARK not in answer.text
    return body


@pytest.mark.parametrize("error", all_errors())
def test_every_error_is_a_problem_of_its_own(client: TestClient, error: type[ServiceError]) -> None:
    answer = client.get(f"/raise/{error.problem}")
    body = assert_problem(answer, error.status)
    assert body["type"] == PROBLEM_BASE + error.problem
    assert (body["title"], "errors" in body) == (error.title, False)
    assert answer.headers.get("retry-after") == (error.retry_after_s and str(error.retry_after_s))


def test_no_two_errors_have_one_problem_type() -> None:
    names = [error.problem for error in all_errors()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("error", all_errors())
def test_every_error_says_what_to_do_or_what_happened(error: type[ServiceError]) -> None:
    assert error().detail.endswith((".", "see errors"))
    assert 400 <= error.status < 600
    assert error("Another.").detail == str(error("Another.")) == "Another."


def test_a_problem_of_another_version_is_the_root() -> None:
    assert error_of("from-the-future") is ServiceError


def test_the_fields_at_fault_are_named(client: TestClient) -> None:
    body = assert_problem(client.get("/fields"), 422)
    assert body["errors"] == [{"pointer": "/a/0", "detail": "One."}, {"pointer": "/b", "detail": "Two."}]


def test_a_fault_of_ours_says_nothing_of_its_cause(client: TestClient) -> None:
    body = assert_problem(client.get(f"/fault/{MARK}"), 500)
    assert "request_id" in body["detail"]


@pytest.mark.parametrize(
    ("body", "pointer", "detail"),
    [
        ({}, "/text", "This field is required."),
        ({"text": 5}, "/text", "Must be a string."),
        ({"text": ""}, "/text", "Must not be empty."),
        ({"text": MARK * 6}, "/text", "Is too long."),
        ({"text": "a", "inner": MARK}, "/inner", "Must be an object."),
        ({"text": "a", "inner": {"size": MARK}}, "/inner/size", "Must be one of 'sm' or 'md'."),
        ({"text": "a", "inner": {"count": 0}}, "/inner/count", "Must be at least 1."),
        ({"text": "a", "inner": {"count": 6}}, "/inner/count", "Must be at most 5."),
        ({"text": "a", "inner": {"count": MARK}}, "/inner/count", None),
        ({"text": "a", "inner": {"names": MARK}}, "/inner/names", "Must be an array."),
        ({"text": "a", "inner": {"names": ["a"] * 3}}, "/inner/names", "Must not have more than 2 entries."),
        ({"text": "a", "inner": {"is_on": MARK}}, "/inner/is_on", None),
        ({"text": "a", "inner": {MARK: 1}}, "/inner/*", "This field is not known; see /docs."),
        ({"text": "a", "table": MARK}, "/table", "Must be an object."),
        ([MARK], "", "Must be an object."),
    ],
)
def test_a_bad_field_is_named_without_its_value(
    client: TestClient, body: Any, pointer: str, detail: str | None
) -> None:
    (error,) = assert_problem(client.post("/checked", json=body), 422)["errors"]
    assert error["pointer"] == pointer
    assert error["detail"]
    assert detail in (None, error["detail"])


def test_a_callers_own_key_is_not_repeated(client: TestClient) -> None:
    """Keys of an object are the caller's as well: a name may stand there."""
    assert_problem(client.post("/checked", json={"text": "a", "table": {MARK: {"count": 0}}}), 422)


def test_a_pointer_names_our_fields_and_hides_the_clients(client: TestClient) -> None:
    (error,) = problems.field_errors([{"loc": ("body", "options", "a/b~c", 0), "type": "missing"}])
    assert error.pointer == "/options/*/0"


@pytest.mark.parametrize("body", [b"[" * 9_000, b'{"text": ' * 21, b"[" + b"0," * 1_000])
def test_json_that_is_too_complex(client: TestClient, body: bytes) -> None:
    answer = client.post("/checked", content=body, headers={"Content-Type": "application/json"})
    assert assert_problem(answer, 422)["type"].endswith("/json-too-complex")


@pytest.mark.parametrize("body", [b"{", b'{"text": "' + MARK.encode() + b"\xff", MARK.encode()])
def test_what_is_not_json(client: TestClient, body: bytes) -> None:
    answer = client.post("/checked", content=body, headers={"Content-Type": "application/json"})
    (error,) = assert_problem(answer, 422)["errors"]
    assert error == {"pointer": "", "detail": "The body is not valid JSON."}


def test_a_body_that_is_too_large(client: TestClient) -> None:
    assert_problem(client.post("/checked", json={"text": "a" * 10_001}), 413)


@pytest.mark.parametrize(("method", "path", "status"), [("GET", f"/{MARK}", 404), ("PUT", "/checked", 405)])
def test_places_and_methods_that_are_none(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert assert_problem(answer, status)["type"] == "about:blank"
    assert status != 405 or answer.headers["allow"] == "POST"


def test_the_documentation_lists_the_errors_of_one_status_together() -> None:
    listed = responses(NoWorker, StoreUnavailable, JobNotFound)
    assert set(listed) == {503, 404, 500}, "a fault of ours is possible everywhere"
    content = listed[503]["content"]["application/problem+json"]
    assert set(content["examples"]) == {"no-worker", "store-unavailable"}
    assert listed[503]["headers"]["Retry-After"]["required"]
    assert "headers" not in listed[404]
    assert json.dumps(listed)
