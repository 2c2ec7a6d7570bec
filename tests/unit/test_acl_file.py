"""`python -m deploy.redis`: an ACL file for a server of one's own."""

import re
from pathlib import Path

import pytest

from deploy.redis.__main__ import main
from deploy.redis.users import User


def test_a_file_for_us_alone_and_passwords_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "users.acl"
    assert main([str(file)]) == 0
    assert file.stat().st_mode & 0o777 == 0o600
    passwords = dict(line.split(":") for line in capsys.readouterr().out.splitlines())
    assert set(passwords) == {"admin", *User}
    written = file.read_text()
    assert re.findall(r"^user (\w+) ", written, re.MULTILINE) == ["default", "admin", *User]
    assert "user default reset off " in written
    assert all(len(password) > 40 and password not in written for password in passwords.values())


def test_a_file_that_is_there_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "users.acl"
    file.write_text("user mine on")
    assert main([str(file)]) == 1
    assert file.read_text() == "user mine on"


def test_a_file_must_be_named() -> None:
    assert main([]) == 2
