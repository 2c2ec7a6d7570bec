"""Bad input: each a problem+json that says what to do; none repeats the text, and nothing is lost or half accepted."""

import json
import socket
from typing import Any

import httpx2 as httpx
import pytest

from tests.services.stack import Stack

MARK = "Xq7Zmarker"
SPACE = " \t\n"
#: name, body, status, problem type, pointer
BODIES: list[tuple[str, bytes, int, str, str | None]] = [
    ("empty text", b'{"text": ""}', 422, "invalid-text", "/text"),
    ("blank text", json.dumps({"text": SPACE}).encode(), 422, "invalid-text", "/text"),
    ("no text", b'{"model_size": "sm"}', 422, "invalid-request", "/text"),
    ("text a number", b'{"text": 5}', 422, "invalid-request", "/text"),
    ("text null", b'{"text": null}', 422, "invalid-request", "/text"),
    ("text a list", f'{{"text": ["{MARK}"]}}'.encode(), 422, "invalid-request", "/text"),
    ("an array", f'["{MARK}"]'.encode(), 422, "invalid-request", None),
    ("not JSON", f'{{"text": "{MARK}"'.encode(), 422, "invalid-request", None),
    ("not UTF-8", b'{"text": "' + MARK.encode() + b'\xff\xfe"}', 422, "invalid-request", None),
    ("no body", b"", 422, "invalid-request", None),
    ("nested deeply", b"[" * 100_000, 422, "json-too-complex", ""),
    ("a lone surrogate", f'{{"text": "{MARK}\\ud800"}}'.encode(), 422, "invalid-text", "/text"),
    ("NUL", f'{{"text": "{MARK}\\u0000"}}'.encode(), 422, "invalid-text", "/text"),
]
ENTITIES_ONLY = [
    ("unknown language", f'{{"text": "{MARK}", "model_language": "xx"}}', 422, "invalid-request", "/model_language"),
    ("unknown size", f'{{"text": "{MARK}", "model_size": "{MARK}"}}', 422, "invalid-request", "/model_size"),
    ("size not served", f'{{"text": "{MARK}", "model_size": "lg"}}', 422, "model-unavailable", None),
]
JOBS_ONLY = [
    ("unknown language", f'{{"text": "{MARK}", "language": "xx"}}', 422, "invalid-request", "/language"),
    ("unknown size", f'{{"text": "{MARK}", "model_size": "xl"}}', 422, "invalid-request", "/model_size"),
    ("size not served", f'{{"text": "{MARK}", "model_size": "lg"}}', 422, "model-unavailable", None),
    (
        "surrogate in an option",
        f'{{"text": "{MARK}", "options": {{"allow": ["{MARK}\\ud800"]}}}}',
        422,
        "invalid-request",
        "/options/allow/0",
    ),
    (
        "unknown operator",
        f'{{"text": "{MARK}", "options": {{"operators": {{"PERSON": {{"name": "shred"}}}}}}}}',
        422,
        "invalid-request",
        "/options/operators/PERSON",
    ),
    (
        "bad parameter",
        f'{{"text": "{MARK}", "options": {{"operators": {{"PERSON": {{"name": "mask", "colour": 1}}}}}}}}',
        422,
        "invalid-request",
        "/options/operators/PERSON/mask/colour",
    ),
    (
        "unknown type",
        f'{{"text": "{MARK}", "options": {{"entity_types": ["PERSN"]}}}}',
        422,
        "invalid-request",
        "/options/entity_types/0",
    ),
    (
        "a country without a form of a number",
        f'{{"text": "{MARK}", "options": {{"countries": ["FR", "XX"]}}}}',
        422,
        "invalid-request",
        "/options/countries/1",
    ),
    (
        "look-around",
        f'{{"text": "{MARK}", "options": {{"recognizers": [{{"type": "X", "pattern": "(?={MARK})"}}]}}}}',
        422,
        "invalid-request",
        "/options/recognizers/0/pattern",
    ),
    (
        "51 recognizers",
        json.dumps({"text": MARK, "options": {"recognizers": [{"type": "X", "pattern": "a"}] * 51}}),
        422,
        "invalid-request",
        "/options/recognizers",
    ),
    ("unknown field", f'{{"text": "{MARK}", "{MARK}": 1}}', 422, "invalid-request", "/*"),
]
CASES = [(path, *case) for path in ("/entities", "/v1/jobs") for case in BODIES]
CASES += [("/entities", name, body.encode(), *rest) for name, body, *rest in ENTITIES_ONLY]  # type: ignore[misc]  # the rows are of one shape
CASES += [("/v1/jobs", name, body.encode(), *rest) for name, body, *rest in JOBS_ONLY]  # type: ignore[misc]  # the rows are of one shape


def assert_problem(answer: httpx.Response, status: int, kind: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["type"].rpartition("/")[2] == kind
    assert problem["status"] == status
    assert problem["detail"]
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert MARK not in answer.text, "an error repeats what the client sent"
    return problem


@pytest.mark.parametrize(("path", "name", "body", "status", "kind", "pointer"), CASES)
def test_a_bad_body(
    stack: Stack, path: str, name: str, body: bytes, status: int, kind: str, pointer: str | None
) -> None:
    answer = stack.http.post(path, content=body, headers={"Content-Type": "application/json"})
    problem = assert_problem(answer, status, kind)
    if pointer is not None:
        assert [error["pointer"] for error in problem["errors"]] == [pointer]
        assert all(error["detail"] for error in problem["errors"])


def test_a_size_that_is_not_served_names_those_that_are(stack: Stack) -> None:
    problem = stack.http.post("/entities", json={"text": "Paris", "model_size": "lg"}).json()
    assert "en sm, fr sm" in problem["detail"]


@pytest.mark.parametrize("path", ["/entities", "/v1/jobs"])
def test_a_text_that_is_too_long(stack: Stack, path: str) -> None:
    answer = stack.http.post(path, json={"text": "a" * 1_000_001})
    assert "1000000" in assert_problem(answer, 413, "text-too-long")["detail"]


def test_the_longest_text_is_taken_in_whatever_escapes(stack: Stack) -> None:
    body = b'{"text": "' + b"\\u00e9" * 1_000_000 + b'"}'
    answer = stack.http.post("/v1/jobs", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 202
    assert stack.job(answer.json()["id"], wait_s=60)["state"] == "succeeded"


def test_a_body_that_is_too_large_by_its_header(stack: Stack) -> None:
    with socket.create_connection(("127.0.0.1", stack.port)) as raw:
        raw.sendall(b"POST /entities HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9000000\r\n\r\n")
        assert raw.recv(4096).startswith(b"HTTP/1.1 413")


def test_a_body_that_is_too_large_while_it_streams(stack: Stack) -> None:
    def pieces() -> Any:
        yield b'{"text": "'
        for _ in range(90):
            yield b"a" * 100_000

    assert_problem(stack.http.post("/v1/jobs", content=pieces()), 413, "body-too-large")


@pytest.mark.parametrize("job_id", ["job_" + "0" * 32, MARK, "job_%00", "..%2f..", "job_" + "é" * 32])
@pytest.mark.parametrize("part", ["", "/result"])
def test_an_unknown_job(stack: Stack, job_id: str, part: str) -> None:
    answer = stack.http.get(f"/v1/jobs/{job_id}{part}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert MARK not in answer.text


@pytest.mark.parametrize(("method", "path", "status"), [("GET", f"/{MARK}", 404), ("DELETE", "/entities", 405)])
def test_an_unknown_place_or_method(stack: Stack, method: str, path: str, status: int) -> None:
    assert_problem(stack.http.request(method, path), status, "about:blank")


def test_a_result_before_its_time(fragile_stack: Stack) -> None:
    fragile_stack.pretend_worker("en_sm")
    job_id = fragile_stack.submit("Angela Merkel")
    answer = fragile_stack.http.get(f"/v1/jobs/{job_id}/result")
    assert_problem(answer, 409, "job-not-finished")
    assert answer.headers["Retry-After"]


def test_no_worker_for_the_model(fragile_stack: Stack) -> None:
    answer = fragile_stack.http.post("/entities", json={"text": "Paris"})
    assert_problem(answer, 503, "no-worker")
    assert answer.headers["Retry-After"]
    assert_problem(fragile_stack.http.get("/health/ready"), 503, "no-worker")
    assert fragile_stack.http.get("/health/live").status_code == 200


def test_no_worker_for_one_model_while_others_are_served(fragile_stack: Stack) -> None:
    fragile_stack.start_worker(MODELS="en_sm")
    assert fragile_stack.http.post("/entities", json={"text": "Paris"}).status_code == 200
    for size, status, kind in (("sm", 503, "no-worker"), ("md", 422, "model-unavailable")):
        body = {"text": "Paris", "model_language": "fr", "model_size": size}
        assert_problem(fragile_stack.http.post("/entities", json=body), status, kind)


def test_nothing_of_what_was_sent_is_in_the_logs(stack: Stack) -> None:
    stack.http.post("/entities", content=f'{{"text": "{MARK}\\ud800"}}'.encode())
    stack.http.get(f"/v1/jobs/{MARK}")
    assert MARK not in stack.logs()
