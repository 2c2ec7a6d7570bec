"""Every door but the two for texts: bad input, its status, its problem type; nothing is made or lost by it.

Bodies of texts are in test_bad_input.py, the rules of files in tests/unit/test_files_*.py.
"""

import gzip
import json
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from tests.integration.test_bad_input import MARK, assert_problem
from tests.services.stack import Stack

_NO_JOB: Final = f"/v1/jobs/job_{'0' * 32}"
_TEXT: Final = {"text": "Angela Merkel"}
_URL: Final = "https://hooks.example.com/"
_ENDPOINT: Final = "/v1/webhook-endpoints/none"
_KEY: Final = "Idempotency-Key"


@dataclass(frozen=True, slots=True)
class Case:
    """A request, and how it is refused. `pointer`: None where there is nothing to point to."""

    name: str
    method: str
    path: str
    status: int
    kind: str
    pointer: str | None = None
    request: dict[str, Any] = field(default_factory=dict)


def _form(name: str, content: bytes = b"Angela Merkel", **request: Any) -> dict[str, Any]:
    files: list[Any] = [("file", (name, content))]
    if request:
        files.append(("request", (None, json.dumps(request), "application/json")))
    return {"files": files}


def _submit(name: str, status: int, kind: str, pointer: str | None, **request: Any) -> Case:
    return Case(name, "POST", "/v1/jobs", status, kind, pointer, request)


def _form_with(boundary: str, body: bytes) -> dict[str, Any]:
    return {"content": body, "headers": {"Content-Type": f"multipart/form-data; boundary={boundary}"}}


_INVALID: Final = (422, "invalid-request")
_CASES: Final = [
    # What a job may have beside its texts.
    _submit("text and documents", *_INVALID, "/documents", json={**_TEXT, "documents": [_TEXT]}),
    _submit("neither", *_INVALID, "/text", json={}),
    _submit("no document", *_INVALID, "/documents", json={"documents": []}),
    _submit("a document without a text", *_INVALID, "/documents/0/text", json={"documents": [{"custom_id": MARK}]}),
    _submit(
        "a long custom_id", *_INVALID, "/documents/0/custom_id", json={"documents": [{**_TEXT, "custom_id": MARK * 30}]}
    ),
    _submit("10,001 documents", 413, "too-many-documents", None, json={"documents": [{"text": "a"}] * 10_001}),
    _submit("metadata above 10 kB", *_INVALID, "/metadata", json={**_TEXT, "metadata": {"a": MARK * 1_100}}),
    _submit("metadata a list", *_INVALID, "/metadata", json={**_TEXT, "metadata": [MARK]}),
    _submit("keep_input a word", *_INVALID, "/keep_input", json={**_TEXT, "keep_input": "yes"}),
    _submit(
        "a deadline in the past",
        422,
        "deadline-passed",
        "/deadline",
        json={**_TEXT, "deadline": "2001-01-01T00:00:00Z"},
    ),
    _submit("a deadline without a zone", *_INVALID, "/deadline", json={**_TEXT, "deadline": "2099-01-01T00:00:00"}),
    _submit("a deadline of no month", *_INVALID, "/deadline", json={**_TEXT, "deadline": "2099-13-01T00:00:00Z"}),
    _submit(
        "a template that is none", 404, "template-not-found", None, json={**_TEXT, "options": {"template": "none"}}
    ),
    _submit("a webhook without a URL", *_INVALID, "/webhook/url", json={**_TEXT, "webhook": {}}),
    _submit(
        "a webhook to a private host",
        422,
        "webhook-url-refused",
        "/webhook/url",
        json={**_TEXT, "webhook": {"url": "https://10.0.0.1/"}},
    ),
    _submit(
        "a webhook for no event",
        *_INVALID,
        "/webhook/events/0",
        json={**_TEXT, "webhook": {"url": _URL, "events": ["job.born"]}},
    ),
    # Headers.
    _submit("Cancel-After 0", *_INVALID, "/headers/Cancel-After", json=_TEXT, headers={"Cancel-After": "0"}),
    _submit("Cancel-After a word", *_INVALID, "/headers/Cancel-After", json=_TEXT, headers={"Cancel-After": MARK}),
    _submit("Cancel-After 31 days", *_INVALID, "/headers/Cancel-After", json=_TEXT, headers={"Cancel-After": "744h1s"}),
    _submit("an empty key", *_INVALID, "/headers/Idempotency-Key", json=_TEXT, headers={_KEY: ""}),
    _submit("a key with a blank", *_INVALID, "/headers/Idempotency-Key", json=_TEXT, headers={_KEY: f"{MARK} a"}),
    _submit("a key of 256", *_INVALID, "/headers/Idempotency-Key", json=_TEXT, headers={_KEY: "k" * 256}),
    # Files.
    _submit("a picture", 415, "unsupported-file", None, **_form(f"{MARK}.png")),
    _submit("a name without an ending", 415, "unsupported-file", None, **_form(MARK)),
    _submit("an empty file", *_INVALID, "/file", **_form("a.txt", b"")),
    _submit("two files", *_INVALID, "/file", files=[("file", ("a.txt", b"a")), ("file", ("b.txt", b"b"))]),
    _submit("no file", *_INVALID, "/file", files={"request": (None, "{}", "application/json")}),
    _submit("an unknown field", *_INVALID, "", files={MARK: ("a.txt", b"a")}),
    _submit("a request that is no JSON", *_INVALID, "", files={"file": ("a.txt", b"a"), "request": (None, MARK)}),
    _submit("a text beside a file", *_INVALID, "/text", **_form("a.txt", text=MARK)),
    _submit("columns of a txt", *_INVALID, "/file/columns", **_form("a.txt", file={"columns": ["a"]})),
    _submit("bytes as offsets", *_INVALID, "/options/offset_unit", **_form("a.txt", options={"offset_unit": "byte"})),
    _submit("a boundary that is none", *_INVALID, "", **_form_with("a", b"no boundary here")),
    _submit(
        "a form that ends early",
        *_INVALID,
        "",
        **_form_with("a", b'--a\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nAng'),
    ),
    # Jobs.
    *(
        Case(f"no such job {path}", method, f"{_NO_JOB}{path}", 404, "job-not-found")
        for method, path in (
            ("GET", ""),
            ("GET", "/result"),
            ("GET", "/file"),
            ("GET", "/events"),
            ("GET", "/deliveries"),
            ("POST", "/cancel"),
            ("POST", "/deliveries/none/redeliver"),
            ("DELETE", ""),
        )
    ),
    Case("a cursor that is none", "GET", "/v1/jobs", *_INVALID, "/query/cursor", {"params": {"cursor": MARK}}),
    Case("a state that is none", "GET", "/v1/jobs", *_INVALID, "/query/state/0", {"params": {"state": MARK}}),
    Case("limit 0", "GET", "/v1/jobs", *_INVALID, "/query/limit", {"params": {"limit": "0"}}),
    Case("limit a word", "GET", "/v1/jobs", *_INVALID, "/query/limit", {"params": {"limit": MARK}}),
    Case(
        "a moment that is none",
        "GET",
        "/v1/jobs",
        *_INVALID,
        "/query/created_after",
        {"params": {"created_after": "1"}},
    ),
    Case("too long an id", "GET", f"/v1/jobs/{'j' * 201}", *_INVALID, "/path/job_id"),
    # Templates.
    Case("a name with a blank", "PUT", "/v1/templates/a%20b", *_INVALID, "/path/name", {"json": {}}),
    Case(
        "options that are none",
        "PUT",
        "/v1/templates/bad",
        *_INVALID,
        "/score_threshold",
        {"json": {"score_threshold": 2}},
    ),
    Case("a template of a template", "PUT", "/v1/templates/bad", *_INVALID, "/template", {"json": {"template": "a"}}),
    Case("no such template", "GET", "/v1/templates/bad", 404, "template-not-found"),
    Case("no such template", "DELETE", "/v1/templates/bad", 404, "template-not-found"),
    # Tokens.
    Case("nothing", "POST", "/v1/deanonymize", *_INVALID, None, {"json": {}}),
    Case("blank", "POST", "/v1/deanonymize", 422, "invalid-text", "/text", {"json": {"text": " "}}),
    *(
        Case(name, "POST", "/v1/deanonymize", 422, kind, "/text", {"json": {"text": f"<PERSON:siv:{token}>"}})
        for name, kind, token in (
            ("a token that was cut", "token-invalid", "AAAA"),
            ("a token of a key that is none", "token-key-unknown", "A" * 40),
        )
    ),
    # Webhooks.
    Case("no URL", "PUT", _ENDPOINT, *_INVALID, "/url", {"json": {}}),
    Case("http", "PUT", _ENDPOINT, 422, "webhook-url-refused", "/url", {"json": {"url": "http://hooks.example.com/"}}),
    Case("no such event", "PUT", _ENDPOINT, *_INVALID, "/events/0", {"json": {"url": _URL, "events": ["job.born"]}}),
    *(
        Case(f"no such endpoint {path}", method, f"{_ENDPOINT}{path}", 404, "webhook-endpoint-not-found")
        for method, path in (
            ("GET", ""),
            ("DELETE", ""),
            ("GET", "/deliveries"),
            ("POST", "/ping"),
            ("POST", "/rotate"),
            ("POST", "/enable"),
            ("POST", "/disable"),
        )
    ),
]


def _made(stack: Stack) -> list[Any]:
    """What a client has: its newest jobs, templates and endpoints."""
    places = ("/v1/jobs?limit=1", "/v1/templates", "/v1/webhook-endpoints")
    jobs, *rest = (stack.http.get(place).json() for place in places)
    return [[job["id"] for job in jobs["jobs"]], *rest]


@pytest.mark.parametrize("case", _CASES, ids=lambda case: f"{case.method} {case.path}: {case.name}"[:90])
def test_a_bad_request_makes_nothing(stack: Stack, case: Case) -> None:
    before = _made(stack)
    answer = stack.http.request(case.method, case.path, **case.request)
    problem = assert_problem(answer, case.status, case.kind)
    pointers = [error["pointer"] for error in problem.get("errors", [])]
    assert case.pointer is None or case.pointer in pointers
    assert _made(stack) == before


@pytest.mark.parametrize(
    ("name", "content", "status", "kind"),
    [
        pytest.param("a.json", b'{"a": ' + MARK.encode(), 422, "unreadable-file", id="json that ends early"),
        pytest.param("a.docx", b"no package at all", 415, "unsupported-file", id="a docx that is none"),
        pytest.param("a.txt.gz", gzip.compress(MARK.encode())[:-9], 422, "unreadable-file", id="gzip that ends early"),
        pytest.param("a.csv", b'a,b\n"' + MARK.encode(), 422, "unreadable-file", id="csv with an open quote"),
    ],
)
def test_a_file_that_is_not_what_its_name_says(stack: Stack, name: str, content: bytes, status: int, kind: str) -> None:
    """A worker opens it; who sent it is told at once where that is soon, and by the job's problem where it is not."""
    before = _made(stack)
    answer = stack.http.post("/v1/jobs", files={"file": (name, content)})
    assert_problem(answer, status, kind)
    assert _made(stack) == before


def test_the_same_key_for_another_request_leaves_the_first_job(stack: Stack) -> None:
    headers = {_KEY: f"{MARK}-1"}
    first = stack.http.post("/v1/jobs", json=_TEXT, headers=headers)
    other = stack.http.post("/v1/jobs", json={"text": "Emmanuel Macron"}, headers=headers)
    assert_problem(other, 422, "idempotency-mismatch")
    assert stack.job(first.json()["id"], wait_s=60)["state"] == "succeeded"


def test_a_refused_request_frees_its_key(stack: Stack) -> None:
    headers = {_KEY: f"{MARK}-2"}
    assert_problem(stack.http.post("/v1/jobs", json={"text": " "}, headers=headers), 422, "invalid-text")
    assert stack.http.post("/v1/jobs", json=_TEXT, headers=headers).status_code == 202


def test_an_erased_job_is_gone_everywhere(stack: Stack) -> None:
    place = f"/v1/jobs/{stack.submit('Angela Merkel')}"
    receipt = stack.http.delete(place)
    assert receipt.status_code == 200
    for method, path in (("GET", ""), ("GET", "/result"), ("GET", "/file"), ("GET", "/events"), ("POST", "/cancel")):
        assert_problem(stack.http.request(method, f"{place}{path}"), 410, "job-erased")


def test_a_bad_document_fails_alone(stack: Stack) -> None:
    documents = [
        {"text": "Angela Merkel"},
        {"text": " "},
        {"text": "Paris", "language": "xx"},
        {"text": "a" * 1_000_001},
    ]
    answer = stack.http.post("/v1/jobs", json={"documents": documents}, headers={"Prefer": "wait=60"})
    job = answer.json()
    assert (answer.status_code, job["counts"]) == (200, {"total": 4, "succeeded": 1, "failed": 3})
    kinds = [each["problem"] for each in stack.result(job["id"])["documents"]]
    assert kinds == [None, "invalid-text", "model-unavailable", "text-too-long"]
