"""The pages of the documentation, and what they name in code."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.services.processes import ROOT

PAGES: Final = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
_FENCED: Final = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_INLINE: Final = re.compile(r"(`+)(.+?)\1", re.DOTALL)
_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def prose(page: Path) -> str:
    """Without its blocks."""
    return _FENCED.sub("", page.read_text(encoding="utf-8"))


def inline_code(page: Path) -> list[str]:
    """What stands between backquotes, each in one line."""
    return [" ".join(match[2].split()) for match in _INLINE.finditer(prose(page))]


def linked(page: Path) -> Iterator[Path]:
    """Files of the repository that a page links to."""
    for link in _LINK.findall(prose(page)):
        file = link.partition("#")[0]
        if file and "://" not in file:
            yield (page.parent / file).resolve()
