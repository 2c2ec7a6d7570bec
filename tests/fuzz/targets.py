"""Every parser of what comes from outside: what it takes, what it may raise, and the pieces of its language."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from email.message import Message
from typing import Any, Final, cast

from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request

from gateway.event_stream import last_seen
from gateway.idempotency import parse_key
from gateway.job_request import FileJobRequest, JobRequest, parse
from gateway.moments import Moment
from gateway.preferences import applied, cancel_after_ms, is_known, wait_s
from gateway.protection.json_shape import JsonShape
from gateway.routes.deanonymize import DeanonymizeRequest
from gateway.routes.jobs import _position as position_of
from gateway.upload import UploadLimits, read_upload
from gateway.upload_headers import boundary_of, header_text, part_of
from shared.address_guard import check_url, policy_of
from shared.errors import ServiceError
from shared.jobs.job import Job
from shared.jobs.states import State
from shared.settings import Settings
from shared.tokens import DecryptionKeys, deanonymize
from worker.delivery.verdict import retry_after_s

Words = tuple[str, ...]


@dataclass(frozen=True)
class Target:
    """`pieces`: put together at random they come close to what the parser takes."""

    name: str
    parse: Callable[[str], object]
    pieces: Words
    raises: tuple[type[Exception], ...] = (ServiceError,)

    def inputs(self, max_pieces: int = 30) -> st.SearchStrategy[str]:
        """Anything, or pieces of the language with anything between."""
        anything = st.text(max_size=40)
        pieces = st.lists(st.one_of(st.sampled_from(self.pieces), st.text(max_size=3)), max_size=max_pieces)
        return st.one_of(anything, pieces.map("".join))


_KEYS: Final = DecryptionKeys.for_client((b"k" * 32,), "client")
_POLICY: Final = policy_of(Settings(webhook_allowed_hosts=("private.example:8080",)))
_JOB: Final = Job("job_1", "client", "en_sm", State.RUNNING, 1, 1, 1, 0, 0, wrapped_key=b"")
_MOMENT: Final[TypeAdapter[Any]] = TypeAdapter(Moment)
_JSON: Final = tuple('{ } [ ] : , " "a" 1 -0.5e9 1e999 null true \\u0000 \\ud800 \\" " " '.split(" "))
_OPTIONS: Final = (
    *_JSON,
    *(f'"{name}":' for name in "text documents options operators webhook metadata deadline recognizers".split()),
    *(f'"{name}":' for name in "pattern type score context allow deny url events custom_id language scope".split()),
    '{"text":"a"',
    '"default":{"name":"mask","character":"*"}',
    '"PERSON"',
    '"(a+)+$"',
    '"template":"a"',
    '"score_threshold":',
)
_MULTIPART: Final = (
    *("--X\r\n", "--X--", "\r\n", "\r\n\r\n", "--", "X", ";", '"', "="),
    'Content-Disposition: form-data; name="file"; filename="a.csv"',
    'Content-Disposition: form-data; name="request"',
    *("Content-Type: text/plain", "Content-Transfer-Encoding: base64", "{}", "filename*=utf-8''%e2"),
)


def _upload(body: str) -> object:
    async def stream() -> AsyncIterator[bytes]:
        content = body.encode("utf-8", "surrogatepass")
        for start in range(0, len(content), 7):
            yield content[start : start + 7]
        yield b""

    class Sent(Request):
        def stream(self) -> AsyncIterator[bytes]:  # type: ignore[override]  # Starlette's is a generator, a narrower type
            return stream()

    async def keep(piece: bytes) -> None:
        assert piece

    sent = Sent({"type": "http", "headers": [(b"content-type", b"multipart/form-data; boundary=X")]})
    return asyncio.run(read_upload(sent, on_file_piece=keep, limits=UploadLimits(max_file_bytes=1_000)))


def _part(header: str) -> object:
    message = Message()
    message["content-disposition"] = header_text(header.encode("utf-8", "surrogatepass"))
    return part_of(message)


def _json_shape(body: str) -> object:
    shape = JsonShape(20, 1_000)
    content = body.encode("utf-8", "surrogatepass")
    for start in range(0, len(content), step := 1 + len(content) // 100):
        shape.take(content[start : start + step])
    return shape


def _json(model: Any) -> Callable[[str], object]:
    return lambda body: parse(model, body.encode("utf-8", "surrogatepass"))


TARGETS: Final = (
    Target(
        "Prefer: wait", lambda word: wait_s(word, 60), ("wait", "=", "60", '"', ",", ";", " ", "\\", "respond-async")
    ),
    Target("Preference-Applied", lambda word: applied(word, None), ("respond-async", '"', ",", ";", "\\")),
    Target("Cancel-After", cancel_after_ms, ("1", "90", "h", "m", "s", " ", "999999999", "-", ".")),
    Target("Idempotency-Key", parse_key, ('"', "\\", "a", "~", "\x7f", " ", "\\\\", '\\"')),
    Target("If-None-Match", lambda word: is_known(word, '"3"'), ('"3"', "W/", ",", "*", " ")),
    Target("Last-Event-ID", lambda word: last_seen(word, _JOB), ("0", "1", "99999999999999", "-", "٣")),
    Target(
        "Content-Type",
        boundary_of,
        ("multipart/form-data", ";", "boundary=", '"', "X", "*=utf-8''%", "charset=x", "*0"),
    ),
    Target(
        "Content-Disposition",
        _part,
        ("form-data", ";", 'name="file"', "filename=", "filename*=", "x''%ff", '"', "*1=", "\\"),
    ),
    Target("a form", _upload, _MULTIPART),
    Target("a job", _json(JobRequest), _OPTIONS),
    Target("a file's request", _json(FileJobRequest), _OPTIONS),
    Target("tokens in JSON", _json(DeanonymizeRequest), _OPTIONS),
    Target("the shape of JSON", _json_shape, _JSON),
    Target(
        "a moment",
        _MOMENT.validate_python,
        ("2026", "-", "11", "T", ":", "99", "Z", "+23:59", ".5"),
        (ValidationError,),
    ),
    Target("a cursor", position_of, ("MTIz", "=", "_", "-", "A", "4")),
    Target("tokens", lambda text: deanonymize(text, _KEYS), ("<", ">", "PERSON", ":siv:", "A" * 43, "_1", "==", "é")),
    Target(
        "a webhook's URL",
        lambda url: check_url(url, _POLICY),
        tuple("https:// http:// a.example [ ] :: 1 : 443 @ % %41 # ? / \\ .. xn-- 0x7f 127.1 ffff: 。".split()),
    ),
    Target(
        "Retry-After",
        lambda word: retry_after_s(word, now_ms=0),
        (" ", *"120 Mon, 23 Nov 2026 9999999999 : 07:28:00 GMT +9999 -99999999 , EST".split()),
    ),
)


def check(target: Target, sent: str) -> None:
    """Nothing but what may be raised, and no message that repeats what was sent."""
    try:
        target.parse(sent)
    except target.raises as error:
        told = (cast(Any, error).detail, *map(str, cast(Any, error).errors)) if isinstance(error, ServiceError) else ()
        # Shorter ones are words of ours by chance.
        assert len(sent) < 25 or not any(sent in each for each in told), "the message repeats what was sent"
