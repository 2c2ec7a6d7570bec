"""Headers of multipart/form-data and of its parts (RFC 7578)."""

import re
from dataclasses import dataclass
from email.message import Message
from typing import Final

from shared.errors import FieldError, InvalidRequest

FILE_FIELD: Final = "file"
_MAX_FILENAME_CHARS: Final = 200
_MAX_CONTENT_TYPE_CHARS: Final = 4_096
#: Encodings of a part (RFC 2045) that change nothing; RFC 7578 has no others.
_IDENTITY: Final = frozenset({"", "7bit", "8bit", "binary"})


@dataclass(frozen=True, slots=True)
class FormPart:
    """What the headers of a part say. No `filename`: it is no file."""

    name: str = ""
    filename: str | None = None
    media_type: str = ""


def part_of(message: Message) -> FormPart:
    """Raises InvalidRequest for a part without a name, or that is encoded."""
    if message.get("content-transfer-encoding", "").strip().lower() not in _IDENTITY:
        raise invalid("", "A part of the body has a Content-Transfer-Encoding; send it as it is.")
    name = message.get_param("name", None, "content-disposition")
    if message.get_content_disposition() != "form-data" or not isinstance(name, str):
        raise invalid("", "A part of the body has no name.")
    return FormPart(name, _filename(message), _media_type(message))


def _filename(message: Message) -> str | None:
    """RFC 5987's form (`filename*`) too, though RFC 7578 has raw UTF-8 instead."""
    try:
        name = message.get_filename()
    except (LookupError, ValueError):
        # Its charset may be any word.
        raise invalid(f"/{FILE_FIELD}", "The name of the file cannot be read.") from None
    if name is None:
        return None
    last = re.split(r"[/\\]", name)[-1]
    printable = "".join(letter for letter in last if letter.isprintable()).strip()
    return printable[-_MAX_FILENAME_CHARS:]


def _media_type(message: Message) -> str:
    return str(message.get("content-type", "")).partition(";")[0].strip().lower()


def header_text(value: bytes) -> str:
    """UTF-8, as browsers send names, else Latin-1."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def boundary_of(content_type: str) -> bytes:
    """Raises InvalidRequest for another media type, or none."""
    message = Message()
    message["content-type"] = content_type[:_MAX_CONTENT_TYPE_CHARS]
    boundary = message.get_param("boundary", "")
    if message.get_content_type() != "multipart/form-data" or not isinstance(boundary, str) or not boundary:
        raise invalid("", "Content-Type must be multipart/form-data with a boundary.")
    return boundary.encode("latin-1", "replace")


def invalid(pointer: str, detail: str) -> InvalidRequest:
    """A form that is refused; `detail` repeats nothing of it."""
    return InvalidRequest(errors=(FieldError(pointer, detail),))
