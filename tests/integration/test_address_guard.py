"""The webhook client's connections: only to addresses that were checked, whatever the name server says."""

import socket
import sys
import threading
from collections.abc import Iterator

import pytest

from shared.settings import Settings
from tests.services.name_server import NameServer
from tests.services.raw_endpoint import RawEndpoint
from tests.services.sending import client, send
from worker.delivery.deadline import SendFailure
from worker.delivery.http_client import WebhookClient

NAME = "hooks.example.com"
#: One of the world's; the fence below keeps every connection within this machine.
PUBLIC = "8.8.8.8"


class Fence:
    """Notes where this process connects by TCP, and lets nothing out of the machine."""

    def __init__(self) -> None:
        self.is_up = False
        self.connected: list[str] = []
        sys.addaudithook(self._audit)

    def _audit(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.is_up or event != "socket.connect":
            return
        connection, place = arguments
        if not isinstance(connection, socket.socket) or connection.type != socket.SOCK_STREAM:
            return
        assert isinstance(place, tuple)
        self.connected.append(place[0])
        if not place[0].startswith("127.") and place[0] != "::1":
            raise ConnectionRefusedError


@pytest.fixture(scope="session")
def one_fence() -> Fence:
    """An audit hook stays for as long as its process."""
    return Fence()


@pytest.fixture
def fence(one_fence: Fence) -> Iterator[Fence]:
    one_fence.connected.clear()
    one_fence.is_up = True
    yield one_fence
    one_fence.is_up = False


def test_the_name_is_resolved_once_and_the_checked_address_connected_to(fence: Fence) -> None:
    """The name server changes its answer after the first: nobody asks it again."""
    with (
        RawEndpoint(address="127.0.0.2") as first,
        NameServer({NAME: [["127.0.0.2"], ["127.0.0.3"]]}) as names,
    ):
        answer = send(client(NAME, name_server=names), f"http://{NAME}:{first.port}/")
    assert answer.status == 204
    assert fence.connected == ["127.0.0.2"]
    assert names.asked == [f"{NAME}. A", f"{NAME}. AAAA"]
    assert f"Host: {NAME}:{first.port}".encode() in first.requests[0]


def test_a_name_that_turns_private_after_the_check_is_not_followed_there(fence: Fence) -> None:
    with NameServer({NAME: [[PUBLIC], ["127.0.0.1"]]}) as names:
        courier = client(name_server=names)
        first, second = (send(courier, f"https://{NAME}:8443/") for _ in range(2))
    assert first.failure is SendFailure.CONNECT_FAILED
    assert second.failure is SendFailure.ADDRESS_REFUSED
    assert fence.connected == [PUBLIC]


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["168.63.129.16"],
        ["0.0.0.0"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["fd00:ec2::254"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::1"],
        [PUBLIC, "127.0.0.1"],
        ["127.0.0.1", PUBLIC],
        [PUBLIC, "::1"],
        [PUBLIC, "2606:4700::1111", "fe80::1"],
        [PUBLIC, "1.1.1.1", "9.9.9.9", "8.8.4.4", "10.0.0.1"],
    ],
    ids=" ".join,
)
def test_one_bad_answer_of_many_refuses_the_name(fence: Fence, addresses: list[str]) -> None:
    with NameServer({NAME: [addresses]}) as names:
        answer = send(client(name_server=names), f"https://{NAME}/")
    assert (answer.status, answer.failure) == (None, SendFailure.ADDRESS_REFUSED)
    assert fence.connected == []


@pytest.mark.parametrize("address", ["169.254.169.254", "fd00:ec2::254", "168.63.129.16", "0.0.0.0", "fe80::1"])
def test_an_opened_name_does_not_lead_to_the_clouds_own(fence: Fence, address: str) -> None:
    with NameServer({NAME: [[address]]}) as names:
        answer = send(client(NAME, name_server=names), f"http://{NAME}/")
    assert answer.failure is SendFailure.ADDRESS_REFUSED
    assert fence.connected == []


def test_the_addresses_are_tried_in_turn(fence: Fence) -> None:
    with (
        RawEndpoint(address="127.0.0.3") as endpoint,
        NameServer({NAME: [["127.0.0.2", "127.0.0.3"]]}) as names,
    ):
        answer = send(client(NAME, name_server=names), f"http://{NAME}:{endpoint.port}/")
    assert answer.status == 204
    assert fence.connected[-1] == "127.0.0.3"


def test_an_address_of_ipv6_is_connected_to() -> None:
    with RawEndpoint(address="::1") as endpoint, NameServer({NAME: [["::1"]]}) as names:
        assert send(client(NAME, name_server=names), f"http://{NAME}:{endpoint.port}/").status == 204
        assert send(client("[::1]"), f"http://[::1]:{endpoint.port}/").status == 204
    assert f"Host: [::1]:{endpoint.port}".encode() in endpoint.requests[1]


def test_a_name_without_addresses_or_with_a_broken_server_has_failed() -> None:
    with NameServer({NAME: [None], "empty.example.com": [[]]}) as names:
        courier = client(name_server=names)
        for name in (NAME, "empty.example.com", "unknown.example.com"):
            assert send(courier, f"https://{name}/").failure is SendFailure.DNS_FAILED


def test_a_name_server_that_never_answers_ends_at_the_time_out() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        entry = f"127.0.0.1:{silent.getsockname()[1]}"
        courier = WebhookClient(Settings(webhook_name_servers=(entry,), webhook_timeout_s=0.3))
        assert send(courier, f"https://{NAME}/").failure is SendFailure.TIMED_OUT


def test_a_system_resolver_that_never_answers_ends_at_the_time_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """It knows no time-out of its own: the one fake here, since the machine's resolver answers."""
    has_ended = threading.Event()

    def hang(*_: object, **__: object) -> list[object]:
        has_ended.wait()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    assert send(client(timeout_s=0.3), f"https://{NAME}/").failure is SendFailure.TIMED_OUT
    has_ended.set()


def test_the_systems_resolver_is_asked_without_the_suffixes_of_this_network(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def answer(host: object, *_: object, **__: object) -> list[object]:
        asked.append(host)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    for url in (f"https://{NAME}/", "http://receiver/"):
        assert send(client("receiver"), url).failure is SendFailure.DNS_FAILED
    assert asked == [f"{NAME}.", "receiver"]


def test_the_systems_own_names_are_found_when_the_operator_opens_them() -> None:
    with RawEndpoint() as endpoint:
        assert send(client("localhost"), f"http://localhost:{endpoint.port}/").status == 204


def test_a_url_that_the_policy_does_not_allow_any_more_is_not_sent(fence: Fence) -> None:
    for url in ("https://127.0.0.1/", "http://receiver/", "https://example.com:6379/", "no url", "https://[::1]/"):
        assert send(client(), url).failure is SendFailure.URL_REFUSED
    assert fence.connected == []


@pytest.mark.parametrize("entry", ["names.example.com", "127.0.0.1:0", "127.1", "", "::1"])
def test_a_wrong_name_server_is_refused_at_the_start(entry: str) -> None:
    with pytest.raises(ValueError, match=r"^WEBHOOK_NAME_SERVERS: "):
        WebhookClient(Settings(webhook_name_servers=(entry,)))
