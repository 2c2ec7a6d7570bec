"""A gateway that would let everybody in does not start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services.processes import ROOT
from tests.services.valkey import Server


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_without_keys_it_listens_on_loopback_alone(host: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gateway"],
        cwd=ROOT,
        env={**os.environ, "HOST": host, "AUTH": "none"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "gateway: AUTH=none is for loopback addresses alone, and HOST is none: set AUTH=keys, and make a key with "
        "`python -m gateway.keys create`"
    ]


def test_make_run_says_the_same_and_starts_nothing(tmp_path: Path) -> None:
    environment = {**os.environ, "HOST": "0.0.0.0", "AUTH": "none", "DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "deploy.local"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert "AUTH=none is for loopback addresses alone" in done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []


def test_make_key_finds_the_valkey_of_make_run(valkey: Server) -> None:
    def command(*arguments: str, data_dir: Path = valkey.folder) -> tuple[int, str, str]:
        environment = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
        done = subprocess.run(
            [sys.executable, "-m", "deploy.local.keys", *arguments],
            cwd=ROOT,
            env={**environment, "DATA_DIR": str(data_dir)},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    code, key, _ = command("create", "--client", "crm", "--scopes", "admin")
    assert code == 0
    assert valkey.client().exists(f"aa:api-key:{key.rpartition('_')[0]}")
    assert command("list", data_dir=valkey.folder / "elsewhere") == (
        1,
        "",
        "no Valkey was started in DATA_DIR: make run, or set REDIS_URL\n",
    )
