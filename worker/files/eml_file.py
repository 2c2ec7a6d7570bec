"""eml: headers and parts; each text part as a file of its own kind, attachments as the files that they are."""

import dataclasses
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from shared.errors import UnreadableFile, UnsupportedFile
from shared.files import FileKind, kind_of
from worker.files.charset import has_binary_head
from worker.files.editing import Edit, Editable
from worker.files.eml_headers import Field, HeaderUse, TextHeader, content_header
from worker.files.failures import unreadable, unsupported
from worker.files.html_source import open_html_of
from worker.files.mime_entity import Entity, Stretch, read_entity, split_parts
from worker.files.opened_file import FileLimits
from worker.files.plain_source import open_plain_of
from worker.files.transfer_encoding import ENCODINGS, Encoded

OpenAttachment = Callable[[FileKind, bytes, FileLimits], Editable]
#: Any of them makes a text a mail.
_MAIL_HEADERS: Final = frozenset(
    "from to subject date received message-id mime-version return-path delivered-to".split()
)
_MAX_DEPTH: Final = 10
#: Attachments that unpack to more than they are; each may take its share of the whole.
_MAX_PACKED: Final = 10
_MAIL: Final = "message/rfc822"
_SAFE_TYPE: Final = re.compile(r"(?:application|audio|font|image|message|model|multipart|text|video)/[a-z0-9.+-]{1,80}")


def open_eml(content: bytes, limits: FileLimits, open_attachment: OpenAttachment) -> "EmlFile":
    """A mail within the mail is opened too, and removed within that. Raises UnsupportedFile, UnreadableFile."""
    if has_binary_head(content):
        raise unsupported("It is not a mail, as its name says it is")
    if not _MAIL_HEADERS.intersection(field.name for field in read_entity(content).fields):
        raise unsupported("It is not a mail: it has no header of one")
    return EmlFile(content, limits, open_attachment)


class _Raw:
    """What is no text and stays."""

    texts: Sequence[str] = ()

    def __init__(self, content: bytes) -> None:
        self._content = content

    def write(self, _: Sequence[Sequence[Edit]]) -> Iterator[bytes]:
        yield self._content


class EmlFile:
    """An Editable of chunks in order."""

    def __init__(self, content: bytes, limits: FileLimits, open_attachment: OpenAttachment) -> None:
        self._limits = limits
        self._open_attachment = open_attachment
        self._line_end = b"\r\n" if b"\r\n" in content[:10_000] else b"\n"
        self._chunks: list[Editable] = []
        self._texts: list[str] = []
        self._parts = 0
        self._packed = 0
        self._entity(content, depth=0, mails=0, default_type="text/plain")

    @property
    def texts(self) -> Sequence[str]:
        return self._texts

    def write(self, edits: Sequence[Sequence[Edit]]) -> Iterator[bytes]:
        done = 0
        for chunk in self._chunks:
            count = len(chunk.texts)
            yield from chunk.write(edits[done : done + count])
            done += count

    def _add(self, chunk: Editable) -> None:
        self._chunks.append(chunk)
        self._texts += chunk.texts
        if len(self._texts) > self._limits.max_texts:
            raise unreadable(f"It has more than {self._limits.max_texts} texts; cut it")

    def _entity(self, content: bytes, *, depth: int, mails: int, default_type: str) -> None:
        self._parts += 1
        if self._parts > self._limits.max_parts or depth > _MAX_DEPTH:
            raise unreadable(f"It has more than {self._limits.max_parts} parts, or more than {_MAX_DEPTH} levels")
        entity = read_entity(content, default_type)
        if entity.media_type.startswith("multipart/") and entity.boundary:
            self._headers(entity, f"attachment-{self._parts}")
            self._multipart(entity, depth=depth, mails=mails)
        elif entity.media_type == _MAIL and mails == 0 and ENCODINGS.get(entity.encoding) is ENCODINGS["7bit"]:
            self._headers(entity, f"attachment-{self._parts}.eml")
            self._entity(entity.body, depth=depth + 1, mails=1, default_type="text/plain")
        else:
            self._leaf(entity)

    def _multipart(self, entity: Entity, *, depth: int, mails: int) -> None:
        default_type = _MAIL if entity.media_type == "multipart/digest" else "text/plain"
        for stretch, content in split_parts(entity.body, entity.boundary):
            if stretch is Stretch.PART:
                self._entity(content, depth=depth + 1, mails=mails, default_type=default_type)
            elif stretch is Stretch.DELIMITER:
                self._add(_Raw(content))
            else:
                self._add(open_plain_of(content, declared="us-ascii", limits=self._limits))

    def _leaf(self, entity: Entity) -> None:
        kind = _kind(entity)
        name = f"attachment-{self._parts}" + (f".{kind.value}" if kind else "")
        opened = self._opened(entity, kind)
        if opened is None:
            self._removed(entity)
            return
        self._headers(entity, name)
        self._add(Encoded(entity.body, ENCODINGS[entity.encoding], opened, self._line_end))

    def _opened(self, entity: Entity, kind: FileKind | None) -> Editable | None:
        """None for what cannot be looked into. What the mail itself says must be readable; an attachment need not."""
        if entity.encoding not in ENCODINGS or kind is None:
            return None
        is_body = entity.filename is None and not entity.is_attachment
        try:
            content = ENCODINGS[entity.encoding].decode(entity.body)
            if kind is FileKind.TXT:
                declared = entity.charset or "us-ascii"
                return open_plain_of(content, declared=_written_as(content, declared, entity), limits=self._limits)
            if kind is FileKind.HTML:
                return open_html_of(content, declared=_written_as(content, entity.charset, entity), limits=self._limits)
            return self._attachment(kind, content)
        except (UnreadableFile, UnsupportedFile):
            if is_body:
                raise
            return None

    def _attachment(self, kind: FileKind, content: bytes) -> Editable | None:
        if kind.unpacked is FileKind.EML if kind.is_gzipped else kind is FileKind.EML:
            return None
        limits = self._limits
        if kind.is_gzipped or kind is FileKind.DOCX:
            self._packed += 1
            if self._packed > _MAX_PACKED:
                return None
            limits = dataclasses.replace(limits, max_unpacked_bytes=limits.max_unpacked_bytes // _MAX_PACKED)
        return self._open_attachment(kind, content, limits)

    def _headers(self, entity: Entity, filename: str) -> None:
        for field in entity.fields:
            self._header(field, filename)
        self._add(_Raw(entity.separator))

    def _header(self, field: Field, filename: str) -> None:
        line_end = self._line_end.decode()
        if field.use in (HeaderUse.ADDRESSES, HeaderUse.TEXT):
            self._add(TextHeader(field, line_end))
        elif field.use is HeaderUse.CONTENT:
            self._add(_Raw(content_header(field, filename, line_end)))
        elif field.use is HeaderUse.KEPT:
            self._add(_Raw(field.raw))

    def _removed(self, entity: Entity) -> None:
        """In its place a note; of its name nothing stays."""
        for field in entity.fields:
            if not field.name.startswith("content-"):
                self._header(field, "")
        kind = entity.media_type if _SAFE_TYPE.fullmatch(entity.media_type) else "unknown"
        lines = [
            "Content-Type: text/plain; charset=us-ascii",
            f'Content-Disposition: attachment; filename="attachment-{self._parts}-removed.txt"',
            "",
            f"[removed: {kind}, {len(entity.body)} bytes]",
            "",
        ]
        self._add(_Raw(self._line_end.join(line.encode() for line in lines)))


def _kind(entity: Entity) -> FileKind | None:
    if not entity.filename and not entity.is_attachment:
        if entity.media_type == "text/html":
            return FileKind.HTML
        return FileKind.TXT if entity.media_type in ("text/plain", "text/enriched") else None
    try:
        return kind_of(entity.filename or "", entity.media_type)
    except UnsupportedFile:
        return FileKind.TXT if entity.media_type == "text/plain" and not entity.filename else None


def _written_as(content: bytes, declared: str, entity: Entity) -> str:
    """Plain ASCII in 7bit stays so: a letter beyond it would break the mail."""
    is_ascii = entity.encoding == "7bit" and content.isascii() and b"\x1b" not in content
    return "us-ascii" if is_ascii else declared
