"""A disk of its own for the store, small enough to be filled: a tmpfs."""

import os
import subprocess
from pathlib import Path
from typing import Final

_BYTES: Final = 192 << 20


def _as_root(*command: str) -> bool:
    prefix = () if os.geteuid() == 0 else ("sudo", "-n")
    try:
        return subprocess.run([*prefix, *command], check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


class SmallDisk:
    """Mounted on `folder`, where we may."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        owner = f"size={_BYTES},uid={os.getuid()},mode=700"
        self.is_mounted = _as_root("mount", "-t", "tmpfs", "-o", owner, "tmpfs", str(folder))

    def fill(self) -> None:
        """To the last byte."""
        with (self._folder / "filler").open("wb", buffering=0) as file:
            try:
                while file.write(bytes(1 << 20)) == 1 << 20:
                    pass
            except OSError:
                return

    def empty(self) -> None:
        (self._folder / "filler").unlink()

    def end(self) -> None:
        if self.is_mounted:
            # Lazily: a server that was just killed may still be closing its files.
            _as_root("umount", "-l", str(self._folder))
