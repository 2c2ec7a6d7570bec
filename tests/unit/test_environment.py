"""`make env`: the secrets of the composed service."""

import base64
from pathlib import Path

import pytest

from deploy.environment import main


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def variables(folder: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in (folder / ".env").read_text().splitlines())


def test_every_secret_is_random_and_for_its_owner_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0
    assert (folder / ".env").stat().st_mode & 0o777 == 0o600
    assert (folder / ".secrets").stat().st_mode & 0o777 == 0o700
    made = variables(folder)
    assert len(set(made.values())) == len(made)
    assert all(len(value) >= 32 for value in made.values())
    assert len(base64.b64decode(made["ENCRYPTION_KEYS"])) == 32
    said = capsys.readouterr().out
    assert not any(value in said for value in made.values())


def test_the_store_is_told_hashes_alone(folder: Path) -> None:
    main()
    users = (folder / ".secrets" / "users.acl").read_text()
    assert not any(value in users for value in variables(folder).values())
    assert "user health reset on nopass -@all +ping" in users


@pytest.mark.parametrize("there", [".env", ".secrets/users.acl"])
def test_what_is_there_is_kept_and_nothing_is_written_beside_it(folder: Path, there: str) -> None:
    """With half of the secrets new, the other half would not fit."""
    (folder / ".secrets").mkdir()
    (folder / there).write_text("mine")
    assert main() == 1
    assert (folder / there).read_text() == "mine"
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [Path(there).name]
