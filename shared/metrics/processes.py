"""Processes that count together: a folder of theirs, and a number for each that no other living one has.

prometheus_client keeps the counts of several processes in files named by process id, which pile up as processes come
and go. Here a process takes the lowest free number, and its file: it goes on from what a dead one counted there. So
there are never more files than processes lived at once, nothing is counted twice, and a kill -9 forgets nothing.
"""

import atexit
import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from prometheus_client import values

_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
_PREFIX: Final = "anonymization-metrics-"
_OWNER: Final = "owner.lock"
#: Of the process that starts the others.
_MAIN: Final = "main"
#: Open for as long as this process lives: the kernel gives the number back, however it ends.
_held: list[int] = []
_number: str = _MAIN


def share() -> Path:
    """Have this process, and those that it forks, count into a new folder; it goes when this process ends by itself.

    Before anything is counted.
    """
    _sweep(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    # Held by the forked ones too: as long as one of them lives.
    _locked(folder / _OWNER)
    os.environ[_FOLDER] = str(folder)
    values.ValueClass = values.MultiProcessValue(process_identifier=lambda: _number)  # type: ignore[no-untyped-call]  # prometheus_client 0.26
    atexit.register(_forget_as, os.getpid(), folder)
    return folder


def shared_folder() -> Path | None:
    """None: this process counts for itself."""
    folder = os.environ.get(_FOLDER)
    return Path(folder) if folder else None


def take_number() -> None:
    """In a forked process, before it counts. Does nothing where nothing is shared."""
    global _number  # noqa: PLW0603  one of the process, which prometheus_client asks for at every count
    folder = shared_folder()
    if folder is None:
        return
    number = 0
    while (lock := _locked(folder / f"{number}.lock")) is None:
        number += 1
    _held[:] = [lock]
    _number = str(number)


def forget(folder: Path) -> None:
    """At the end of all of them."""
    shutil.rmtree(folder, ignore_errors=True)


def _forget_as(owner: int, folder: Path) -> None:
    # A forked process that ends runs this too.
    if os.getpid() == owner:
        forget(folder)


def _sweep(temporary: Path) -> None:
    """Folders of those that could not: killed by SIGKILL."""
    for owner in temporary.glob(f"{_PREFIX}*/{_OWNER}"):
        try:
            lock = _locked(owner)
        except OSError:
            # Another user's, or gone meanwhile.
            continue
        if lock is not None:
            forget(owner.parent)
            os.close(lock)


def _locked(path: Path) -> int | None:
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock
