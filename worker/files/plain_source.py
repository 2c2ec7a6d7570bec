"""txt and md: the text is all of the file."""

from shared.files import FileOptions
from worker.files.charset import base_letter, read_text
from worker.files.escapes import PLAIN
from worker.files.opened_file import FileLimits
from worker.files.source_file import Piece, Places, SourceFile


def open_plain(content: bytes, _: FileOptions, limits: FileLimits) -> SourceFile:
    """Raises UnsupportedFile for what is no text; UnreadableFile for a byte order mark that lies."""
    return open_plain_of(content, declared="", limits=limits)


def open_plain_of(content: bytes, *, declared: str, limits: FileLimits) -> SourceFile:
    """`declared`: the charset that what the text came in says."""
    source, charset = read_text(content, declared)
    places = Places(source, limits)
    places.add(Piece(0, len(source), PLAIN))
    return SourceFile(places, charset, base_letter)
