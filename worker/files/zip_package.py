"""A zip that came from outside: every entry within limits, or none."""

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from shared.errors import UnreadableFile
from worker.files.failures import unreadable, unsupported
from worker.files.gzip_file import check_size
from worker.files.opened_file import FileLimits

_HEAD: Final = b"PK\x03\x04"
#: What an encrypted Office file is in.
_COMPOUND_HEAD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED_BIT: Final = 0x1
_BLOCK_BYTES: Final = 65_536
#: All that zipfile raises for bytes that are no good zip.
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    EOFError,
    OSError,
    KeyError,
    IndexError,
)


@dataclass(frozen=True, slots=True)
class Entry:
    info: zipfile.ZipInfo
    content: bytes


def read_package(content: bytes, limits: FileLimits) -> dict[str, Entry]:
    """Entries by name, in their order. Raises UnsupportedFile, UnreadableFile."""
    if content.startswith(_COMPOUND_HEAD):
        raise unsupported("It is encrypted, or of an older Office format; save it as docx without a password")
    if not content.startswith(_HEAD):
        raise unsupported("It is not a zip package, as docx is")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return _entries(package, len(content), limits)
    except UnreadableFile:
        raise
    except _BROKEN:
        raise unreadable("Its zip package is broken") from None


def _entries(package: zipfile.ZipFile, packed_bytes: int, limits: FileLimits) -> dict[str, Entry]:
    infos = package.infolist()
    if len(infos) > limits.max_zip_entries:
        raise unreadable(f"It has more than {limits.max_zip_entries} entries")
    found: dict[str, Entry] = {}
    folded: set[str] = set()
    unpacked_bytes = 0
    for info in infos:
        name = info.filename
        if not _is_safe(name, info) or name.lower() in folded:
            raise unreadable("It has an entry whose name is not allowed, or occurs twice")
        if info.flag_bits & _ENCRYPTED_BIT or info.compress_type not in _METHODS:
            raise unreadable("It has an entry that is encrypted, or packed in a way that docx does not have")
        folded.add(name.lower())
        # Headers may lie: what comes out is counted.
        parts = []
        with package.open(info) as stream:
            while part := stream.read(_BLOCK_BYTES):
                unpacked_bytes += len(part)
                check_size(unpacked_bytes, packed_bytes, limits)
                parts.append(part)
        found[name] = Entry(info, b"".join(parts))
    return found


def _is_safe(name: str, info: zipfile.ZipInfo) -> bool:
    # zipfile cuts a name at a NUL; other programs do not.
    is_relative = not name.startswith("/") and "\\" not in name and ":" not in name and "\x00" not in info.orig_filename
    return is_relative and ".." not in name.split("/")


def write_package(entries: Mapping[str, Entry], changed: Mapping[str, bytes]) -> Iterator[bytes]:
    """The same entries in the same order, with their names, dates and ways of packing."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as package:
        for name, entry in entries.items():
            info = zipfile.ZipInfo(name, entry.info.date_time)
            info.compress_type = entry.info.compress_type
            info.external_attr = entry.info.external_attr
            info.create_system = entry.info.create_system
            # Neither `comment` nor `extra`: both can hold what is nobody's business.
            package.writestr(info, changed.get(name, entry.content))
    whole = output.getbuffer()
    for start in range(0, len(whole), _BLOCK_BYTES):
        yield bytes(whole[start : start + _BLOCK_BYTES])
