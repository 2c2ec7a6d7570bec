"""A composed service of a test's own: its project, secrets, ports and volumes, all of which go with it."""

import re
import secrets
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import httpx2 as httpx

from tests.compose.engine import IMAGES, docker, inspect, run
from tests.services.processes import ROOT

_START_S: Final = "120"


class Composition:
    """`files` of `root`, with the secrets that `make env` makes and `settings` beside them in `folder`/.env."""

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, str],
        *,
        files: Sequence[str] = ("docker-compose.yaml",),
        profiles: Sequence[str] = (),
        root: Path = ROOT,
    ) -> None:
        self.project = f"smoke-{secrets.token_hex(4)}"
        self._folder = folder
        self._root = root
        #: Those of `.env` that `make env` made.
        self.secrets = make_secrets(folder)
        # PORT=0: a free one, which `address` asks for.
        own = {**IMAGES, "REDIS_USERS_FILE": str(folder / ".secrets" / "users.acl"), "PORT": "0", "PROXY_PORT": "0"}
        with (folder / ".env").open("a", encoding="utf-8") as file:
            file.writelines(f"{name}={value}\n" for name, value in {**own, **settings}.items())
        self._command = ["docker", "compose", "--project-name", self.project, "--env-file", str(folder / ".env")]
        self._command += [word for name in files for word in ("--file", str(root / name))]
        self._command += [word for name in profiles for word in ("--profile", name)]

    def compose(self, *arguments: str, environment: Mapping[str, str] | None = None, expected: int | None = 0) -> str:
        return run([*self._command, *arguments], cwd=self._root, environment=environment, expected=expected)

    def up(self, *arguments: str) -> None:
        """Returns when every container that has a health check is healthy."""
        self.compose("up", "--detach", "--no-build", "--wait", "--wait-timeout", _START_S, *arguments)

    def end(self) -> None:
        self.compose("down", "--volumes", "--remove-orphans", "--timeout", "5", expected=None)

    def containers(self, service: str) -> list[str]:
        return self.compose("ps", "--all", "--quiet", service).split()

    def inspect(self, service: str) -> dict[str, Any]:
        return inspect("container", self.containers(service)[0])

    def inside(self, service: str, *command: str, expected: int | None = 0) -> str:
        """Runs a command in the service's (first) container."""
        return docker("exec", self.containers(service)[0], *command, expected=expected)

    def address(self, service: str, port: int, *, container: int = 1) -> str:
        """Where a published port is reached, as host:port."""
        return self.compose("port", "--index", str(container), service, str(port)).strip()

    def http(self, service: str = "gateway", port: int = 8000, *, key: str = "", container: int = 1) -> httpx.Client:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        address = self.address(service, port, container=container)
        return httpx.Client(base_url=f"http://{address}", headers=headers, timeout=60)

    def make_key(self, client: str, scopes: str = "jobs:write,jobs:read,jobs:erase") -> str:
        made = self.inside("gateway", "python", "-m", "gateway.keys", "create", "--client", client, "--scopes", scopes)
        key = re.search(r"ak_[0-9a-f]{16}_\w+", made)
        assert key is not None, made
        return key[0]

    def logs(self) -> bytes:
        return self.compose("logs", "--no-color").encode()


def make_secrets(folder: Path) -> dict[str, str]:
    """As `make env` does it, but in `folder`; by name."""
    run([sys.executable, "-m", "deploy.environment"], cwd=folder, environment={"PYTHONPATH": str(ROOT)})
    lines = (folder / ".env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)
