"""The fenced blocks of a Markdown file."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

#: On a block of `sh` that no test can run, behind the language: "```sh not-run".
NOT_RUN: Final = "not-run"
_FENCED: Final = re.compile(r"^```(?P<info>[^\n]*)\n(?P<code>.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    language: str
    is_run: bool
    code: str
    line: int


@dataclass(frozen=True, slots=True)
class Example:
    """A block of `sh` and what it is said to print: the blocks between it and the next one."""

    command: Block
    printed: tuple[Block, ...]


def blocks(path: Path) -> list[Block]:
    text = path.read_text(encoding="utf-8")
    found = []
    for match in _FENCED.finditer(text):
        language, *marks = match["info"].split() or [""]
        found.append(Block(language, NOT_RUN not in marks, match["code"], text.count("\n", 0, match.start()) + 1))
    return found


def examples(path: Path) -> list[Example]:
    """Those that can be run, in order."""
    found: list[Example] = []
    for block in blocks(path):
        if block.language == "sh":
            found.append(Example(block, ()))
        elif found:
            found[-1] = Example(found[-1].command, (*found[-1].printed, block))
    return [each for each in found if each.command.is_run]


def named_files(path: Path) -> dict[str, str]:
    """Blocks whose first line is a comment with a file's name: `# hook.py`."""
    names = ((re.match(r"# (\w+\.py)\n", block.code), block.code) for block in blocks(path))
    return {match[1]: code for match, code in names if match}
