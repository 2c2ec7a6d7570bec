"""The shape of a mail: headers, body, parts, each by its place in the bytes (RFC 2045, 2046)."""

import re
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from enum import Enum, auto
from typing import Final

from worker.files.eml_headers import Field, HeaderUse, read_fields
from worker.files.failures import unreadable

#: Longer ones are attacks on the parsers of headers.
_MAX_CONTENT_HEADER_BYTES: Final = 4_096
_MAX_HEADER_BYTES: Final = 1_000_000
_HEADER_END: Final = re.compile(rb"(\A|\n)(\r?\n)")
_MAX_BOUNDARY_CHARS: Final = 200


@dataclass(frozen=True, slots=True)
class Entity:
    """A mail or a part of one."""

    fields: tuple[Field, ...]
    #: The blank line between.
    separator: bytes
    body: bytes
    media_type: str
    charset: str
    encoding: str
    boundary: bytes
    #: None: no disposition and no name, so it is what the mail says.
    filename: str | None
    is_attachment: bool


class Stretch(Enum):
    """What a stretch of a multipart body is."""

    PART = auto()
    DELIMITER = auto()
    #: Before the first delimiter and after the last.
    OUTSIDE = auto()


def read_entity(content: bytes, default_type: str = "text/plain") -> Entity:
    """Raises UnreadableFile for headers that are too long."""
    found = _HEADER_END.search(content)
    block, separator, body = content, b"", b""
    if found:
        block, separator, body = content[: found.end(1)], found[2], content[found.end() :]
    if len(block) > _MAX_HEADER_BYTES:
        raise unreadable("Its headers are too long")
    fields = tuple(read_fields(block))
    described = [
        field for field in fields if field.use is HeaderUse.CONTENT or field.name == "content-transfer-encoding"
    ]
    if any(len(field.raw) > _MAX_CONTENT_HEADER_BYTES for field in described):
        raise unreadable("A header of its parts is too long")
    message = BytesHeaderParser().parsebytes(b"".join(field.raw for field in described))
    disposition = (message.get_content_disposition() or "") if message["content-disposition"] else ""
    return Entity(
        fields=fields,
        separator=separator,
        body=body,
        media_type=message.get_content_type() if message["content-type"] else default_type,
        charset=_parameter(message, "charset") or "us-ascii",
        encoding=str(message.get("content-transfer-encoding", "7bit")).strip().lower(),
        boundary=_parameter(message, "boundary")[:_MAX_BOUNDARY_CHARS].rstrip().encode("ascii", "ignore"),
        filename=_filename(message),
        is_attachment=disposition == "attachment",
    )


def _parameter(message: Message, name: str) -> str:
    value = message.get_param(name, "")
    return value[2] if isinstance(value, tuple) else str(value)


def _filename(message: Message) -> str | None:
    try:
        return message.get_filename()
    except (LookupError, ValueError):
        # RFC 2231's charset may be any word.
        return ""


def split_parts(body: bytes, boundary: bytes) -> list[tuple[Stretch, bytes]]:
    """The body in stretches, in order; one that is outside of parts where the boundary does not occur."""
    found: list[tuple[Stretch, bytes]] = []
    here = Stretch.OUTSIDE
    done = position = 0
    line = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?:\r?\n|\Z)")
    while boundary and (match := line.search(body, position)):
        found += [(here, body[done : match.start()]), (Stretch.DELIMITER, body[max(done, match.start()) : match.end()])]
        done = match.end()
        # The line end of a delimiter is also that before the next one, where a part is empty.
        position = max(done - len(_line_end(match[0])), match.start() + 1)
        here = Stretch.OUTSIDE if match[1] else Stretch.PART
        if match[1]:
            break
    return [*found, (here, body[done:])]


def _line_end(line: bytes) -> bytes:
    return b"\r\n" if line.endswith(b"\r\n") else b"\n" if line.endswith(b"\n") else b""
