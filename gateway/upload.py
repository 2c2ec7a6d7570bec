"""multipart/form-data as it streams in: the file goes on in pieces, and is never whole here nor on a disk."""

import hashlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.message import Message
from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser
from starlette.requests import ClientDisconnect, Request

from gateway.upload_headers import FILE_FIELD, FormPart, boundary_of, header_text, invalid, part_of
from shared.errors import FileTooLarge
from shared.files import FileKind, kind_of

# Its warnings repeat bytes of what was sent.
logging.getLogger("python_multipart").setLevel(logging.CRITICAL)

_REQUEST: Final = "request"
#: Of a length that can be meant; Python itself refuses numbers of thousands of digits.
_MAX_DIGITS: Final = 18
_MAX_HEADERS: Final = 16
_MAX_HEADER_BYTES: Final = 4_096
#: Delimiters and headers of both parts, above what they hold.
_OVERHEAD_BYTES: Final = 65_536

OnFilePiece = Callable[[bytes], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class UploadLimits:
    max_file_bytes: int = 50_000_000
    max_request_bytes: int = 1_000_000
    #: All pieces are of this size but the last.
    piece_bytes: int = 262_144

    @property
    def max_body_bytes(self) -> int:
        return self.max_file_bytes + self.max_request_bytes + _OVERHEAD_BYTES


@dataclass(frozen=True, slots=True)
class Upload:
    """What was sent beside the bytes of the file, which went to `on_file_piece`."""

    #: The field `request`, not looked at; None: there was none.
    request_json: bytes | None
    kind: FileKind
    #: The last part of its path, without control characters.
    filename: str
    media_type: str
    size_bytes: int
    #: Of the file, in hex.
    sha256: str


async def read_upload(request: Request, *, on_file_piece: OnFilePiece, limits: UploadLimits) -> Upload:
    """Fields `file` (one) and `request` (at most one) in any order. Pieces may have gone out before an error comes.

    Raises InvalidRequest for what is no such form or ends early, UnsupportedFile before the first piece,
    FileTooLarge. How slowly it may come is the connection's affair (gateway/protection/connection.py).
    """
    if int(_digits(request.headers.get("content-length", "0"))) > limits.max_body_bytes:
        raise FileTooLarge
    form = _Form(boundary_of(request.headers.get("content-type", "")), on_file_piece, limits)
    received_bytes = 0
    stream = request.stream().__aiter__()
    while True:
        try:
            chunk = await anext(stream)
        except StopAsyncIteration:
            return await form.end()
        except ClientDisconnect:
            # Nobody hears it; what was stored is dropped by whoever stored it.
            raise invalid("", "The body ends early.") from None
        received_bytes += len(chunk)
        if received_bytes > limits.max_body_bytes:
            raise FileTooLarge
        await form.take(chunk)


@dataclass(slots=True)
class _Headers:
    """Of the part that begins; a name and a value may come in several pieces."""

    name: bytearray = field(default_factory=bytearray)
    value: bytearray = field(default_factory=bytearray)
    message: Message = field(default_factory=Message)


class _Form:
    """The parser calls back while it reads a chunk; what it says is kept, and done after, since doing it waits."""

    def __init__(self, boundary: bytes, on_file_piece: OnFilePiece, limits: UploadLimits) -> None:
        self._on_file_piece = on_file_piece
        self._limits = limits
        self._headers = _Headers()
        self._events: list[bytes | FormPart] = []
        self._is_ended = False
        self._part = FormPart()
        self._request: bytearray | None = None
        self._file: FormPart | None = None
        self._kind = FileKind.TXT
        self._piece = bytearray()
        self._size_bytes = 0
        self._hash = hashlib.sha256()
        callbacks = {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._headers.name.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._headers.value.extend(data[start:end]),
            "on_header_end": self._header,
            "on_headers_finished": lambda: self._events.append(part_of(self._headers.message)),
            "on_part_data": lambda data, start, end: self._events.append(data[start:end]),
            "on_end": self._finish,
        }
        try:
            self._parser = MultipartParser(
                boundary,
                callbacks,  # type: ignore[arg-type]  # its TypedDict wants a literal
                max_header_count=_MAX_HEADERS,
                max_header_size=_MAX_HEADER_BYTES,
            )
        except FormParserError:
            raise invalid("", "The boundary in Content-Type is too long.") from None

    async def take(self, chunk: bytes) -> None:
        try:
            self._parser.write(chunk)
        except FormParserError:
            raise invalid("", "The body is not valid multipart/form-data.") from None
        events, self._events = self._events, []
        for event in events:
            if isinstance(event, FormPart):
                self._start(event)
            elif self._part.name == _REQUEST:
                self._take_request(event)
            else:
                await self._take_file(event)

    async def end(self) -> Upload:
        """Raises InvalidRequest for a form without its end, or without a file."""
        if not self._is_ended:
            raise invalid("", "The body ends early.")
        if self._file is None:
            raise invalid(f"/{FILE_FIELD}", "This field is required.")
        if self._size_bytes == 0:
            raise invalid(f"/{FILE_FIELD}", "The file is empty.")
        if self._piece:
            await self._on_file_piece(bytes(self._piece))
            self._piece.clear()
        return Upload(
            request_json=None if self._request is None else bytes(self._request),
            kind=self._kind,
            filename=self._file.filename or "",
            media_type=self._file.media_type,
            size_bytes=self._size_bytes,
            sha256=self._hash.hexdigest(),
        )

    def _begin(self) -> None:
        self._headers = _Headers()

    def _header(self) -> None:
        headers = self._headers
        name = headers.name.decode("latin-1").lower()
        if name in headers.message:
            raise invalid("", "A part of the body has a header twice.")
        headers.message[name] = header_text(bytes(headers.value))
        headers.name, headers.value = bytearray(), bytearray()

    def _finish(self) -> None:
        self._is_ended = True

    def _start(self, part: FormPart) -> None:
        self._part = part
        if part.name == _REQUEST:
            if self._request is not None:
                raise invalid(f"/{_REQUEST}", "This field is there twice.")
            self._request = bytearray()
        elif part.name == FILE_FIELD:
            if self._file is not None:
                raise invalid(f"/{FILE_FIELD}", "There is more than one file; send a request for each.")
            if not part.filename:
                raise invalid(f"/{FILE_FIELD}", "The file has no name; its ending says what it is.")
            self._kind = kind_of(part.filename, part.media_type)
            self._file = part
        else:
            raise invalid("", "The form has a field that is not known; it takes `file` and `request`.")

    def _take_request(self, content: bytes) -> None:
        assert self._request is not None  # noqa: S101  set when the part began
        self._request += content
        if len(self._request) > self._limits.max_request_bytes:
            raise invalid(f"/{_REQUEST}", f"Is longer than {self._limits.max_request_bytes} bytes.")

    async def _take_file(self, content: bytes) -> None:
        self._size_bytes += len(content)
        if self._size_bytes > self._limits.max_file_bytes:
            raise FileTooLarge
        self._hash.update(content)
        self._piece += content
        size = self._limits.piece_bytes
        while len(self._piece) >= size:
            await self._on_file_piece(bytes(self._piece[:size]))
            del self._piece[:size]


def _digits(value: str) -> str:
    return value if value.isascii() and value.isdigit() and len(value) <= _MAX_DIGITS else "0"
