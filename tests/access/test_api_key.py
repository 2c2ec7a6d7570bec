"""How a key looks, and what is kept of it."""

import base64
import hashlib
import hmac
import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from gateway.access.api_key import PEPPER_FILE, Pepper, is_among, load_pepper, new_key, new_key_id, presented
from shared.settings import Settings

PEPPER = Pepper(bytes(range(32)))


def test_a_key_is_its_id_and_256_bits() -> None:
    made = {new_key(new_key_id()).whole for _ in range(200)}
    assert len(made) == 200
    for whole in made:
        key = presented(whole)
        assert key is not None
        assert (key.whole, key.id) == (whole, whole[:19])
    secrets = "".join(whole[20:] for whole in made)
    assert len(set(secrets)) == 62
    assert 62**43 > 2**256


def test_what_is_kept_is_an_hmac_with_the_pepper() -> None:
    key = new_key("ak_0123456789abcdef")
    expected = hmac.new(bytes(range(32)), key.whole.encode(), hashlib.sha256).hexdigest()
    assert PEPPER.digest(key) == expected
    assert PEPPER.digest(new_key(key.id)) != expected
    assert Pepper(bytes(32)).digest(key) != expected


def test_digests_are_compared_with_all() -> None:
    assert is_among("b", ["a", "b"])
    assert not is_among("c", ["a", "b"])
    assert not is_among("a", [])


def test_nothing_secret_is_printed() -> None:
    key = new_key("ak_0123456789abcdef")
    assert key.whole not in repr(key)
    assert repr(bytes(range(32))) not in repr(PEPPER)


def test_the_pepper_file_is_made_once_for_us_alone(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new")
    first = load_pepper(settings)
    path = tmp_path / "new" / PEPPER_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(first.value) == 32
    assert load_pepper(settings) == first


def test_a_pepper_of_the_settings_needs_no_file(tmp_path: Path) -> None:
    encoded = SecretStr(base64.b64encode(bytes(32)).decode())
    assert load_pepper(Settings(data_dir=tmp_path, api_key_pepper=encoded)) == Pepper(bytes(32))
    assert not (tmp_path / PEPPER_FILE).exists()


@pytest.mark.parametrize("pepper", ["", "short", "c2hvcnQ=", "!" * 44])
def test_a_pepper_that_is_none_is_refused_and_not_repeated(pepper: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="API_KEY_PEPPER") as refused:
        load_pepper(Settings(data_dir=tmp_path, api_key_pepper=SecretStr(pepper)))
    assert not pepper or pepper not in str(refused.value)
