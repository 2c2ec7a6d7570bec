"""Kinds of files that the service takes, by the ending of their name (docs/files.md)."""

from pathlib import PurePath
from typing import Final

_GZIP: Final = ".gz"
_PLAIN: Final = frozenset(
    f".{each}" for each in "txt text log md markdown csv tsv jsonl ndjson json html htm xhtml eml".split()
)
ENDINGS: Final = frozenset({*_PLAIN, ".docx", *(ending + _GZIP for ending in _PLAIN)})


def ending_of(name: str) -> str | None:
    """In small letters, `.csv.gz` whole; None for a kind that the service does not take."""
    suffixes = [each.lower() for each in PurePath(name).suffixes]
    ending = "".join(suffixes[-2:] if suffixes[-1:] == [_GZIP] else suffixes[-1:])
    return ending if ending in ENDINGS else None


def sent_name(name: str) -> str:
    """What the service is told of a name: its ending alone, for names of files name people."""
    return f"file{ending_of(name) or ''}"
