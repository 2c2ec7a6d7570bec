"""Processes of a service and what each costs, read from /proc."""

from pathlib import Path


def children(pid: int) -> list[int]:
    """Ids of its children, of all its threads."""
    found = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for file in found for child in file.read_text(encoding="ascii").split()]


def arguments(pid: int) -> list[str]:
    """What it was started with."""
    return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").rstrip("\0").split("\0")


def variable(pid: int, name: str) -> str:
    """Of the environment that it was started with; empty when it has none of that name."""
    lines = Path(f"/proc/{pid}/environ").read_text(encoding="utf-8").split("\0")
    return next((line.partition("=")[2] for line in lines if line.startswith(f"{name}=")), "")


def pss_mb(pid: int) -> float:
    """Proportional set size: a page that processes share counts in each by its share. Summed by the kernel in kB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024 / 1e6
