"""The contract changes only where CHANGELOG.md tells those who depend on it."""

import json
import re
from typing import Final

from gateway.contract import PUBLISHED, changelog_line, contract
from gateway.openapi import operations
from tests.services.documented import document
from tests.services.processes import ROOT

_HOW: Final = "`python -m gateway.contract` writes docs/openapi.json and prints the line for CHANGELOG.md"


def test_the_published_document_is_that_of_the_code() -> None:
    assert json.loads(PUBLISHED.read_bytes()) == json.loads(contract()), _HOW
    assert PUBLISHED.read_bytes() == contract(), _HOW


def test_the_changelog_names_the_contract() -> None:
    """In its newest part, beside words on what changed."""
    _, newest, *_ = re.split(r"^## ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert changelog_line(contract()) in newest, _HOW


def test_a_changed_contract_has_another_line() -> None:
    assert changelog_line(contract()) == changelog_line(contract())
    assert changelog_line(contract() + b" ") != changelog_line(contract())


def test_an_operation_that_takes_json_shows_how() -> None:
    bodies = {
        f"{method} {path}": operation["requestBody"]["content"].get("application/json", {"examples": "a form"})
        for method, path, operation in operations(document())
        if "requestBody" in operation
    }
    assert not [name for name, body in bodies.items() if not body.get("examples")]
