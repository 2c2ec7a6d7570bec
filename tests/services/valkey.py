"""A real Valkey of the test's own, which can be killed and started again on the same data and port."""

import signal
from pathlib import Path

import redis

from deploy.local import valkey
from deploy.redis.users import User
from tests.services.processes import Program, eventually


class Server:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._prepared = valkey.prepare(folder)
        self._program = self._launch()

    @property
    def url(self) -> str:
        return self._prepared.url

    def url_of(self, user: User) -> str:
        """With that user's rights."""
        return self._prepared.urls[user]

    @property
    def append_only_folder(self) -> Path:
        return self.folder / "valkey" / "appendonlydir"

    def client(self) -> "redis.Redis":
        return redis.Redis.from_url(self.url, socket_timeout=5)

    @property
    def is_alive(self) -> bool:
        return self._program.is_alive

    def kill(self) -> None:
        """As kill -9: what is not in the append-only file is gone."""
        self._program.signal(signal.SIGKILL)
        self._program.wait()

    def pause(self) -> None:
        """Its connections stay open, and nothing answers."""
        self._program.signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._program.signal(signal.SIGCONT)

    def start_again(self) -> None:
        self._program = self._launch()

    def end(self) -> None:
        self._program.end()

    def _launch(self) -> Program:
        program = Program(list(self._prepared.command), self.folder / "valkey.log", {})
        eventually(self._answers, what="Valkey answers")
        return program

    def _answers(self) -> bool:
        try:
            return bool(self.client().ping())
        except redis.exceptions.RedisError:
            return False
