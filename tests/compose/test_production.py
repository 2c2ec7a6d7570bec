"""The composition for production: a domain, certificates by Caddy itself, HTTPS alone."""

import re
import ssl
from collections.abc import Iterator
from typing import Any, Final

import httpx2 as httpx
import pytest

from tests.canary.marker import TEXT
from tests.compose.composition import Composition
from tests.compose.sending import assert_done, submit
from tests.compose.test_hardening import CONNECT, MEGABYTE
from tests.services.processes import eventually

DOMAIN: Final = "anonymize.test"
FILES: Final = ("docker-compose.yaml", "docker-compose.prod.yaml")
AUTHORITY: Final = "/data/caddy/pki/authorities/local/root.crt"
HSTS: Final = "max-age=63072000; includeSubDomains"
SETTINGS: Final = {
    "DOMAIN": DOMAIN,
    "ACME_EMAIL": f"operator@{DOMAIN}",
    "TLS_ISSUER": "internal",
    "HTTP_PORT": "127.0.0.1:0",
    "HTTPS_PORT": "127.0.0.1:0",
    "MAX_BODY": "1MB",
    "MODELS": "en_sm",
    "WORKER_PROCESSES": "1",
    "LOG_LEVEL": "debug",
}


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory, engine: None) -> Iterator[Composition]:
    composition = Composition(tmp_path_factory.mktemp("production"), SETTINGS, files=FILES)
    try:
        composition.up()
        yield composition
    finally:
        composition.end()


@pytest.fixture(scope="module")
def trusted(production: Composition) -> ssl.SSLContext:
    """A client that trusts the composition's own authority and nobody else."""
    return ssl.create_default_context(cadata=production.inside("caddy", "cat", AUTHORITY))


def client(production: Composition, context: ssl.SSLContext, **how: Any) -> httpx.Client:
    """Connects to where Caddy's port is now: it is another one after each start."""
    return httpx.Client(base_url=f"https://{production.address('caddy', 443)}", verify=context, timeout=60, **how)


@pytest.fixture(scope="module")
def key(production: Composition) -> str:
    return production.make_key("crm")


@pytest.fixture
def https(production: Composition, trusted: ssl.SSLContext, key: str) -> Iterator[httpx.Client]:
    """Of a client with a key. It connects to this machine, and asks for the domain by name and certificate."""
    headers = {"Host": DOMAIN, "Authorization": f"Bearer {key}"}
    with client(production, trusted, headers=headers, event_hooks={"request": [_name_domain]}) as http:
        yield http


def _name_domain(request: httpx.Request) -> None:
    request.extensions = {**request.extensions, "sni_hostname": DOMAIN}


def test_a_job_over_https(https: httpx.Client) -> None:
    job_id = submit(https)
    assert_done(https, job_id)
    with https.stream("GET", f"/v1/jobs/{job_id}/events") as events:
        assert "succeeded" in "".join(events.iter_text())


def test_the_certificate_is_the_domains_and_of_the_authority(production: Composition, trusted: ssl.SSLContext) -> None:
    for context, name in ((ssl.create_default_context(), DOMAIN), (trusted, "other.test")):
        with client(production, context) as http, pytest.raises(httpx.ConnectError):
            http.get("/health/live", headers={"Host": name}, extensions={"sni_hostname": name})


def test_the_authority_outlives_its_container(production: Composition, trusted: ssl.SSLContext) -> None:
    production.up("--force-recreate", "--no-deps", "caddy")
    with client(production, trusted, event_hooks={"request": [_name_domain]}) as http:
        assert http.get("/health/ready", headers={"Host": DOMAIN}).status_code == 200


def test_http_is_sent_to_https(production: Composition) -> None:
    with httpx.Client(base_url=f"http://{production.address('caddy', 80)}") as http:
        for method, path in (("GET", "/docs?a=1"), ("POST", "/v1/jobs"), ("GET", "/flower/")):
            answer = http.request(method, path, headers={"Host": DOMAIN})
            assert (answer.status_code, answer.headers["location"]) == (308, f"https://{DOMAIN}{path}")


@pytest.mark.parametrize("path", ["/health/ready", "/docs", "/v1/jobs/unknown", "/flower/", "/metrics"])
def test_every_answer_tells_browsers_to_stay_with_https(https: httpx.Client, path: str) -> None:
    answer = https.get(path)
    assert answer.headers.get_list("strict-transport-security") == [HSTS]
    assert "server" not in answer.headers


def test_only_caddy_is_published(production: Composition) -> None:
    for service in ("gateway", "worker", "courier", "flower", "redis"):
        assert not any((production.inspect(service)["NetworkSettings"]["Ports"] or {}).values()), service
    assert set(production.inspect("caddy")["NetworkSettings"]["Ports"]) >= {"80/tcp", "443/tcp"}


def test_the_gateway_runs_several_processes_and_has_no_way_out(production: Composition) -> None:
    seen = production.inspect("gateway")
    assert [name.rpartition("_")[2] for name in seen["NetworkSettings"]["Networks"]] == ["inside"]
    assert seen["HostConfig"]["Memory"] == 1024 * MEGABYTE
    assert "GATEWAY_PROCESSES=2" in seen["Config"]["Env"]
    assert production.inside("gateway", "python", "-c", CONNECT, "192.0.2.1", "443").strip() == "refused"


def test_flower_stands_behind_the_proxy_and_its_password(production: Composition, https: httpx.Client) -> None:
    assert https.get("/flower/", headers={"Authorization": ""}).status_code == 401
    user, _, password = production.secrets["FLOWER_BASIC_AUTH"].partition(":")
    assert https.get("/flower/workers", auth=(user, password)).status_code == 200
    assert https.get("/flower/metrics", auth=(user, password)).status_code == 404


def test_requests_have_bounds(https: httpx.Client) -> None:
    # Below the gateway's own bound. Caddy 2.6, which stands in here, ends such a request with 502.
    large = https.post("/v1/jobs", content=b"x" * 2_000_000, headers={"Content-Type": "application/json"})
    assert large.status_code in {413, 502}
    assert https.get("/health/live", headers={"X-Long": "x" * 40_000}).status_code == 431


def test_another_name_is_not_served(https: httpx.Client) -> None:
    answer = https.get("/v1/models", headers={"Host": "other.test"})
    assert "models" not in answer.text


def test_a_request_that_caddy_cannot_pass_on_leaves_no_trace(
    production: Composition, trusted: ssl.SSLContext, https: httpx.Client
) -> None:
    production.compose("kill", "gateway")
    answer = https.get(f"/{TEXT.core}", headers={"X-Name": TEXT.core})
    assert answer.status_code in {502, 503}
    production.up()
    with client(production, trusted, event_hooks={"request": [_name_domain]}) as again:
        eventually(
            lambda: again.get("/health/ready", headers={"Host": DOMAIN}).status_code == 200, what="it is served again"
        )
    logs = production.logs()
    assert b"caddy" in logs
    assert TEXT.sightings([("logs", logs)]) == []


def test_it_does_not_start_without_a_domain(production: Composition) -> None:
    said = production.compose("config", "--quiet", environment={"DOMAIN": ""}, expected=None)
    assert re.search("DOMAIN.*name that clients reach", said)
