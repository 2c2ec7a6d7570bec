"""How the content of a mail's part is written (RFC 2045): read, and written again where it changed."""

import base64
import binascii
import quopri
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from worker.files.editing import Edit, Editable
from worker.files.failures import unreadable

_LINE_BYTES: Final = 57  # base64 of it is a line of 76


@dataclass(frozen=True, slots=True)
class TransferEncoding:
    decode: Callable[[bytes], bytes]
    #: With the mail's line end.
    encode: Callable[[bytes, bytes], bytes]


def _decode_base64(raw: bytes) -> bytes:
    try:
        return base64.b64decode(raw)
    except binascii.Error:
        raise unreadable("The base64 of one of its parts is broken") from None


def _encode_base64(content: bytes, line_end: bytes) -> bytes:
    lines = (content[start : start + _LINE_BYTES] for start in range(0, len(content), _LINE_BYTES))
    return b"".join(binascii.b2a_base64(line, newline=False) + line_end for line in lines)


def _encode_quoted(content: bytes, line_end: bytes) -> bytes:
    # One kind of line end in, one out; the standard encoder breaks lines with the first that it sees.
    lines = content.replace(b"\r\n", b"\n").split(b"\n")
    return line_end.join(quopri.encodestring(line).replace(b"\n", line_end) for line in lines)


_AS_IS: Final = TransferEncoding(bytes, lambda content, _: content)
ENCODINGS: Final[Mapping[str, TransferEncoding]] = {
    "7bit": _AS_IS,
    "8bit": _AS_IS,
    "binary": _AS_IS,
    "base64": TransferEncoding(_decode_base64, _encode_base64),
    "quoted-printable": TransferEncoding(quopri.decodestring, _encode_quoted),
}


class Encoded:
    """An Editable in its transfer encoding; written anew only where its content changed."""

    def __init__(self, raw: bytes, encoding: TransferEncoding, inner: Editable, line_end: bytes) -> None:
        self._raw = raw
        self._encoding = encoding
        self._inner = inner
        self._line_end = line_end

    @property
    def texts(self) -> Sequence[str]:
        return self._inner.texts

    def write(self, edits: Sequence[Sequence[Edit]]) -> Iterator[bytes]:
        content = b"".join(self._inner.write(edits))
        if content == self._encoding.decode(self._raw):
            yield self._raw
            return
        encoded = self._encoding.encode(content, self._line_end)
        # A delimiter brings its own line end.
        yield encoded if self._raw.endswith(b"\n") else encoded.removesuffix(self._line_end)
