"""The one door to files: bytes of a kind become texts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from shared.files import FileKind, FileOptions
from worker.files.csv_source import open_csv
from worker.files.docx_file import open_docx
from worker.files.editing import Edit, Editable
from worker.files.eml_file import open_eml
from worker.files.failures import unreadable
from worker.files.gzip_file import pack, unpack
from worker.files.html_source import open_html
from worker.files.json_source import open_json, open_jsonl
from worker.files.opened_file import FileLimits, OpenedFile
from worker.files.plain_source import open_plain

_Open = Callable[[bytes, FileOptions, FileLimits], Editable]
_OPEN: Final[Mapping[FileKind, _Open]] = {
    FileKind.TXT: open_plain,
    FileKind.MD: open_plain,
    FileKind.CSV: open_csv,
    FileKind.JSONL: open_jsonl,
    FileKind.JSON: open_json,
    FileKind.HTML: open_html,
    FileKind.DOCX: open_docx,
    FileKind.EML: lambda content, _, limits: open_eml(content, limits, _open_attachment),
}


def open_file(kind: FileKind, content: bytes, options: FileOptions, limits: FileLimits) -> OpenedFile:
    """The file's texts, ready to be replaced. The same bytes and options give the same segments, in any process.

    Raises UnsupportedFile (what it is not taken for), UnreadableFile (where it is broken, which option is wrong).
    """
    return OpenedFile(kind, _open(kind, content, options, limits), limits)


def _open(kind: FileKind, content: bytes, options: FileOptions, limits: FileLimits) -> Editable:
    if kind.is_gzipped:
        return _Gzipped(_OPEN[kind.unpacked](unpack(content, limits), options, limits))
    if len(content) > limits.max_unpacked_bytes:
        raise unreadable(f"It has more than {limits.max_unpacked_bytes} bytes")
    return _OPEN[kind](content, options, limits)


def _open_attachment(kind: FileKind, content: bytes, limits: FileLimits) -> Editable:
    return _open(kind, content, FileOptions(), limits)


class _Gzipped:
    def __init__(self, inner: Editable) -> None:
        self._inner = inner

    @property
    def texts(self) -> Sequence[str]:
        return self._inner.texts

    def write(self, edits: Sequence[Sequence[Edit]]) -> Iterator[bytes]:
        """Packed anew: the name and time that gzip keeps of the file go."""
        return pack(self._inner.write(edits))
