"""Files opened and given back, with an engine that hides what it is told to."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from shared.files import FileKind, FileOptions
from worker.files.editing import Edit, apply
from worker.files.open_file import open_file
from worker.files.opened_file import FileLimits, Replacement

#: Who stands in the files of these tests, and what they become.
HIDDEN: Mapping[str, str] = {"Jane Doe": "<PERSON>", "jane@example.org": "<EMAIL_ADDRESS>", "Lyon": "<LOCATION>"}


def segments(kind: str, content: bytes, limits: FileLimits | None = None, **options: Any) -> list[str]:
    return list(open_file(FileKind(kind), content, FileOptions(**options), limits or FileLimits()).segments)


def rebuild(
    kind: str,
    content: bytes,
    hidden: Mapping[str, str] = HIDDEN,
    limits: FileLimits | None = None,
    **options: Any,
) -> bytes:
    """The file with every key of `hidden` replaced where a segment has it."""
    opened = open_file(FileKind(kind), content, FileOptions(**options), limits or FileLimits())
    return b"".join(opened.rebuild([replaced(text, hidden) for text in opened.segments]))


def unchanged(kind: str, content: bytes, **options: Any) -> bytes:
    return rebuild(kind, content, {}, **options)


def failed(kind: str, content: bytes, which: Sequence[int], **options: Any) -> bytes:
    """The file when these segments could not be anonymized."""
    opened = open_file(FileKind(kind), content, FileOptions(**options), FileLimits())
    return b"".join(
        opened.rebuild([None if index in which else Replacement(text) for index, text in enumerate(opened.segments)])
    )


def replaced(text: str, hidden: Mapping[str, str]) -> Replacement:
    if not hidden:
        return Replacement(text)
    pattern = re.compile("|".join(map(re.escape, hidden)))
    edits = tuple(Edit(match.start(), match.end(), hidden[match[0]]) for match in pattern.finditer(text))
    return Replacement(apply(text, edits), edits)
