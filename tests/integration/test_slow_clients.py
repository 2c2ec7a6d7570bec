"""Clients that say too much, too little, too slowly or nothing, against a real server by raw sockets."""

import json
import re
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deploy.local.valkey import free_port
from tests.services.processes import Program, eventually, python

MARK = "Xq7Zmarker"
HOST = b"Host: here\r\n"
POST = b"POST /echo HTTP/1.1\r\n" + HOST
LIMITS = {
    "MAX_BODY_BYTES": "100000",
    "MAX_HEADER_BYTES": "9000",
    "MAX_HEADERS": "20",
    "MAX_CONNECTIONS": "8",
    "HEADER_TIMEOUT_S": "1",
    "BODY_TIMEOUT_S": "1",
    "SEND_TIMEOUT_S": "1",
    "KEEP_ALIVE_S": "1",
    "MIN_BYTES_PER_S": "1000",
    "ALLOWED_HOSTS": "here,[::1]",
}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def problem(self) -> str:
        body = json.loads(self.body)
        assert self.headers["content-type"] == "application/problem+json"
        assert body["status"] == self.status
        assert body["request_id"] == self.headers["x-request-id"]
        assert self.headers["x-content-type-options"] == "nosniff"
        assert MARK not in str(self)
        return str(body["type"]).rpartition("/")[2]


@dataclass(frozen=True)
class Server:
    port: int
    program: Program

    def connect(self, *, receive_bytes: int | None = None) -> socket.socket:
        connection = socket.socket()
        if receive_bytes is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        connection.settimeout(30)
        connection.connect(("127.0.0.1", self.port))
        return connection

    def answer(self, sent: bytes) -> Answer | None:
        """To what was sent in one piece; None: the connection ended without."""
        with self.connect() as connection:
            connection.sendall(sent)
            return read(connection)

    def is_open(self) -> bool:
        try:
            answer = self.answer(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
        except OSError:
            return False
        return answer is not None and answer.status == 200


def read(connection: socket.socket) -> Answer | None:
    with connection.makefile("rb") as stream:
        try:
            line = stream.readline()
        except ConnectionResetError:
            return None
        if not line:
            return None
        headers = {}
        for each in iter(stream.readline, b"\r\n"):
            name, _, value = each.decode().partition(":")
            headers[name.lower()] = value.strip()
        return Answer(int(line.split()[1]), headers, stream.read(int(headers.get("content-length", "0"))))


def ends(connection: socket.socket) -> bool:
    """The server ends it, sooner or later; what it still says is passed over."""
    try:
        while connection.recv(65_536):
            pass
    except ConnectionResetError:
        pass
    return True


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    port, folder = free_port(), tmp_path_factory.mktemp("guarded")
    program = python("tests.integration.guarded_server", folder / "gateway.log", {"PORT": str(port), **LIMITS})
    server = Server(port, program)
    try:
        eventually(server.is_open, what="the server answers")
        yield server
        assert MARK not in program.said()
        assert "Traceback" not in program.said()
    finally:
        program.end()


def get(path: str = "/", *headers: str, version: str = "1.1") -> bytes:
    return "\r\n".join((f"GET {path} HTTP/{version}", *headers, "", "")).encode()


MALFORMED = [
    f"{MARK}\r\n\r\n".encode(),
    f"GET / HTTP/1.1\r\n{MARK}\r\n\r\n".encode(),
    f"GET / HTTP/1.1\r\nHost: here\r\nContent-Length: {MARK}\r\n\r\n".encode(),
    f"GET /{MARK}é HTTP/1.1\r\nHost: here\r\n\r\n".encode(),
    b"POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
    b"POST /echo HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    get(),
    get("/", "Host: a", "Host: b"),
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
]
REFUSED: list[tuple[str, bytes, int, str]] = [
    *((f"malformed {number}", sent, 400, "malformed-request") for number, sent in enumerate(MALFORMED)),
    *(
        (f"the host {host}", get("/", f"Host: {host}"), 421, "host-not-served")
        for host in ("elsewhere", "here.elsewhere", "127.0.0.1", "here:x", "", MARK)
    ),
    ("no host in HTTP/1.0", get("/", version="1.0"), 421, "host-not-served"),
    ("a long path", get("/" + "a" * 8_200, "Host: here"), 414, "target-too-long"),
    ("a long query", get("/?" + "a" * 8_200, "Host: here"), 414, "target-too-long"),
    ("many headers", get("/", "Host: here", *["A: b"] * 20), 431, "headers-too-large"),
    ("a long header", get("/", "Host: here", "A: " + "b" * 9_000), 431, "headers-too-large"),
    ("long headers", get("/", "Host: here", *["A: " + "b" * 600] * 18), 431, "headers-too-large"),
    ("a header without end", b"GET / HTTP/1.1\r\n" + HOST + b"A: " + b"b" * 500_000, 431, "headers-too-large"),
    ("a name without end", b"GET / HTTP/1.1\r\n" + HOST + b"b" * 500_000, 431, "headers-too-large"),
    ("a path without end", b"GET /" + b"b" * 500_000, 431, "headers-too-large"),
    (
        "many trailers",
        POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"A: b\r\n" * 5_000,
        431,
        "headers-too-large",
    ),
    ("a long body", POST + b"Content-Length: 100001\r\n\r\n", 413, "body-too-large"),
    ("a huge body", POST + b"Content-Length: 9" + b"9" * 15 + b"\r\n\r\n", 413, "body-too-large"),
    (
        "deep JSON",
        POST + b"Content-Length: 50\r\n\r\n" + b"[" * 50,
        422,
        "json-too-complex",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "sent", "status", "problem"), REFUSED, ids=[each[0] for each in REFUSED])
def test_a_request_that_is_refused(server: Server, name: str, sent: bytes, status: int, problem: str) -> None:
    answer = server.answer(sent)
    assert answer is not None
    assert (answer.status, answer.problem) == (status, problem)
    assert server.is_open()


@pytest.mark.parametrize(
    "sent",
    [
        get("/", "Host: here", *["A: b"] * 19),
        get("/?" + "a" * 8_000, "Host: here"),
        get("/", "Host: HERE:8000", version="1.0"),
        get("/", "Host: [::1]:1"),
        get("/health/live", "Host: elsewhere"),
        get("/", "Host: here", "Upgrade: websocket", "Connection: Upgrade"),
        get("/", "Host: here", "Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings"),
    ],
)
def test_a_request_just_within_the_limits(server: Server, sent: bytes) -> None:
    answer = server.answer(sent)
    assert answer is not None
    assert answer.status == 200


def test_requests_one_after_the_other_on_one_connection(server: Server) -> None:
    with server.connect() as connection:
        for size in (0, 1, 70_000, 3):
            connection.sendall(POST + f"Content-Length: {size}\r\n\r\n".encode() + b"x" * size)
            answer = read(connection)
            assert answer is not None
            assert json.loads(answer.body) == {"bytes": size}


def test_requests_sent_ahead_are_answered_in_their_order(server: Server) -> None:
    one, two = (POST + b"Content-Length: %d\r\n\r\n" % size + b"x" * size for size in (1, 2))
    with server.connect() as connection:
        connection.sendall((one + two) * 5)
        with connection.makefile("rb") as stream:
            answers = [_next_body(stream) for _ in range(10)]
    assert answers == [{"bytes": 1}, {"bytes": 2}] * 5


def _next_body(stream: Any) -> Any:
    head = b"".join(iter(stream.readline, b"\r\n"))
    found = re.search(rb"content-length: (\d+)", head)
    assert found is not None
    return json.loads(stream.read(int(found[1])))


def test_a_flood_of_requests_ahead_ends_the_connection(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n" + (b"GET / HTTP/1.1\r\n" + HOST + b"\r\n") * 2_000)
        assert ends(connection)
    assert server.is_open()


def slow_head(connection: socket.socket) -> None:
    connection.sendall(b"GET / HTTP/1.1\r\n" + HOST + b"A: b")


def slow_head_of_a_second_request(connection: socket.socket) -> None:
    connection.sendall(get("/", "Host: here"))
    assert read(connection) is not None
    slow_head(connection)


def missing_body(connection: socket.socket) -> None:
    connection.sendall(POST + b"Content-Length: 10\r\n\r\n12345")


def chunk_that_does_not_end(connection: socket.socket) -> None:
    connection.sendall(POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\n123")


@pytest.mark.parametrize("begin", [slow_head, slow_head_of_a_second_request, missing_body, chunk_that_does_not_end])
def test_a_request_that_stops_is_given_up(server: Server, begin: Callable[[socket.socket], None]) -> None:
    with server.connect() as connection:
        begin(connection)
        answer = read(connection)
        assert answer is not None
        assert (answer.status, answer.problem, answer.headers["connection"]) == (408, "request-timeout", "close")
        assert connection.recv(1) == b""


@pytest.mark.parametrize(
    "begin",
    [
        b"GET / HTTP/1.1\r\n" + HOST + b"A: ",
        POST + b"Content-Length: 90000\r\n\r\n",
        # Extensions of a chunk are no part of the body.
        POST + b"Transfer-Encoding: chunked\r\n\r\n5;",
    ],
)
def test_a_request_that_drips_is_given_up(server: Server, begin: bytes) -> None:
    """A byte now and then does not win more time."""
    with server.connect() as connection:
        connection.sendall(begin)
        connection.settimeout(0.05)

        def dripped() -> Answer | None:
            try:
                connection.sendall(b"a")
            except (BrokenPipeError, ConnectionResetError):
                pytest.fail("it ended without an answer")
            try:
                return read(connection)
            except TimeoutError:
                return None

        answer = eventually(dripped, what="it is given up")
        assert answer is not None
        assert answer.problem == "request-timeout"


def test_a_steady_body_is_not_given_up(server: Server) -> None:
    """For longer than BODY_TIMEOUT_S, and above MIN_BYTES_PER_S: ten times 3,000 bytes, two a second."""
    with server.connect() as connection:
        connection.sendall(POST + b"Content-Length: 9000\r\n\r\n")
        for _ in range(3):
            connection.sendall(b"x" * 3_000)
            # Nothing comes yet; that is the pause.
            connection.settimeout(1.0)
            try:
                answer = read(connection)
                break
            except TimeoutError:
                continue
        else:
            answer = read(connection)
    assert answer is not None
    assert json.loads(answer.body) == {"bytes": 9_000}


def test_a_client_that_says_nothing_is_sent_away(server: Server) -> None:
    with server.connect() as connection:
        assert connection.recv(1) == b""


def test_an_idle_connection_is_closed(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(get("/", "Host: here"))
        assert read(connection) is not None
        assert connection.recv(1) == b""


def test_a_body_that_nobody_wants_is_not_taken_in_for_ever(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(b"POST /unread HTTP/1.1\r\n" + HOST + b"Content-Length: 90000\r\n\r\nx")
        answer = read(connection)
        assert answer is not None
        assert answer.status == 200
        assert ends(connection)


@pytest.mark.parametrize("path", ["/large", "/endless"])
def test_a_client_that_never_reads_its_answer_is_cut_off(server: Server, path: str) -> None:
    """It would else hold what it does not take in our memory."""
    with server.connect(receive_bytes=4_096) as connection:
        connection.sendall(get(path, "Host: here"))
        eventually(lambda: is_reset(connection), what="it is cut off")


def is_reset(connection: socket.socket) -> bool:
    """Without reading what came."""
    try:
        connection.send(b"\r\n")
    except (BrokenPipeError, ConnectionResetError):
        return True
    return False


def test_a_large_answer_is_sent_whole(server: Server) -> None:
    """After which the connection is closed by us: not before all is sent."""
    with server.connect(receive_bytes=65_536) as connection:
        connection.sendall(get("/large", "Host: here", "Connection: close"))
        received = 0
        while part := connection.recv(1_000_000):
            received += len(part)
    assert received > 50_000_000


def test_too_many_clients(server: Server) -> None:
    """Those who come too late are told; the health of the gateway is told to everyone; and places become free."""
    held = [server.connect() for _ in range(8)]
    try:
        for connection in held:
            connection.sendall(b"GET / HTTP/1.1\r\n")
        answer = server.answer(get("/", "Host: here"))
        assert answer is not None
        assert (answer.status, answer.problem) == (503, "too-many-connections")
        assert answer.headers["retry-after"]
        healthy = server.answer(get("/health/live", "Host: here"))
        assert healthy is not None
        assert healthy.status == 200
    finally:
        for connection in held:
            connection.close()
    eventually(server.is_open, what="there is room again")


def test_a_fault_is_a_problem_and_says_nothing(server: Server) -> None:
    answer = server.answer(get(f"/fault/{MARK}", "Host: here"))
    assert answer is not None
    assert (answer.status, answer.problem) == (500, "internal")


def test_half_an_answer_ends_the_connection(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(get(f"/half/{MARK}", "Host: here"))
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert b"the first half" in answer
    assert not answer.endswith(b"0\r\n\r\n"), "the last chunk would say that it is whole"


def test_refusals_are_counted_in_the_log_and_not_told_one_by_one(server: Server) -> None:
    for _ in range(5):
        assert server.answer(MALFORMED[0]) is not None
    eventually(lambda: '"event": "connections_refused"' in server.program.said(), what="they are counted")
    told = [json.loads(line) for line in server.program.said().splitlines() if "malformed-request" in line]
    assert all(line["event"] == "connections_refused" for line in told)
    assert "Invalid HTTP" not in server.program.said()


@pytest.mark.parametrize(("proxies", "is_believed"), [("127.0.0.0/8,10.0.0.1", True), ("10.0.0.1", False)])
def test_only_named_proxies_are_believed(tmp_path: Path, proxies: str, is_believed: bool) -> None:
    port = free_port()
    settings = {"PORT": str(port), **LIMITS, "FORWARDED_ALLOW_IPS": proxies}
    program = python("tests.integration.guarded_server", tmp_path / "gateway.log", settings)
    server = Server(port, program)
    try:
        eventually(server.is_open, what="the server answers")
        answer = server.answer(get("/", "Host: here", "X-Forwarded-Proto: https", "X-Forwarded-For: 192.0.2.1"))
        assert answer is not None
        assert ("strict-transport-security" in answer.headers) is is_believed
    finally:
        program.end()


def test_slow_clients_do_not_hold_up_a_server_that_stops(tmp_path: Path) -> None:
    port = free_port()
    program = python("tests.integration.guarded_server", tmp_path / "gateway.log", {"PORT": str(port), **LIMITS})
    server = Server(port, program)
    try:
        eventually(server.is_open, what="the server answers")
        with server.connect() as slow, server.connect(receive_bytes=4_096) as deaf:
            missing_body(slow)
            deaf.sendall(get("/large", "Host: here"))
            program.signal(signal.SIGTERM)
            # uvicorn ends itself by the signal that it was sent, when all is done.
            assert program.wait(30) in (0, -signal.SIGTERM)
    finally:
        program.end()
