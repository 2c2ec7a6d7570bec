"""What a process asks of the kernel and of its C library: not to outlive its parent, to give memory back."""

import ctypes
import os
import signal
import sys
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NAME: Final = 15
# Loaded here: between fork and exec nothing may be imported.
_LIBC: Final = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(how: signal.Signals, parent: int) -> None:
    """Have the kernel send `how` to the calling process when its parent ends, even by kill -9 (prctl(2)).

    `parent` is the expected parent's id: one that died before this call sends nothing any more, so we go at once.
    """
    if _LIBC is None:
        return
    _LIBC.prctl(_PR_SET_PDEATHSIG, int(how), 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), how)


def name_process(name: str) -> None:
    """What `ps` shows of the calling process, at most 15 letters (prctl(2))."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_NAME, name.encode(), 0, 0, 0)


#: mallopt(3).
_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8
_HEAP_SLACK_BYTES: Final = 4 << 20


def give_memory_back() -> None:
    """Have glibc return what a batch leaves free: a child then keeps 35 MB of its own instead of 57 (`make bench`).

    Left alone, glibc raises both thresholds to the largest array it ever freed. Lower ones cost speed: every array of a
    batch would be mapped anew (128 kB: the model takes 1.6 times as long; 4 MB: no difference).
    """
    if _LIBC is None or not hasattr(_LIBC, "mallopt"):
        return
    for option, value in (
        (_M_TRIM_THRESHOLD, _HEAP_SLACK_BYTES),
        (_M_MMAP_THRESHOLD, _HEAP_SLACK_BYTES),
        (_M_ARENA_MAX, 1),
    ):
        _LIBC.mallopt(option, value)
