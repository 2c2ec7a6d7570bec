"""A real image registry on loopback, which the engine pushes to and pulls from."""

import shutil
from pathlib import Path

import httpx2 as httpx

from deploy.local.valkey import free_port
from tests.compose.engine import docker, inspect
from tests.services.processes import Program, eventually

PROGRAM = shutil.which("docker-registry")

_CONFIG = """
version: 0.1
log: {{level: warn}}
storage:
  filesystem: {{rootdirectory: {folder}}}
http: {{addr: "127.0.0.1:{port}"}}
"""


class Registry:
    def __init__(self, folder: Path) -> None:
        assert PROGRAM is not None
        self.address = f"127.0.0.1:{free_port()}"
        config = folder / "registry.yml"
        port = self.address.partition(":")[2]
        config.write_text(_CONFIG.format(folder=folder / "images", port=port), encoding="utf-8")
        self._program = Program(
            [PROGRAM, "serve", str(config)], folder / "registry.log", {"OTEL_TRACES_EXPORTER": "none"}
        )
        eventually(self._answers, what="the registry answers")

    def keep(self, image: str, name: str) -> str:
        """Pushes it, and takes it away from the engine: NAME@sha256:DIGEST, as a deploy gets it."""
        there = f"{self.address}/{name}:1"
        docker("tag", image, there)
        docker("push", "--quiet", there)
        digests: list[str] = inspect("image", there)["RepoDigests"]
        docker("image", "rm", there, image)
        return next(digest for digest in digests if digest.startswith(f"{self.address}/{name}@"))

    def end(self) -> None:
        self._program.end()

    def _answers(self) -> bool:
        try:
            return httpx.get(f"http://{self.address}/v2/", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False
