"""Payloads and results at rest: only the right job, field and key opens a box."""

import base64
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from shared.cipher import KEY_BYTES, KEY_FILE, Field, JobCipher, KeyRing, load_key_ring
from shared.errors import UndecipherablePayload
from shared.settings import Settings
from tests.services.processes import ROOT

OLD, NEW = b"o" * KEY_BYTES, b"n" * KEY_BYTES
TEXT = "Zoë 🙂 田中\x00".encode()


@pytest.fixture
def cipher() -> JobCipher:
    return KeyRing((OLD,)).new_job("client", "job_1")[0]


def settings(folder: Path, keys: str | None = None) -> Settings:
    return Settings(data_dir=folder, encryption_keys=None if keys is None else SecretStr(keys))


def encoded(*keys: bytes) -> str:
    return ",".join(base64.b64encode(key).decode() for key in keys)


@pytest.mark.parametrize("plain", [b"", TEXT, os.urandom(100_000)])
def test_what_was_sealed_opens(cipher: JobCipher, plain: bytes) -> None:
    box = cipher.seal(Field.PAYLOAD, plain)
    assert cipher.open(Field.PAYLOAD, box) == plain
    assert cipher.seal(Field.PAYLOAD, plain) != box, "each box has a nonce of its own"


def test_a_box_shows_nothing_of_the_text(cipher: JobCipher) -> None:
    assert TEXT not in cipher.seal(Field.RESULT, TEXT)


@pytest.mark.parametrize(("client", "job_id"), [("other", "job_1"), ("client", "job_2"), ("client\x00job", "_1")])
def test_a_box_moved_to_another_place_does_not_open(cipher: JobCipher, client: str, job_id: str) -> None:
    box = cipher.seal(Field.PAYLOAD, TEXT)
    with pytest.raises(UndecipherablePayload):
        JobCipher(client, job_id, cipher.data_key).open(Field.PAYLOAD, box)


def test_a_payload_does_not_open_as_a_result(cipher: JobCipher) -> None:
    with pytest.raises(UndecipherablePayload):
        cipher.open(Field.RESULT, cipher.seal(Field.PAYLOAD, TEXT))


def test_an_altered_box_is_refused(cipher: JobCipher) -> None:
    box = cipher.seal(Field.PAYLOAD, TEXT)
    for index in range(len(box)):
        altered = box[:index] + bytes([box[index] ^ 1]) + box[index + 1 :]
        with pytest.raises(UndecipherablePayload):
            cipher.open(Field.PAYLOAD, altered)


@pytest.mark.parametrize("length", [0, 1, 11, 12, 27])
def test_a_cut_box_is_refused(cipher: JobCipher, length: int) -> None:
    with pytest.raises(UndecipherablePayload):
        cipher.open(Field.PAYLOAD, cipher.seal(Field.PAYLOAD, b"")[:length])


def test_the_wrapped_key_gives_the_job_back() -> None:
    ring = KeyRing((OLD,))
    cipher, wrapped = ring.new_job("client", "job_1")
    box = cipher.seal(Field.PAYLOAD, TEXT)
    assert ring.job("client", "job_1", wrapped).open(Field.PAYLOAD, box) == TEXT
    for client, job_id in (("other", "job_1"), ("client", "job_2")):
        with pytest.raises(UndecipherablePayload):
            ring.job(client, job_id, wrapped)


@pytest.mark.parametrize("wrapped", [b"", b"abc", b"\x00" * 64])
def test_a_wrapped_key_that_is_none_is_refused(wrapped: bytes) -> None:
    with pytest.raises(UndecipherablePayload):
        KeyRing((OLD,)).job("client", "job_1", wrapped)


def test_after_a_rotation_old_jobs_open_and_new_ones_use_the_new_key(tmp_path: Path) -> None:
    before = load_key_ring(settings(tmp_path, encoded(OLD)))
    rotated = load_key_ring(settings(tmp_path, encoded(NEW, OLD)))
    after = load_key_ring(settings(tmp_path, encoded(NEW)))
    _, wrapped_before = before.new_job("client", "job_1")
    _, wrapped_during = rotated.new_job("client", "job_2")

    assert rotated.job("client", "job_1", wrapped_before)
    assert after.job("client", "job_2", wrapped_during)
    with pytest.raises(UndecipherablePayload):
        after.job("client", "job_1", wrapped_before)
    with pytest.raises(UndecipherablePayload):
        before.job("client", "job_2", wrapped_during)


def test_the_key_file_is_made_once_for_us_alone(tmp_path: Path) -> None:
    first = load_key_ring(settings(tmp_path / "deep" / "er"))
    path = tmp_path / "deep" / "er" / KEY_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(base64.b64decode(path.read_bytes())) == KEY_BYTES
    assert load_key_ring(settings(path.parent)) == first


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    program = (
        "import pathlib, sys, time; from shared.cipher import load_key_ring; from shared.settings import Settings;"
        "folder = pathlib.Path(sys.argv[1]); settings = Settings(data_dir=folder / 'data');"
        "sys.stdin.read(1); print(load_key_ring(settings).keys[0].hex())"
    )
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(8)
    ]
    for each in starts:
        assert each.stdin is not None
        each.stdin.write("g")
        each.stdin.flush()
    keys = {each.communicate(timeout=60)[0] for each in starts}
    assert len(keys) == 1
    assert len(keys.pop().strip()) == 2 * KEY_BYTES
    assert [path.name for path in (tmp_path / "data").iterdir()] == [KEY_FILE], "no draft is left"


@pytest.mark.parametrize(
    "secret",
    [
        "secretsecret",
        "Zm9vYmFy",
        "not base64 at all!",
        base64.b64encode(b"k" * 31).decode(),
        base64.b64encode(b"k" * 33).decode(),
        f"{encoded(OLD)},shortsecret",
        "sécrète",
    ],
)
def test_a_bad_key_is_told_and_not_repeated(tmp_path: Path, secret: str) -> None:
    with pytest.raises(ValueError, match="32 bytes in base64") as raised:
        load_key_ring(settings(tmp_path, secret))
    assert_silent(raised.value, *secret.split(","))


@pytest.mark.parametrize("empty", ["", " ", ",", " , ,"])
def test_no_key_at_all_is_told(tmp_path: Path, empty: str) -> None:
    with pytest.raises(ValueError, match="ENCRYPTION_KEYS"):
        load_key_ring(settings(tmp_path, empty))


@pytest.mark.parametrize("content", [b"", b"shortsecret", b"\xff\xfesecret", b"\x00" * 44])
def test_a_broken_key_file_is_told_and_not_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / KEY_FILE
    path.write_bytes(content)
    with pytest.raises(ValueError, match="32 bytes in base64"):
        load_key_ring(settings(tmp_path))
    assert path.read_bytes() == content


def test_both_spellings_of_base64_are_keys(tmp_path: Path) -> None:
    key = b"\xfb\xff" * 16
    for spelled in (base64.b64encode(key), base64.urlsafe_b64encode(key)):
        assert load_key_ring(settings(tmp_path, f" {spelled.decode()} ")).keys == (key,)


def test_no_representation_shows_a_key(tmp_path: Path) -> None:
    ring = KeyRing((OLD, NEW))
    cipher, _ = ring.new_job("client", "job_1")
    assert "2 keys" in repr(ring)
    for shown in (repr(ring), str(ring), repr(cipher), f"{cipher}", repr(settings(tmp_path, encoded(OLD)))):
        for key in (OLD, NEW, cipher.data_key):
            assert key.hex() not in shown
            assert repr(key)[2:-1] not in shown
            assert encoded(key) not in shown


def assert_silent(error: BaseException | None, *secrets: str) -> None:
    """Nothing that a traceback would print holds a secret."""
    seen: list[Any] = []
    while error is not None and error not in seen:
        seen.append(error)
        assert not [secret for secret in secrets if secret in str(error)]
        error = error.__cause__ or error.__context__
