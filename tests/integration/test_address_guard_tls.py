"""Whom the webhook client trusts."""

from pathlib import Path

import pytest

from shared.settings import Settings
from tests.services.certificates import Authority
from tests.services.name_server import NameServer
from tests.services.raw_endpoint import RawEndpoint
from tests.services.sending import client, send
from worker.delivery.connection import trusting
from worker.delivery.deadline import SendFailure
from worker.delivery.http_client import WebhookClient

NAME = "hooks.example.com"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def test_the_hosts_own_certificate_is_accepted_and_its_name_asked_for(authority: Authority) -> None:
    with (
        RawEndpoint(tls=authority.server_context(NAME)) as endpoint,
        NameServer({NAME: [["127.0.0.1"]]}) as names,
    ):
        courier = client(NAME, name_server=names, authority=authority)
        answer = send(courier, f"https://{NAME}:{endpoint.port}/")
    assert answer.status == 204
    assert endpoint.server_names == [NAME]


def test_a_certificate_of_an_address_serves_that_address(authority: Authority) -> None:
    with RawEndpoint(tls=authority.server_context("127.0.0.1")) as endpoint:
        courier = client("127.0.0.1", authority=authority)
        assert send(courier, f"https://127.0.0.1:{endpoint.port}/").status == 204


@pytest.mark.parametrize(
    ("host", "from_days", "to_days"),
    [
        ("other.example.com", -1, 1),
        ("127.0.0.1", -1, 1),
        ("example.com", -1, 1),
        ("*.hooks.example.com", -1, 1),
        (NAME, -2, -1),
        (NAME, 1, 2),
    ],
)
def test_any_other_certificate_is_refused(authority: Authority, host: str, from_days: int, to_days: int) -> None:
    context = authority.server_context(host, from_days=from_days, to_days=to_days)
    with RawEndpoint(tls=context) as endpoint, NameServer({NAME: [["127.0.0.1"]]}) as names:
        answer = send(client(NAME, name_server=names, authority=authority), f"https://{NAME}:{endpoint.port}/")
    assert (answer.status, answer.failure) == (None, SendFailure.TLS_FAILED)
    assert endpoint.requests == []


def test_an_authority_that_nobody_named_is_refused(authority: Authority, tmp_path: Path) -> None:
    for trusted in (None, Authority(tmp_path)):
        with (
            RawEndpoint(tls=authority.server_context(NAME)) as endpoint,
            NameServer({NAME: [["127.0.0.1"]]}) as names,
        ):
            answer = send(client(NAME, name_server=names, authority=trusted), f"https://{NAME}:{endpoint.port}/")
        assert answer.failure is SendFailure.TLS_FAILED
        assert endpoint.requests == []


def test_the_systems_authorities_stay_trusted_beside_the_operators(authority: Authority) -> None:
    assert trusting(authority.file).cert_store_stats()["x509_ca"] > trusting(None).cert_store_stats()["x509_ca"] > 0


def test_a_server_without_tls_has_failed() -> None:
    with RawEndpoint([b"HTTP/1.1 200 OK\r\n\r\n"], reads=False) as endpoint:
        answer = send(client("127.0.0.1"), f"https://127.0.0.1:{endpoint.port}/")
    assert answer.failure is SendFailure.TLS_FAILED


def test_a_wrong_file_of_authorities_is_an_error_at_the_start(tmp_path: Path) -> None:
    for file in (tmp_path / "missing.pem", Path(__file__)):
        with pytest.raises(ValueError, match=r"^WEBHOOK_CA_FILE: "):
            WebhookClient(Settings(webhook_ca_file=file))
