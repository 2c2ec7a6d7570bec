"""A bare system becomes a host: bootstrap.sh in a container of Debian, with this machine's Docker lent to it."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.compose.engine import IMAGES, docker
from tests.deploy.sshd import Sshd
from tests.services.processes import ROOT

pytestmark = pytest.mark.timeout(120)

_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG5vYm9keSBoYXMgdGhlIHByaXZhdGUgaGFsZiBvZiBpdA test"
_PLUGINS = "/usr/libexec/docker/cli-plugins"


@pytest.fixture(scope="module")
def system(server: Sshd) -> Iterator[str]:
    """The image has Python 3.11 and no curl; root may do here what root may do on a host."""
    program = shutil.which("docker")
    assert program is not None
    if not Path(_PLUGINS).is_dir():
        pytest.skip(f"compose's plugin is not in {_PLUGINS}")
    lent = [f"{program}:/usr/bin/docker:ro", f"{_PLUGINS}:{_PLUGINS}:ro", f"{ROOT / 'deploy' / 'ec2'}:/ec2:ro"]
    system = docker(
        *("run", "--detach", "--rm", "--init", "--user", "0", "--entrypoint", "sleep"),
        *(word for volume in lent for word in ("--volume", volume)),
        *(IMAGES["GATEWAY_IMAGE"], "infinity"),
    ).strip()
    yield system
    docker("rm", "--force", system)


def test_a_bare_system_becomes_a_host_and_again_stays_one(system: str) -> None:
    settings = (
        "--env",
        "DOMAIN=anonymize.example.org",
        "--env",
        "ACME_EMAIL=you@example.org",
        "--env",
        f"DEPLOY_KEY={_KEY}",
    )
    run = ("exec", *settings, system, "bash", "/ec2/bootstrap.sh")

    assert "ready: deploy deploys into /opt/anonymization-api" in docker(*run)

    as_user = ("exec", "--user", "deploy", system)
    settings_file = docker(*as_user, "cat", "/opt/anonymization-api/host.env")
    assert settings_file == 'DOMAIN=anonymize.example.org\nACME_EMAIL=you@example.org\nMODELS="en_sm fr_sm"\n'
    docker(*as_user, "sh", "-euc", "touch /opt/anonymization-api/x; rm /opt/anonymization-api/x; curl --version")
    assert "docker" in docker(*as_user, "id", "--name", "--groups").split()
    keys = docker(*as_user, "cat", "/home/deploy/.ssh/authorized_keys")
    assert re.fullmatch(rf"[\w,-]*no-port-forwarding[\w,-]* {re.escape(_KEY)}\n", keys)
    assert docker(*as_user, "stat", "-c", "%a", "/home/deploy/.ssh/authorized_keys", "/home/deploy/.ssh").split() == [
        "600",
        "700",
    ]

    docker("exec", system, "sh", "-c", "echo WORKERS=2 >>/opt/anonymization-api/host.env")
    assert "is kept" in docker(*run)
    assert "WORKERS=2" in docker(*as_user, "cat", "/opt/anonymization-api/host.env")
    assert docker(*as_user, "cat", "/home/deploy/.ssh/authorized_keys") == keys


def test_without_a_domain_nothing_is_done(system: str) -> None:
    assert "DOMAIN" in docker("exec", system, "bash", "/ec2/bootstrap.sh", expected=1)
