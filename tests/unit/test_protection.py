"""What browsers are told, which origins may ask, what can be closed, and what a request leaves in the log."""

import base64
import json
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gateway.app import make_app
from gateway.protection.cross_origin import REQUEST_HEADERS, RESPONSE_HEADERS
from shared.settings import Settings
from tests.services.processes import ROOT

MARK = "Xq7Zmarker"
KEY = base64.b64encode(secrets.token_bytes(32)).decode()
ORIGIN = "https://page.example"
#: Headers that a script may always read (Fetch, "CORS-safelisted response-header name").
SAFE = {"cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma"}
#: Who looks at them is not the page's script.
NOT_FOR_SCRIPTS = {"allow", "x-accel-buffering"}


def client(folder: Path, **settings: Any) -> TestClient:
    """The whole gateway, with a store that is away."""
    values = {"encryption_keys": KEY, "data_dir": folder, "redis_url": "redis://127.0.0.1:1/0", **settings}
    app = make_app(Settings.model_validate(values))
    return TestClient(app, base_url="http://localhost", raise_server_exceptions=False)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return client(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return client(tmp_path_factory.mktemp("opened"), cors_origins=ORIGIN)


ANSWERS = [
    ("GET", "/health/live", 200),
    ("GET", "/v1/entity-types", 200),
    ("GET", "/health/ready", 503),
    ("GET", f"/v1/jobs/{MARK}", 404),
    ("GET", f"/{MARK}", 404),
    ("DELETE", "/entities", 405),
    ("POST", "/entities", 422),
    ("POST", "/v1/jobs", 422),
    ("OPTIONS", "/v1/jobs", 405),
    ("GET", "/docs/files/none", 404),
]


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_every_answer_has_the_headers_that_browsers_heed(
    plain: TestClient, method: str, path: str, status: int
) -> None:
    answer = plain.request(method, path)
    assert answer.status_code == status
    headers = answer.headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "server" not in headers
    assert "strict-transport-security" not in headers, "it means nothing over http"
    assert len(headers.get_list("x-request-id")) == 1
    if status >= 400:
        assert headers["content-type"] == "application/problem+json"
        assert MARK not in answer.text


def test_a_request_id_is_ours_alone(plain: TestClient) -> None:
    sent = [plain.get("/health/live", headers={"X-Request-Id": MARK}).headers["x-request-id"] for _ in range(2)]
    assert sent[0] != sent[1]
    assert all(re.fullmatch(r"req_[0-9a-f]{24}", each) for each in sent)


def test_strict_transport_where_a_proxy_speaks_tls(tmp_path: Path) -> None:
    answer = client(tmp_path, public_url="https://api.example").get("/health/live")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_the_documentation_runs_its_own_scripts_alone(plain: TestClient) -> None:
    page = plain.get("/docs")
    policy = page.headers["content-security-policy"]
    assert len(page.headers.get_list("content-security-policy")) == 1
    assert page.text.count("<script>") == policy.count("'sha256-") == 1
    script = policy.partition("script-src ")[2].partition(";")[0]
    assert "unsafe" not in script
    sources = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(sources) == 3
    assert all(plain.get(source).status_code == 200 for source in sources)


def test_the_documentation_can_be_closed(tmp_path: Path) -> None:
    closed = client(tmp_path, docs="off")
    for path in ("/docs", "/docs/", "/openapi.json", "/docs/files/swagger-ui.css", "/redoc"):
        assert closed.get(path).status_code == 404
    assert closed.get("/v1/entity-types").status_code == 200


# --- other origins


def preflight(method: str = "POST", *names: str, origin: str = ORIGIN) -> Mapping[str, str]:
    headers = {"Origin": origin, "Access-Control-Request-Method": method}
    return {**headers, "Access-Control-Request-Headers": ",".join(names).lower()} if names else headers


def allowed(headers: Mapping[str, str]) -> set[str]:
    return {name for name in headers if name.lower().startswith("access-control-")}


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_no_origin_may_ask_by_default(plain: TestClient, method: str) -> None:
    answer = plain.request(method, "/v1/jobs", headers=preflight())
    assert allowed(answer.headers) == set()


def test_a_named_origin_may_ask(opened: TestClient) -> None:
    answer = opened.options("/v1/jobs", headers=preflight("POST", *REQUEST_HEADERS))
    assert (answer.status_code, answer.text) == (204, "")
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "access-control-allow-credentials" not in answer.headers, "there are no cookies"
    answer = opened.post("/v1/jobs", headers={"Origin": ORIGIN}, content=b"{")
    assert answer.status_code == 422
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "Origin" in answer.headers["vary"]


REFUSED = [
    preflight(origin="https://other.example"),
    preflight(origin="https://page.example.other.example"),
    preflight(origin="http://page.example"),
    preflight(origin="https://page.example:444"),
    preflight(origin="null"),
    preflight("PATCH"),
    preflight("POST", "Cookie"),
]


@pytest.mark.parametrize("headers", REFUSED)
def test_any_other_may_not(opened: TestClient, headers: Mapping[str, str]) -> None:
    answer = opened.options("/v1/jobs", headers=headers)
    assert answer.status_code == 403
    assert answer.json()["type"].endswith("/origin-not-allowed")
    assert allowed(answer.headers) == set()


def test_an_answer_to_another_origin_says_nothing_to_its_page(opened: TestClient) -> None:
    answer = opened.get("/v1/entity-types", headers={"Origin": "https://other.example"})
    assert "access-control-allow-origin" not in answer.headers
    assert "Origin" in answer.headers["vary"]


def test_a_page_may_read_every_header_that_the_contract_names(opened: TestClient) -> None:
    exposed = opened.get("/health/live", headers={"Origin": ORIGIN}).headers["access-control-expose-headers"]
    assert exposed == ", ".join(RESPONSE_HEADERS)
    readable = {name.lower() for name in RESPONSE_HEADERS} | SAFE | NOT_FOR_SCRIPTS
    assert set(_headers_of(opened.get("/openapi.json").json())) - readable == set()


def test_a_page_may_send_every_header_that_the_contract_names(opened: TestClient) -> None:
    document = opened.get("/openapi.json").json()
    named = {
        parameter["name"].lower()
        for operations in document["paths"].values()
        for operation in operations.values()
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "header"
    }
    assert named - {name.lower() for name in REQUEST_HEADERS} == set()


def _headers_of(document: Mapping[str, Any]) -> Iterator[str]:
    for operations in document["paths"].values():
        for operation in operations.values():
            for response in operation["responses"].values():
                yield from (name.lower() for name in response.get("headers", ()))


@pytest.mark.parametrize("value", ["*", "page.example", "https://page.example/", "https://Page.example", "https://a b"])
def test_what_is_no_origin_is_refused_at_the_start(value: str) -> None:
    with pytest.raises(ValueError, match="cors_origins"):
        Settings.model_validate({"cors_origins": value})


@pytest.mark.parametrize("value", ["*", "proxy", "10.0.0.0/33", "10.0.0.1/8"])
def test_no_proxy_is_trusted_by_name_or_all(value: str) -> None:
    with pytest.raises(ValueError, match="forwarded_allow_ips"):
        Settings.model_validate({"forwarded_allow_ips": value})


# --- the line in the log

#: In a process of its own: what a process logs to is decided once.
ASKING = """
import sys
from pathlib import Path
from tests.unit.test_protection import MARK, client

asked = client(Path(sys.argv[1]))
for method, path in (("GET", f"/v1/jobs/job_{'0' * 32}?q={MARK}"), ("GET", f"/{MARK}"), (MARK.upper(), "/entities"),
                     ("GET", "/health/live")):
    answer = asked.request(method, path, headers={"User-Agent": MARK, "X-Name": MARK})
    print(answer.headers["x-request-id"], answer.status_code)
"""


def test_a_request_is_a_line_with_ids_and_times_and_without_its_path(tmp_path: Path) -> None:
    command = [sys.executable, "-c", ASKING, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    told = [line for line in map(json.loads, done.stderr.splitlines()) if line["event"] == "request"]
    assert [(line["method"], line["route"]) for line in told] == [
        ("GET", "/v1/jobs/{job_id}"),
        ("GET", "none"),
        ("other", "/entities"),
    ]
    answered = [line.split() for line in done.stdout.splitlines()]
    assert [[line["request_id"], str(line["status"])] for line in told] == answered[:3]
    assert all(line["duration_ms"] >= 0 and line["client"] == "anonymous" for line in told)
    assert MARK.lower() not in done.stderr.lower()
