"""What a page of the documentation points to is there."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.services.processes import ROOT

_PAGES: Final = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
_LINK: Final = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
_FENCED: Final = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_HEADING: Final = re.compile(r"^#+ (.+)$", re.MULTILINE)


def _links(page: Path) -> Iterator[tuple[str, str]]:
    """File and anchor of each link that stays in the repository."""
    for link in _LINK.findall(_FENCED.sub("", page.read_text(encoding="utf-8"))):
        if "://" not in link:
            file, _, anchor = link.partition("#")
            yield file, anchor


def _anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = _HEADING.findall(_FENCED.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for file, anchor in _links(page):
        target = (page.parent / file).resolve() if file else page
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            broken.append(f"{file}#{anchor}")
    assert not broken
