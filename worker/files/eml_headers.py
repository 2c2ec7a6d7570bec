"""Headers of mails: which stay, which are texts, which go.

What is not named here goes: most headers tell who was where.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from enum import Enum, auto
from typing import Final

from worker.files.editing import Edit, apply, spread
from worker.files.encoded_words import decode_words, read_header, unfold, write_address, write_phrase, write_text


class HeaderUse(Enum):
    ADDRESSES = auto()
    TEXT = auto()
    KEPT = auto()
    #: Kept without the parameters that hold names of files.
    CONTENT = auto()
    DROPPED = auto()


_ADDRESSES: Final = (
    "from to cc bcc reply-to sender resent-from resent-to resent-cc resent-sender disposition-notification-to"
)
#: docs/files.md lists them.
HEADER_USES: Final[Mapping[str, HeaderUse]] = {
    **dict.fromkeys(_ADDRESSES.split(), HeaderUse.ADDRESSES),
    **dict.fromkeys("subject comments keywords".split(), HeaderUse.TEXT),
    **dict.fromkeys("date resent-date mime-version content-transfer-encoding content-language".split(), HeaderUse.KEPT),
    **dict.fromkeys("importance priority sensitivity auto-submitted".split(), HeaderUse.KEPT),
    **dict.fromkeys("content-type content-disposition".split(), HeaderUse.CONTENT),
}
_FIELD: Final = re.compile(rb"([\x21-\x39\x3b-\x7e]+)[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*\n?)|[^\n]*\n?")
#: An address list in pieces: quoted name, comment, address in brackets, bare address, name, what stands between.
_ADDRESS_PART: Final = re.compile(
    r'(?P<quoted>"(?:[^"\\]|\\.)*+"?)'
    r"|\((?P<comment>[^()]*+)\)?"
    r"|(?P<angle><[^<>]*+>?)"
    r"|(?P<bare>[^\s\"(<>,;:@]*+@[^\s\"(<>,;:]*+)"
    r"|(?P<name>[^\s\"(<>,;:@]++(?:[ \t]++[^\s\"(<>,;:@]++(?!@))*+)"
    r"|(?P<between>\s++|.)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Field:
    """A header as it stands, its line end included; `name` is lower case and empty for a line that is no header."""

    raw: bytes
    name: str
    value: bytes

    @property
    def use(self) -> HeaderUse:
        return HEADER_USES.get(self.name, HeaderUse.DROPPED)


def read_fields(block: bytes) -> Iterator[Field]:
    for match in _FIELD.finditer(block):
        if match[0]:
            name = (match[1] or b"").decode("ascii").lower()
            yield Field(match[0], name, (match[2] or b"").strip())


@dataclass(frozen=True, slots=True)
class _Part:
    raw: str
    text: str
    kind: str


class TextHeader:
    """A header whose value is text: an Editable of one text."""

    def __init__(self, field: Field, line_end: str) -> None:
        self._field = field
        self._line_end = line_end
        self._parts = _parts(field)

    @property
    def texts(self) -> Sequence[str]:
        return ["".join(part.text for part in self._parts)]

    def write(self, edits: Sequence[Sequence[Edit]]) -> Iterator[bytes]:
        if not edits[0]:
            yield self._field.raw
            return
        lengths = [len(part.text) for part in self._parts]
        new = spread(lengths, edits[0], [part.kind == "between" for part in self._parts])
        value = "".join(self._written(part, own) for part, own in zip(self._parts, new, strict=True))
        label = self._field.raw.partition(b":")[0]
        # Beyond ASCII only where the mail had such bytes already.
        yield label + b": " + value.strip().encode("utf-8", "replace") + self._line_end.encode()

    def _written(self, part: _Part, edits: Sequence[Edit]) -> str:
        if not edits:
            return part.raw
        text = apply(part.text, edits)
        if part.kind == "text":
            return write_text(text, self._line_end)
        if part.kind == "angle":
            return f"<{write_address(text)}>"
        if part.kind == "bare":
            return write_address(text)
        if part.kind == "comment":
            return "(" + write_text(re.sub(r"[()\\]", " ", text), self._line_end) + ")"
        return write_phrase(text, self._line_end)


def _parts(field: Field) -> list[_Part]:
    value = read_header(field.value)
    if field.use is HeaderUse.TEXT:
        return [_Part(value, decode_words(unfold(value)), "text")]
    return [
        _Part(match[0], _address_text(match), match.lastgroup or "between") for match in _ADDRESS_PART.finditer(value)
    ]


def _address_text(match: re.Match[str]) -> str:
    if match.lastgroup == "quoted":
        return decode_words(re.sub(r"\\(.)", r"\1", match[0].strip('"'), flags=re.DOTALL))
    if match.lastgroup in ("comment", "name"):
        return decode_words(match[match.lastgroup])
    return " " if match[0].isspace() else match[0]


#: Parameters of Content-Type and Content-Disposition that hold no name of anybody or anything.
_PLAIN_PARAMETERS: Final = frozenset("charset boundary format delsp type method report-type".split())
_TOKEN: Final = re.compile(r"[A-Za-z0-9!#$&^_.+/-]{1,200}")


def content_header(field: Field, filename: str, line_end: str) -> bytes:
    """Content-Type or Content-Disposition; a name of a file becomes `filename`, other parameters go."""
    message = Message()
    message[field.name] = unfold(field.value.decode("ascii", "replace"))
    parameters = message.get_params([], header=field.name)
    if all(name.lower() in _PLAIN_PARAMETERS for name, _ in parameters[1:]):
        return field.raw
    value = parameters[0][0] if _TOKEN.fullmatch(parameters[0][0]) else "application/octet-stream"
    kept = [f'{name.lower()}="{said}"' for name, said in parameters[1:] if _is_plain(name, said)]
    if field.name == "content-disposition":
        kept.append(f'filename="{filename}"')
    label = field.raw.partition(b":")[0].decode("ascii")
    return f"{label}: {'; '.join([value, *kept])}{line_end}".encode("ascii", "replace")


def _is_plain(name: str, said: object) -> bool:
    return name.lower() in _PLAIN_PARAMETERS and isinstance(said, str) and '"' not in said and "\\" not in said
