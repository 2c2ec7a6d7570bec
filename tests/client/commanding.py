"""The command as a process of its own, with a home of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.services.processes import ROOT, Program

COMMAND = (sys.executable, "-m", "anonymize")


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Shell:
    """A folder to work in, and how the service is reached from it."""

    folder: Path
    url: str
    key: str = ""
    command: Sequence[str] = COMMAND

    @property
    def environment(self) -> Mapping[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANONYMIZE_", "XDG_"))}
        # Another locale than UTF-8: what is written must not depend on it.
        said = {"HOME": str(self.folder), "PYTHONPATH": str(ROOT), "LC_ALL": "C", "PYTHONUTF8": "0"}
        return {**kept, **said, "ANONYMIZE_URL": self.url, "ANONYMIZE_API_KEY": self.key}

    def run(self, *words: str, given: bytes = b"", **environment: str) -> Ended:
        done = subprocess.run(
            [*self.command, *words],
            cwd=self.folder,
            env={**self.environment, **environment},
            input=given,
            capture_output=True,
            timeout=120,
            check=False,
        )
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *words: str, **environment: str) -> Program:
        """Its output goes to `output.log`. Paths must be absolute."""
        environment = {**self.environment, **environment}
        return Program([*self.command, *words], self.folder / "output.log", environment)
