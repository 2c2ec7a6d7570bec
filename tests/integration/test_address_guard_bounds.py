"""What the webhook client sends, what counts as an answer, and when it stops.

Nothing here measures time: without the bound that is tested, the test would not end.
"""

import gzip
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.services.certificates import Authority
from tests.services.processes import eventually
from tests.services.raw_endpoint import RawEndpoint, endless
from tests.services.sending import BODY, client, send, send_to
from worker.delivery.connection import BoundedStream
from worker.delivery.deadline import Deadline, SendFailed, SendFailure
from worker.delivery.http_client import MAX_ANSWER_BYTES


def test_the_request_arrives_as_it_was_given() -> None:
    with RawEndpoint() as endpoint:
        answer = send_to(endpoint)
    assert (answer.status, answer.failure) == (204, None)
    head, _, body = endpoint.requests[0].partition(b"\r\n\r\n")
    line, *fields = head.decode().split("\r\n")
    assert line == "POST /hook?a=1 HTTP/1.1"
    assert body == BODY
    assert sorted(field.lower() for field in fields) == [
        "accept-encoding: identity",
        "connection: close",
        f"content-length: {len(BODY)}",
        "content-type: application/json",
        f"host: 127.0.0.1:{endpoint.port}",
        "webhook-id: msg_1",
    ]


@pytest.mark.parametrize("status", [200, 204, 301, 302, 307, 308, 400, 410, 429, 500, 503])
def test_the_status_is_the_answer_and_no_redirect_is_followed(status: int) -> None:
    with RawEndpoint() as elsewhere:
        place = f"http://127.0.0.1:{elsewhere.port}/"
        answer = f"HTTP/1.1 {status} Any\r\nLocation: {place}\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n".encode()
        with RawEndpoint([answer]) as endpoint:
            received = send_to(endpoint)
    assert (received.status, received.retry_after, received.failure) == (status, "120", None)
    assert elsewhere.connections == 0


@pytest.mark.parametrize("name", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"])
def test_a_proxy_in_the_environment_is_ignored(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    with RawEndpoint() as proxy, RawEndpoint() as endpoint:
        for spelled in (name, name.lower()):
            monkeypatch.setenv(spelled, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        assert send_to(endpoint).status == 204
    assert proxy.connections == 0
    assert len(endpoint.requests) == 1


def test_an_endpoint_that_never_answers_ends_at_the_time_out() -> None:
    with RawEndpoint(None) as endpoint:
        assert send_to(endpoint, timeout_s=0.3).failure is SendFailure.TIMED_OUT
        eventually(lambda: endpoint.requests, what="the request has arrived")


def test_an_endpoint_that_never_reads_ends_at_the_time_out() -> None:
    with RawEndpoint(None, reads=False) as endpoint:
        courier = client("127.0.0.1", timeout_s=0.5)
        answer = courier.send(f"http://127.0.0.1:{endpoint.port}/", {}, b"a" * 50_000_000)
    assert answer.failure is SendFailure.TIMED_OUT


def test_an_endpoint_that_never_shakes_hands_ends_at_the_time_out() -> None:
    with RawEndpoint(None, reads=False) as endpoint:
        answer = send(client("127.0.0.1", timeout_s=0.3), f"https://127.0.0.1:{endpoint.port}/")
    assert answer.failure is SendFailure.TIMED_OUT


def test_a_handshake_that_comes_byte_by_byte_ends_at_the_time_out() -> None:
    record = b"\x16\x03\x03\x3f\xff\x02\x00\x3f\xfb"  # a server's hello of 16 kB begins
    with RawEndpoint(endless(b"\x00", after=record), pause_s=0.02, reads=False) as endpoint:
        answer = send(client("127.0.0.1", timeout_s=0.5), f"https://127.0.0.1:{endpoint.port}/")
    assert answer.failure is SendFailure.TIMED_OUT


@pytest.mark.parametrize(
    ("after", "part"),
    [
        (b"HTTP/1.1 200 OK\r\nX: ", b"a"),
        (b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"),
        (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    ],
)
def test_a_head_that_comes_byte_by_byte_ends_at_the_time_out(after: bytes, part: bytes) -> None:
    with RawEndpoint(endless(part, after=after), pause_s=0.02) as endpoint:
        assert send_to(endpoint, timeout_s=0.5).failure is SendFailure.TIMED_OUT


def test_a_body_that_comes_byte_by_byte_ends_at_the_time_out_and_its_status_counts() -> None:
    """The endpoint has said that it has the event: it must not get it again."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
    with RawEndpoint(endless(b"a", after=head), pause_s=0.02) as endpoint:
        answer = send_to(endpoint, timeout_s=2)
    assert (answer.status, answer.failure) == (200, None)


@pytest.mark.parametrize(
    ("head", "part"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b"a" * 1_000),
        (b"HTTP/1.1 500 Oh\r\nContent-Length: 999999999999\r\n\r\n", b"a" * 1_000),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"extension=1;"),
    ],
)
def test_a_body_without_end_is_left_after_64_kb(head: bytes, part: bytes) -> None:
    with RawEndpoint(endless(part, after=head)) as endpoint:
        answer = send_to(endpoint, timeout_s=100_000)
    assert (answer.status, answer.failure) == (int(head.split()[1]), None)


@pytest.mark.parametrize("part", [b"A: b\r\n", b"a", b"HTTP/1.1 100 Continue\r\n\r\n"])
def test_a_head_without_end_is_left_after_64_kb(part: bytes) -> None:
    after = b"" if part.startswith(b"HTTP") else b"HTTP/1.1 200 OK\r\nX: "
    with RawEndpoint(endless(part * 100, after=after)) as endpoint:
        assert send_to(endpoint, timeout_s=100_000).failure is SendFailure.BAD_RESPONSE


def test_not_a_byte_more_than_the_limit_is_read() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"a" * (MAX_ANSWER_BYTES + 1_000))
        stream = BoundedStream(ours, Deadline(60), MAX_ANSWER_BYTES)
        received = 0
        while received < MAX_ANSWER_BYTES:
            received += len(stream.read(65_536))
        assert received == MAX_ANSWER_BYTES
        with pytest.raises(SendFailed):
            stream.read(65_536)
        assert len(ours.recv(65_536)) == 1_000


def test_a_compressed_answer_stays_compressed() -> None:
    bomb = gzip.compress(bytes(50_000_000), compresslevel=9)
    assert len(bomb) < MAX_ANSWER_BYTES
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n".encode()
    with RawEndpoint([head + bomb]) as endpoint:
        assert send_to(endpoint).status == 200


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (b"", SendFailure.CONNECTION_LOST),
        (b"HTTP/1.1", SendFailure.BAD_RESPONSE),
        (b"SSH-2.0-OpenSSH_9.6\r\n", SendFailure.BAD_RESPONSE),
        (b"-ERR wrong number of arguments\r\n", SendFailure.BAD_RESPONSE),
        (b"<html></html>", SendFailure.BAD_RESPONSE),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\n\r\n", SendFailure.BAD_RESPONSE),
        (b"HTTP/1.1 000 No\r\n\r\n", SendFailure.BAD_RESPONSE),
        (b"HTTP/1.1 2000 No\r\n\r\n", SendFailure.BAD_RESPONSE),
        (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", SendFailure.BAD_RESPONSE),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", SendFailure.BAD_RESPONSE),
        (b"HTTP/1.1 200 OK\r\nNo colon\r\n\r\n", SendFailure.BAD_RESPONSE),
    ],
)
def test_what_is_no_http_is_no_answer(answer: bytes, failure: SendFailure) -> None:
    with RawEndpoint([answer]) as endpoint:
        assert send_to(endpoint).failure is failure


def test_a_body_that_is_cut_or_malformed_leaves_the_status() -> None:
    for body in (b"Content-Length: 100\r\n\r\nabc", b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n"):
        with RawEndpoint([b"HTTP/1.1 202 Accepted\r\n" + body]) as endpoint:
            assert send_to(endpoint).status == 202


def test_an_answer_before_the_body_was_read_counts() -> None:
    with RawEndpoint([b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"], reads=False) as endpoint:
        courier = client("127.0.0.1")
        answer = courier.send(f"http://127.0.0.1:{endpoint.port}/", {}, b"a" * 1_000)
    # The endpoint closes on what it has not read, and the reset may come before its words.
    assert answer.status == 413 or answer.failure is SendFailure.CONNECTION_LOST


def test_a_closed_port_has_failed() -> None:
    with RawEndpoint() as endpoint:
        pass
    assert send_to(endpoint).failure is SendFailure.CONNECT_FAILED


def test_a_long_retry_after_is_cut() -> None:
    with RawEndpoint([b"HTTP/1.1 503 No\r\nRetry-After: " + b"9" * 10_000 + b"\r\n\r\n"]) as endpoint:
        answer = send_to(endpoint)
    assert (answer.status, answer.retry_after) == (503, "9" * 64)


def test_one_client_serves_many_threads(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with RawEndpoint(tls=authority.server_context("127.0.0.1")) as endpoint, RawEndpoint(None) as dead:
        courier = client("127.0.0.1", authority=authority, timeout_s=30)
        slow = client("127.0.0.1", timeout_s=1)
        with ThreadPoolExecutor(16) as threads:
            stuck = [threads.submit(send, slow, f"http://127.0.0.1:{dead.port}/") for _ in range(8)]
            answers = list(threads.map(lambda _: send(courier, f"https://127.0.0.1:{endpoint.port}/"), range(64)))
            assert [answer.status for answer in answers] == [204] * 64
            assert [each.result().failure for each in stuck] == [SendFailure.TIMED_OUT] * 8


def test_no_failure_says_where_it_was() -> None:
    failed = SendFailed(SendFailure.TLS_FAILED)
    assert f"{failed} {failed!r}" == "tls_failed SendFailed('tls_failed')"
