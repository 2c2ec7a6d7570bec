"""Which files are meant, and where each one's result goes."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from anonymize.command.output import UsageError
from anonymize.kinds import ending_of


@dataclass(frozen=True, slots=True)
class Item:
    source: Path
    #: Below the folder for results.
    target: Path


@dataclass(frozen=True, slots=True)
class Found:
    items: tuple[Item, ...]
    #: In folders: of kinds that the service does not take, hidden ones, and what is no file.
    left_alone: int


def find(paths: Iterable[Path], output: Path) -> Found:
    """Raises UsageError where there is nothing, two results had one place, or a result would replace a source."""
    items: list[Item] = []
    left_alone = 0
    for path in paths:
        if path.is_dir():
            for file in _below(path, output):
                if file.name.startswith(".") or ending_of(file.name) is None or not file.is_file():
                    left_alone += 1
                else:
                    items.append(Item(file, file.relative_to(path)))
        elif path.is_file():
            items.append(Item(path, Path(path.name)))
        else:
            raise UsageError(f"{path}: no such file or folder")
    return Found(_apart(items, output), left_alone)


def _below(folder: Path, output: Path) -> Iterator[Path]:
    """All files, in order; links to folders are not followed, and results of an earlier run are no sources."""
    for parent, folders, files in os.walk(folder):
        here = Path(parent)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not _is_same(here / name, output))
        yield from (here / name for name in sorted(files))


def _apart(items: Iterable[Item], output: Path) -> tuple[Item, ...]:
    """Each once. By device and number, for a link to a source is that source."""
    by_target: dict[Path, Item] = {}
    sources: set[tuple[int, int]] = set()
    for item in items:
        identity = _identity(item.source)
        first = by_target.setdefault(item.target, item)
        if first is not item and _identity(first.source) != identity:
            raise UsageError(
                f"{first.source} and {item.source} would both become {output / item.target}; take them apart"
            )
        sources.add(identity)
    for target in by_target:
        if (output / target).exists() and _identity(output / target) in sources:
            raise UsageError(f"{output / target} is one of the files to anonymize; give another folder for the results")
    return tuple(by_target.values())


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _is_same(path: Path, other: Path) -> bool:
    return other.exists() and path.samefile(other)
