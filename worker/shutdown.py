"""Whether a worker is to end: its main process says so, and all its processes see it at once."""

import mmap
import time


class Shutdown:
    """One byte of memory that the processes share which are forked after it was made."""

    def __init__(self) -> None:
        self._flag = mmap.mmap(-1, 1)
        self._asked_at_s: float | None = None

    def ask(self) -> None:
        """May be called by a signal's handler. The first call counts."""
        if self._asked_at_s is None:
            self._asked_at_s = time.monotonic()
        self._flag[0] = 1

    @property
    def is_asked(self) -> bool:
        return self._flag[0] != 0

    def has_lasted(self, grace_s: float) -> bool:
        """Whether it was asked so long ago; known to the process that was asked alone."""
        return self._asked_at_s is not None and time.monotonic() - self._asked_at_s >= grace_s
