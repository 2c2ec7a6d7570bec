"""What runs on this machine, read from /proc."""

import os
from pathlib import Path


def processes() -> dict[int, int]:
    """Process id -> its parent's, of all that run."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent, *_ = (folder / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state != "Z":
            found[int(folder.name)] = int(parent)
    return found


def descendants(root: int) -> list[int]:
    parents = processes()
    found = [root]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found[1:]


def command_line(process: int) -> bytes:
    """Its arguments, a NUL after each; empty when it has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def environment_of(process: int) -> list[str]:
    """The `NAME=value` that it was started with; empty when it has ended."""
    try:
        return Path(f"/proc/{process}/environ").read_bytes().decode(errors="replace").split("\0")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return []


def cpu_s(process: int) -> float:
    """User and system time of all its threads (proc(5), fields 14 and 15 of stat)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
