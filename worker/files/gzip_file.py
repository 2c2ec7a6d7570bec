"""gzip: unpacked within limits, packed again."""

import zlib
from collections.abc import Iterable, Iterator
from typing import Final

from worker.files.failures import unreadable, unsupported
from worker.files.opened_file import FileLimits

_HEAD: Final = b"\x1f\x8b"
#: zlib's sign for gzip's own frame.
_GZIP_BITS: Final = 16 + zlib.MAX_WBITS
_BLOCK_BYTES: Final = 65_536
_LEVEL: Final = 6
#: Members in one file, as `cat a.gz b.gz` makes them; thousands of empty ones are an attack.
_MAX_MEMBERS: Final = 1_000


def unpack(content: bytes, limits: FileLimits) -> bytes:
    """All members, one after the other. Raises UnsupportedFile, UnreadableFile."""
    if not content.startswith(_HEAD):
        raise unsupported("It is not gzip, as its name says it is")
    unpacked = bytearray()
    rest = memoryview(content)
    for _ in range(_MAX_MEMBERS):
        rest = _member(rest, unpacked, len(content), limits)
        if not rest:
            return bytes(unpacked)
        if not bytes(rest[:2]) == _HEAD:
            raise unreadable("Something follows the end of the gzip data")
    raise unreadable(f"It has more than {_MAX_MEMBERS} gzip members")


def _member(packed: memoryview, unpacked: bytearray, packed_bytes: int, limits: FileLimits) -> memoryview:
    """What follows the member."""
    stream = zlib.decompressobj(_GZIP_BITS)
    position = 0
    while not stream.eof:
        block = stream.unconsumed_tail or packed[position : position + _BLOCK_BYTES]
        if not stream.unconsumed_tail:
            position += len(block)
        if not block:
            raise unreadable("Its gzip data ends early")
        try:
            unpacked += stream.decompress(block, _BLOCK_BYTES)
        except zlib.error:
            raise unreadable("Its gzip data is broken") from None
        check_size(len(unpacked), packed_bytes, limits)
    return packed[position - len(stream.unused_data) :]


def check_size(unpacked_bytes: int, packed_bytes: int, limits: FileLimits) -> None:
    """Raises UnreadableFile for what unpacks to too much."""
    if unpacked_bytes > limits.max_unpacked_bytes:
        raise unreadable(f"It unpacks to more than {limits.max_unpacked_bytes} bytes")
    if unpacked_bytes > limits.free_bytes and unpacked_bytes > packed_bytes * limits.max_ratio:
        raise unreadable(f"It unpacks to more than {limits.max_ratio} times its size")


def pack(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """One member without name and time."""
    stream = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP_BITS)
    for piece in pieces:
        packed = stream.compress(piece)
        if packed:
            yield packed
    yield stream.flush()
