"""A host that releases are deployed on: this machine, by ssh, in a folder, a project and ports of the test's own."""

import os
import re
import secrets
import shutil
import ssl
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.local.valkey import free_port
from tests.compose.engine import docker, inspect, run
from tests.deploy.load import Load
from tests.deploy.sshd import Sshd
from tests.services.processes import ROOT, Program, eventually


class Host:
    def __init__(self, folder: Path, sshd: Sshd) -> None:
        self.root = folder / "host"
        self.project = f"deploy-{secrets.token_hex(4)}"
        self.address = f"https://localhost:{(port := free_port())}"
        self._folder, self._sshd, self._port = folder, sshd, port
        self._key = ""
        self.root.mkdir()
        # What is sent, as it is now.
        self.checkout = folder / "checkout"
        shutil.copytree(ROOT / "deploy", self.checkout / "deploy", ignore=shutil.ignore_patterns("__pycache__"))
        for file in ROOT.glob("docker-compose*.yaml"):
            shutil.copy(file, self.checkout)
        settings = {
            "COMPOSE_PROJECT_NAME": self.project,
            "DOMAIN": "localhost",
            "ACME_EMAIL": "nobody@example.org",
            # Nobody else would sign for this name.
            "TLS_ISSUER": "internal",
            "HTTP_PORT": str(free_port()),
            "HTTPS_PORT": str(port),
            "MODELS": "en_sm",
            "WORKER_PROCESSES": "1",
            "GATEWAY_PROCESSES": "1",
        }
        lines = [f"{name}={value}\n" for name, value in settings.items()]
        (self.root / "host.env").write_text("".join(lines), encoding="utf-8")

    def sending(self, release: str, images: Sequence[str], **environment: str) -> Program:
        """send.sh, under way."""
        output = self._folder / f"{release}-{secrets.token_hex(2)}.log"
        script = self.checkout / "deploy" / "ec2" / "send.sh"
        return Program(["bash", str(script), release, *images], output, self._environment(environment))

    def send(self, release: str, images: Sequence[str], **environment: str) -> tuple[int, str]:
        """The exit code of send.sh, and what it said."""
        program = self.sending(release, images, **environment)
        return program.wait(280), program.said()

    def kill_deploy(self, program: Program, when: str) -> None:
        """kill -9 of deploy.sh, as soon as it said that it is at this step; returns when ssh has noticed."""
        eventually(lambda: when in program.said() or not program.is_alive, what=f"the deploy says {when!r}")
        assert program.is_alive, program.said()
        os.kill(int((self.root / "deploy.lock").read_text(encoding="utf-8")), 9)
        assert program.wait() != 0

    def script(self, name: str, *arguments: str, expected: int | None = 0, **environment: str) -> str:
        """One of the release that is served, on the host itself."""
        command = ["bash", str(self.root / "current" / "deploy" / "ec2" / name), *arguments]
        return run(command, environment={"DEPLOY_ROOT": str(self.root), **environment}, expected=expected)

    def state(self) -> Mapping[str, str]:
        lines = (self.root / "release.env").read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)

    def containers(self, *services: str) -> dict[str, str]:
        """Of all that exist, stopped ones too, each one's state by id."""
        listed = docker("ps", "--all", "--no-trunc", "--filter", f"label=com.docker.compose.project={self.project}",
                        "--format", '{{.ID}} {{.Label "com.docker.compose.service"}} {{.State}}')  # fmt: skip
        rows = (line.split() for line in listed.splitlines())
        return {name: state for name, service, state in rows if service in services}

    def load(self) -> Load:
        return Load(self.address, self.key(), self.authority())

    def key(self) -> str:
        """An API key, which lasts as long as the store."""
        if not self._key:
            arguments = "exec -T gateway python -m gateway.keys create --client crm --scopes jobs:write,jobs:read"
            made = re.search(r"ak_[0-9a-f]{16}_\w+", self.script("compose.sh", *arguments.split()))
            assert made is not None
            self._key = made[0]
            # Whoever looks after a thousand jobs at the end is no abuser.
            limits = "exec -T gateway python -m gateway.keys limits --client crm --rate-per-s 0"
            self.script("compose.sh", *limits.split())
        return self._key

    def authority(self) -> ssl.SSLContext:
        """Trusts Caddy's own authority, and nobody else."""
        caddy = next(iter(self.containers("caddy")))
        root = docker("exec", caddy, "cat", "/data/caddy/pki/authorities/local/root.crt")
        context = ssl.create_default_context(cadata=root)
        assert len(context.get_ca_certs()) == 1
        return context

    def has_container_of(self, image: str, service: str) -> bool:
        return any(inspect("container", name)["Config"]["Image"] == image for name in self.containers(service))

    def end(self) -> None:
        names = list(self.containers("gateway", "worker", "courier", "redis", "flower", "caddy"))
        if names:
            docker("rm", "--force", "--volumes", *names, expected=None)
        for kind in ("volume", "network"):
            listed = docker(kind, "ls", "--quiet", "--filter", f"label=com.docker.compose.project={self.project}")
            if listed.split():
                docker(kind, "rm", *listed.split(), expected=None)

    def _environment(self, more: Mapping[str, str]) -> dict[str, str]:
        user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
        return {
            "HOST": "127.0.0.1",
            "USERNAME": user,
            "SSH_PORT": str(self._sshd.port),
            "KEY_FILE": str(self._sshd.key_file),
            "KNOWN_HOSTS_FILE": str(self._sshd.known_hosts_file),
            "DEPLOY_ROOT": str(self.root),
            **more,
        }
