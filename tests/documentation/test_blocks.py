"""Each block of code of the documentation is what it says it is: shell, Python, JSON, YAML.

That the examples run and print what stands behind them: tests/contract/test_documentation.py.
"""

import ast
import json
import subprocess
from collections.abc import Callable, Mapping
from typing import Final

import pytest
import yaml  # type: ignore[import-untyped]  # PyYAML comes without

from tests.contract.likeness import objects_in
from tests.contract.markdown import Block, blocks
from tests.documentation.pages import PAGES, name_of

_BLOCKS: Final = [(name_of(page), block) for page in PAGES for block in blocks(page)]


def _is_shell(code: str) -> None:
    done = subprocess.run(["bash", "-n"], input=code, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _is_console(code: str) -> None:
    """A session: commands behind `$ `, and what they print."""
    commands = [line.removeprefix("$ ") for line in code.splitlines() if line.startswith("$ ")]
    assert commands
    for command in commands:
        _is_shell(command)


def _is_json(code: str) -> None:
    """One value, or an object a line; lines that are no JSON are only there to be left out ("...")."""
    try:
        json.loads(code)
    except ValueError:
        lines = [line for line in code.splitlines() if line.strip() not in {"", "..."}]
        assert len(objects_in(code)) == len(lines)


CHECKS: Final[Mapping[str, Callable[[str], object]]] = {
    "sh": _is_shell,
    "bash": _is_shell,
    "console": _is_console,
    "python": ast.parse,
    "json": _is_json,
    "yaml": lambda code: list(yaml.safe_load_all(code)),
    # Drawings, and what commands print.
    "": len,
    "text": len,
}


@pytest.mark.parametrize(("page", "block"), _BLOCKS, ids=[f"{page}:{block.line}" for page, block in _BLOCKS])
def test_a_block_is_what_it_says(page: str, block: Block) -> None:
    assert block.language in CHECKS, f"{page}: nobody checks {block.language}"
    CHECKS[block.language](block.code)


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("sh", "if true; then"),
        ("console", "$ echo 'a\nb"),
        ("console", "nothing is asked"),
        ("python", "def f(:"),
        ("json", '{"a": }'),
        ("json", '{"a": 1}\nand so on'),
        ("yaml", "a: [1"),
    ],
)
def test_what_is_something_else_would_be_seen(language: str, code: str) -> None:
    with pytest.raises((AssertionError, SyntaxError, yaml.YAMLError)):
        CHECKS[language](code)
