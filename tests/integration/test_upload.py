"""Uploads against a real server by a raw socket: in any order, in any chunks, cut off, too large, malformed."""

import hashlib
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from deploy.local.valkey import free_port
from tests.integration.upload_server import MAX_FILE_BYTES, PIECE_BYTES
from tests.services.processes import Program, eventually, python

BOUNDARY = "----XyZ7"
MARK = "Xq7Zmarker"


@dataclass(frozen=True)
class Server:
    port: int
    program: Program

    def send(self, *chunks: bytes, length: int | None = None, content_type: str | None = None) -> "Answer":
        """The body in these chunks, each in a write of its own."""
        body_bytes = sum(map(len, chunks)) if length is None else length
        content_type = f"multipart/form-data; boundary={BOUNDARY}" if content_type is None else content_type
        head = (
            f"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: {body_bytes}\r\nContent-Type: {content_type}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.sendall(head.encode())
            for chunk in chunks:
                connection.sendall(chunk)
            return Answer.read(connection)


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict[str, Any]

    @classmethod
    def read(cls, connection: socket.socket) -> "Answer":
        with connection.makefile("rb") as answer:
            status = int(answer.readline().split()[1])
            headers = dict(line.lower().split(b":", 1) for line in iter(answer.readline, b"\r\n"))
            return cls(status, json.loads(answer.read(int(headers[b"content-length"]))))

    @property
    def problem(self) -> tuple[int, str, list[str]]:
        pointers = [each["pointer"] for each in self.body.get("errors", [])]
        return self.status, str(self.body["type"]).rpartition("/")[2], pointers


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    port = free_port()
    log = tmp_path_factory.mktemp("upload") / "server.log"
    program = python("tests.integration.upload_server", log, {"UPLOAD_PORT": str(port)})
    try:
        eventually(lambda: _answers(port), what=f"the server answers; see {log}")
        yield Server(port, program)
        assert MARK not in program.said()
    finally:
        program.end()


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/memory").is_success
    except httpx.TransportError:
        return False


def part(headers: str, content: bytes) -> bytes:
    return f"--{BOUNDARY}\r\n{headers}\r\n\r\n".encode() + content + b"\r\n"


def file_part(content: bytes, name: str = "a.txt", media_type: str = "text/plain") -> bytes:
    return part(
        f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: {media_type}', content
    )


REQUEST_PART = part('Content-Disposition: form-data; name="request"\r\nContent-Type: application/json', b'{"a": 1}')
END = f"--{BOUNDARY}--\r\n".encode()


@pytest.mark.parametrize("parts", [(REQUEST_PART, file_part(b"Text.")), (file_part(b"Text."), REQUEST_PART)])
def test_the_fields_come_in_any_order(server: Server, parts: tuple[bytes, ...]) -> None:
    answer = server.send(b"".join(parts) + END)
    assert answer.status == 200, answer
    assert answer.body["request"] == '{"a": 1}'
    assert answer.body["start"] == "Text."
    assert answer.body["sha256"] == hashlib.sha256(b"Text.").hexdigest()


def test_the_file_is_enough(server: Server) -> None:
    answer = server.send(file_part(b"Text.") + END)
    assert (answer.status, answer.body["request"]) == (200, None)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_a_body_may_be_cut_anywhere(server: Server, size: int) -> None:
    """In the middle of a delimiter, a header, a line end; with what looks like a delimiter in the file."""
    content = f"\r\n--{BOUNDARY[:-1]}\r\n--\r\n-".encode() * 20
    body = REQUEST_PART + file_part(content) + END
    answer = server.send(*(body[start : start + size] for start in range(0, len(body), size)))
    assert answer.status == 200, answer
    assert answer.body["sha256"] == hashlib.sha256(content).hexdigest()
    assert answer.body["size_bytes"] == len(content)


def test_pieces_are_even(server: Server) -> None:
    answer = server.send(file_part(b"x" * (PIECE_BYTES * 3 + 5)) + END)
    assert answer.body["pieces"] == [PIECE_BYTES] * 3 + [5]


def test_a_large_file_is_never_whole_in_memory(server: Server) -> None:
    memory = f"http://127.0.0.1:{server.port}/memory"
    server.send(file_part(b"x" * 1_000_000) + END)
    before = httpx.get(memory).json()
    block, blocks = b"0123456789abcdef" * 65_536, 100
    start, _, end = file_part(b"@").partition(b"@")
    answer = server.send(start, *([block] * blocks), end + END)
    assert answer.body["size_bytes"] == len(block) * blocks
    grown_bytes = httpx.get(memory).json() - before
    assert grown_bytes < 16_000_000


@pytest.mark.parametrize(
    ("headers", "filename", "kind"),
    [
        ('filename="notes.TXT"', "notes.TXT", "txt"),
        ('filename="C:\\\\Users\\\\x\\\\notes.txt"', "notes.txt", "txt"),
        ('filename="../../etc/notes.txt"', "notes.txt", "txt"),
        ('filename="né.csv.gz"', "né.csv.gz", "csv.gz"),
        ("filename*=UTF-8''n%C3%A9.csv", "né.csv", "csv"),
        ("filename*0=no; filename*1=tes.txt", "notes.txt", "txt"),
        ('filename="a;b\\"c.txt"', 'a;b"c.txt', "txt"),
        ('filename="' + "n" * 400 + '.txt"', "n" * 196 + ".txt", "txt"),
    ],
)
def test_the_name_is_read_as_clients_write_it(server: Server, headers: str, filename: str, kind: str) -> None:
    answer = server.send(part(f'Content-Disposition: form-data; name="file"; {headers}', b"x,y") + END)
    assert answer.status == 200, answer
    assert (answer.body["filename"], answer.body["kind"]) == (filename, kind)


_INVALID = (422, "invalid-request")
_DISPOSITION = 'Content-Disposition: form-data; name="file"; filename="a.txt"'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (REQUEST_PART + END, (*_INVALID, ["/file"])),
        (END, (*_INVALID, ["/file"])),
        (file_part(b"") + END, (*_INVALID, ["/file"])),
        (file_part(b"a") + file_part(b"b") + END, (*_INVALID, ["/file"])),
        (REQUEST_PART + REQUEST_PART + file_part(b"a") + END, (*_INVALID, ["/request"])),
        (part('Content-Disposition: form-data; name="request"', b"x" * 1_001) + END, (*_INVALID, ["/request"])),
        (part(f'Content-Disposition: form-data; name="{MARK}"', b"x") + END, (*_INVALID, [""])),
        (part('Content-Disposition: form-data; name="file"', b"x") + END, (*_INVALID, ["/file"])),
        (part('Content-Disposition: form-data; name="file"; filename=""', b"x") + END, (*_INVALID, ["/file"])),
        (part("Content-Type: text/plain", MARK.encode()) + END, (*_INVALID, [""])),
        (part(f"{_DISPOSITION}\r\n{_DISPOSITION}", b"x") + END, (*_INVALID, [""])),
        (part(f"{_DISPOSITION}\r\nContent-Transfer-Encoding: base64", b"eA==") + END, (*_INVALID, [""])),
        (part(_DISPOSITION + "\r\nX-A: " + "a" * 5_000, b"x") + END, (*_INVALID, [""])),
        (part(_DISPOSITION + "".join(f"\r\nX-{n}: a" for n in range(20)), b"x") + END, (*_INVALID, [""])),
        (part(f"{MARK} : x", b"x") + END, (*_INVALID, [""])),
        (file_part(MARK.encode()), (*_INVALID, [""])),
        (file_part(b"x")[:-2], (*_INVALID, [""])),
        (MARK.encode() + file_part(b"x") + END, (*_INVALID, [""])),
        (b"", (*_INVALID, [""])),
        (file_part(b"x", name=f"{MARK}.pdf") + END, (415, "unsupported-file", [])),
        (file_part(b"x", name=MARK) + END, (415, "unsupported-file", [])),
        (file_part(b"x", media_type="image/png") + END, (415, "unsupported-file", [])),
        (file_part(b"x", name="a.docx.gz") + END, (415, "unsupported-file", [])),
    ],
)
def test_what_is_no_upload_is_refused(server: Server, body: bytes, expected: tuple[int, str, list[str]]) -> None:
    answer = server.send(body)
    assert answer.problem == expected
    assert MARK not in json.dumps(answer.body)


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/mixed; boundary=a",
        "application/json",
        "multipart/form-data; boundary=" + "a" * 300,
    ],
)
def test_a_body_of_another_type_is_refused(server: Server, content_type: str) -> None:
    assert server.send(file_part(b"x") + END, content_type=content_type).problem == (*_INVALID, [""])


def test_a_declared_size_is_refused_before_a_byte_is_read(server: Server) -> None:
    assert server.send(length=MAX_FILE_BYTES * 2).problem == (413, "file-too-large", [])


def test_a_file_that_is_too_large_is_refused_while_it_streams(server: Server) -> None:
    """Chunked, so that no length tells it before."""
    block = b"x" * 1_000_000
    chunk = b"%x\r\n%s\r\n" % (len(block), block)
    start = file_part(b"@").partition(b"@")[0]
    head = (
        "POST /upload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(head.encode() + b"%x\r\n%s\r\n" % (len(start), start))
        for _ in range(MAX_FILE_BYTES // len(block) + 1):
            connection.sendall(chunk)
        assert Answer.read(connection).problem == (413, "file-too-large", [])


def test_an_upload_that_is_cut_off_harms_nobody(server: Server, tmp_path: Path) -> None:
    body = file_part(b"x" * 100_000) + END
    for cut in (10, 90, 50_000):
        head = f"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
        head += f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(head.encode() + body[:cut])
    assert server.send(body).status == 200
    assert "Traceback" not in server.program.said()
