"""A line of progress on a terminal, and nothing anywhere else."""

import os
import stat
import time
from typing import BinaryIO, TextIO


class Progress:
    """Counts lines of `source`; says how much of it is done where it is a file. Written to `terminal` if it is one."""

    def __init__(self, source: BinaryIO, terminal: TextIO) -> None:
        self._source = source
        self._terminal = terminal if terminal.isatty() else None
        self._size = _size(source)
        self._started = time.monotonic()

    def show(self, lines: int) -> None:
        """Overwrites the line of progress: how many lines, how fast, how much of the file."""
        if self._terminal is None:
            return
        rate = lines / max(time.monotonic() - self._started, 1e-9)
        share = f" {100 * self._source.tell() // self._size:3}%" if self._size else ""
        self._terminal.write(f"\r{share} {lines} lines, {rate:.0f} a second\x1b[K")
        self._terminal.flush()

    def close(self) -> None:
        """Leaves the last line of progress standing."""
        if self._terminal is not None:
            self._terminal.write("\n")


def _size(source: BinaryIO) -> int:
    """Bytes of a regular file, 0 for a pipe or a terminal."""
    try:
        status = os.fstat(source.fileno())
    except OSError:
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0
