"""Pages that are made from tables are those of the tables: `make docs` writes them."""

import subprocess
import sys

import pytest

from shared.entity_types import ENTITY_TYPES
from tests.documentation.pages import prose
from tests.services.processes import ROOT
from worker.anonymization.operators import OPERATORS
from worker.catalogue.__main__ import PAGES
from worker.catalogue.table import code, table


@pytest.mark.parametrize("name", PAGES)
def test_a_made_page_is_that_of_the_code(name: str) -> None:
    page = ROOT / "docs" / f"{name}.md"
    assert page.read_text(encoding="utf-8") == PAGES[name](), "make docs"


def test_every_operator_and_type_is_told() -> None:
    operators, types = (prose(ROOT / "docs" / f"{name}.md") for name in ("operators", "entity-types"))
    assert all(f"| `{name}` |" in operators for name in OPERATORS)
    assert all(f"| `{name}` |" in types for name in ENTITY_TYPES)


def test_an_unknown_page_is_refused() -> None:
    done = subprocess.run([sys.executable, "-m", "worker.catalogue", "all"], cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"operators|entity-types" in done.stderr


@pytest.mark.parametrize(("text", "written"), [("a", "`a`"), ("a|b", "`a|b`"), (" a", "`  a `"), ("`", "`` ` ``")])
def test_code_keeps_what_stands_in_it(text: str, written: str) -> None:
    assert code(text) == written


def test_a_cell_ends_where_it_should() -> None:
    assert list(table(("a", "b"), [("`x|y`", "z")])) == ["| a | b |", "|---|---|", r"| `x\|y` | z |"]
