"""What was done, in the folder for results: a line a file, so that a run that was cut off goes on where it was.

No digest of a text is kept, for a short text can be guessed from one: a file is the same by its place, size and time.
"""

import json
import os
from pathlib import Path
from typing import Final, Self

from anonymize.command.inputs import Item

_NAME: Final = ".anonymize.jsonl"


class Journal:
    """JSON lines: `{"target", "source", "size", "mtime_ns", "settings", "failed_texts"}`; the last one counts."""

    def __init__(self, folder: Path, settings_digest: str) -> None:
        self._settings = settings_digest
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / _NAME
        said = path.read_bytes() if path.exists() else b""
        self._lines: dict[str, dict[str, object]] = {}
        for line in said.splitlines():
            self._take(line)
        self._file = path.open("ab")
        if said and not said.endswith(b"\n"):
            # A process that died left half a line.
            self._file.write(b"\n")

    def knows(self, item: Item) -> bool:
        """Whether what stands in the item's place was written by such a run, whatever it was made of."""
        return str(item.target) in self._lines

    def is_done(self, item: Item) -> bool:
        """Whether the result is there, whole, of this very source with these settings."""
        return self._lines.get(str(item.target)) == self.line(item) and (self._folder / item.target).exists()

    def note(self, line: dict[str, object]) -> None:
        """Before the result is put in its place, so that no result is there that is not noted."""
        self._lines[str(line["target"])] = line
        self._file.write(json.dumps(line).encode() + b"\n")
        self._file.flush()

    def line(self, item: Item) -> dict[str, object]:
        """What is noted of an item whose texts were all anonymized. Raises OSError."""
        found = item.source.stat()
        return {
            "target": str(item.target),
            "source": os.path.realpath(item.source),
            "size": found.st_size,
            "mtime_ns": found.st_mtime_ns,
            "settings": self._settings,
            "failed_texts": 0,
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _take(self, line: bytes) -> None:
        try:
            said = json.loads(line)
            self._lines[said["target"]] = said
        except (ValueError, TypeError, KeyError):
            # Half a line; its file is done again, which costs no second job.
            return
