"""Where the address and the key come from."""

from pathlib import Path

import pytest

from anonymize import Client, NotConfigured
from anonymize.connection import Connection, find_connection

KEY = "ak_0123456789abcdef_secret"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Of the user whose XDG_CONFIG_HOME is `tmp_path`; readable by nobody else."""
    path = tmp_path / "anonymize" / "config.toml"
    path.parent.mkdir()
    path.touch(mode=0o600)
    return path


def found(file: Path, **environment: str) -> Connection:
    return find_connection({"XDG_CONFIG_HOME": str(file.parent.parent), **environment})


def test_without_anything_it_is_this_machine(file: Path) -> None:
    assert found(file) == Connection("http://127.0.0.1:8000", None, None)
    file.unlink()
    assert found(file).url == "http://127.0.0.1:8000"


def test_the_environment_counts_before_the_file_and_arguments_before_both(file: Path) -> None:
    file.write_text(f'url = "https://file.example/"\napi_key = "{KEY}"\n')
    assert found(file) == Connection("https://file.example", KEY)
    said = {"XDG_CONFIG_HOME": str(file.parent.parent), "ANONYMIZE_API_KEY": "ak_of_the_environment"}
    assert find_connection(said) == Connection("https://file.example", "ak_of_the_environment")
    given = find_connection(said, url="https://given.example", api_key="ak_given")
    assert given == Connection("https://given.example", "ak_given")


def test_a_key_goes_to_no_other_address_than_the_one_beside_it(file: Path) -> None:
    file.write_text(f'url = "https://file.example"\napi_key = "{KEY}"\n')
    assert found(file, ANONYMIZE_URL="https://other.example").api_key is None
    assert found(file, ANONYMIZE_URL="https://file.example/").api_key == KEY
    said = {"ANONYMIZE_URL": "https://environment.example", "ANONYMIZE_API_KEY": KEY, "XDG_CONFIG_HOME": "/nowhere"}
    assert find_connection(said, url="https://other.example").api_key is None
    file.write_text(f'api_key = "{KEY}"\n')
    assert found(file, ANONYMIZE_URL="https://other.example").api_key == KEY, "none stands beside it"


def test_a_home_that_is_not_absolute_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".config" / "anonymize").mkdir(parents=True)
    (tmp_path / ".config" / "anonymize" / "config.toml").write_text('url = "https://home.example"')
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_connection({"XDG_CONFIG_HOME": "somewhere"}).url == "https://home.example"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o620, 0o644])
def test_a_file_with_a_key_is_for_its_user_alone(file: Path, mode: int) -> None:
    file.write_text(f'api_key = "{KEY}"')
    file.chmod(mode)
    with pytest.raises(NotConfigured, match="chmod 600") as refused:
        found(file)
    assert KEY not in str(refused.value)


def test_a_file_without_a_key_may_be_read_by_all(file: Path) -> None:
    file.write_text('url = "https://file.example"')
    file.chmod(0o644)
    assert found(file).url == "https://file.example"


@pytest.mark.parametrize(
    "content",
    [b"api_key = ak_x", b"api_kye = 'a'", b"api_key = 7", b"url = ['https://a.example']", b"\0", b"# \xe9"],
)
def test_a_file_that_cannot_be_meant(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(NotConfigured) as refused:
        found(file)
    assert "ak_x" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        *("127.0.0.1:8000", "ftp://a.example", "https://", "http://a.example:99999", "http://a.example/?q=1"),
        *("http://key@a.example", "https://a:b@a.example", "http://[::1", "http://a.example/#x"),
    ],
)
def test_an_address_that_is_none(file: Path, url: str) -> None:
    with pytest.raises(NotConfigured):
        found(file, ANONYMIZE_URL=url)


@pytest.mark.parametrize("key", ["a b", "a\nX-Other: b", "clé"])
def test_a_key_that_is_none_is_not_shown(file: Path, key: str) -> None:
    with pytest.raises(NotConfigured) as refused:
        found(file, ANONYMIZE_API_KEY=key)
    assert key not in str(refused.value)


def test_a_key_is_not_in_what_is_shown_of_a_client(file: Path) -> None:
    assert KEY not in repr(found(file, ANONYMIZE_API_KEY=KEY))
    with Client("http://127.0.0.1:1", KEY) as client:
        assert KEY not in repr(client)
