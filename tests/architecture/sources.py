"""The project's files, as the architecture tests read them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.services.processes import ROOT

#: Folders whose code is the product.
PRODUCT = ("gateway", "worker", "shared", "anonymize", "deploy")


@cache
def kept_files() -> tuple[Path, ...]:
    """Every file that git keeps or would keep, from the root of the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, check=True, capture_output=True
    ).stdout
    names = [Path(name) for name in listed.decode().split("\0") if name]
    # One that was deleted and not yet committed is still listed.
    return tuple(name for name in names if (ROOT / name).is_file())


def files_of(*folders: str, suffixes: tuple[str, ...] = (".py",)) -> list[Path]:
    return [name for name in kept_files() if name.parts[0] in folders and name.suffix in suffixes]


def read(name: Path) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def tree_of(name: Path) -> ast.Module:
    return ast.parse(read(name), filename=str(name))


def nodes_of(*folders: str) -> Iterator[tuple[Path, ast.AST]]:
    for name in files_of(*folders):
        for node in ast.walk(tree_of(name)):
            yield name, node
