"""Images are pushed with their provenance, found by their commit, and taken by their digest.

With a real registry, and an engine of our own: the machine's may keep images the old way, which has no room for
provenance. What is built is next to nothing, since the builds themselves are tests/compose's.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy import registry as registries
from tests.services.processes import ROOT, Program, eventually

pytestmark = pytest.mark.compose

COMMIT = "0123456789abcdef0123456789abcdef01234567"
NAMES = ("gateway", "worker", "flower")
TWO_TARGETS = (
    "FROM scratch AS flower\nCOPY pyproject.toml /\n"
    "FROM scratch AS gateway\nARG REVISION VERSION\nLABEL revision=$REVISION version=$VERSION\nCOPY Makefile /\n"
)
ONE_TARGET = "FROM scratch\nARG MODELS\nLABEL models=$MODELS\nCOPY pyproject.toml /\n"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment in which `docker` talks to it."""
    program = shutil.which("dockerd")
    if program is None or os.geteuid() != 0:
        pytest.skip("starts an engine of its own, as root")
    # Its socket's path must be short.
    folder = tmp_path_factory.mktemp("engine")
    (folder / "daemon.json").write_text('{"features": {"containerd-snapshotter": true}}', encoding="utf-8")
    address = f"unix://{folder}/s"
    own = {"config-file": "daemon.json", "data-root": "data", "exec-root": "exec", "pidfile": "pid"}
    command = [program, "--host", address, *(f"--{name}={folder / place}" for name, place in own.items())]
    # On the bridge of the machine's engine: with "none" it would take that one away from it.
    command += ["--bridge=docker0", "--iptables=false", "--ip6tables=false", "--ip-masq=false"]
    daemon = Program(command, folder / "log", {})
    try:
        eventually(lambda: "API listen on" in daemon.said(), what="the engine listens")
        yield {**os.environ, "DOCKER_HOST": address}
    finally:
        daemon.end()


@pytest.fixture(scope="module")
def prefix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a real registry, with capital letters, as GitHub's owners have them."""
    if registries.PROGRAM is None:
        pytest.skip("docker-registry is not installed")
    registry = registries.Registry(tmp_path_factory.mktemp("registry"))
    yield f"{registry.address}/Some-Body/Repository"
    registry.end()


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ours, in a checkout with small Dockerfiles."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "deploy" / "images", folder / "deploy" / "images")
    for name in ("pyproject.toml", "Makefile"):
        shutil.copy(ROOT / name, folder)
    (folder / "Dockerfile.gateway").write_text(TWO_TARGETS, encoding="utf-8")
    (folder / "Dockerfile.worker").write_text(ONE_TARGET, encoding="utf-8")
    return folder / "deploy" / "images"


@pytest.fixture(scope="module")
def pushed(engine: dict[str, str], prefix: str, scripts: Path) -> dict[str, str]:
    done = run(["bash", str(scripts / "push.sh"), prefix, COMMIT], {**engine, "MODELS": "en_sm fr_md"})
    assert done.returncode == 0, done.stderr
    return dict(line.split("=", 1) for line in done.stdout.splitlines())


def run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def inspected(engine: dict[str, str], image: str, what: str) -> str:
    done = run(["docker", "buildx", "imagetools", "inspect", image, "--format", f"{{{{json .{what}}}}}"], engine)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", NAMES)
def test_an_image_has_its_provenance(engine: dict[str, str], pushed: dict[str, str], prefix: str, name: str) -> None:
    assert pushed[f"{name}_image"] == f"{prefix.lower()}/{name}@{pushed[f'{name}_digest']}"
    provenance = json.loads(inspected(engine, pushed[f"{name}_image"], "Provenance"))["SLSA"]
    # mode=max: the steps and arguments too.
    assert provenance["buildConfig"]
    assert provenance["invocation"]["parameters"]["args"]["build-arg:REVISION"] == COMMIT


def test_what_was_pushed_is_taken_by_its_digest(engine: dict[str, str], pushed: dict[str, str], scripts: Path) -> None:
    given = {f"{name.upper()}_IMAGE": pushed[f"{name}_image"] for name in NAMES}
    done = run(["bash", str(scripts / "take.sh")], {**engine, **given})
    assert done.returncode == 0, done.stderr
    labels = ["docker", "image", "inspect", "--format", "{{json .Config.Labels}}"]
    worker = run([*labels, "anonymization-api/worker:smoke"], engine)
    assert json.loads(worker.stdout) == {"models": "en_sm fr_md"}
    gateway = json.loads(run([*labels, "anonymization-api/gateway:smoke"], engine).stdout)
    assert gateway["revision"] == COMMIT
    assert f'version = "{gateway["version"]}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_an_image_that_is_named_by_a_tag_is_not_taken(
    engine: dict[str, str], pushed: dict[str, str], scripts: Path
) -> None:
    given = {f"{name.upper()}_IMAGE": f"{pushed[f'{name}_name']}:{COMMIT}" for name in NAMES}
    done = run(["bash", str(scripts / "take.sh")], {**engine, **given})
    assert (done.returncode, done.stderr) == (2, "GATEWAY_IMAGE is not given by digest\n")


def test_a_release_is_another_name_of_the_same_images(
    engine: dict[str, str], pushed: dict[str, str], prefix: str, scripts: Path
) -> None:
    done = run(["bash", str(scripts / "name.sh"), prefix, COMMIT, "v1.2.3"], engine)
    assert done.returncode == 0, done.stderr
    for name in NAMES:
        there = json.loads(inspected(engine, f"{pushed[f'{name}_name']}:v1.2.3", "Manifest"))
        assert there["digest"] == pushed[f"{name}_digest"]
        assert f"{name}: {pushed[f'{name}_name']}:v1.2.3@{pushed[f'{name}_digest']}" in done.stdout


def test_a_commit_that_was_never_built_gets_no_name(
    engine: dict[str, str], pushed: dict[str, str], prefix: str, scripts: Path
) -> None:
    done = run(["bash", str(scripts / "name.sh"), prefix, "f" * 40, "v9.9.9"], engine)
    assert done.returncode == 1
    assert "no image gateway of ffff" in done.stderr
    missing = ["docker", "buildx", "imagetools", "inspect", f"{pushed['gateway_name']}:v9.9.9"]
    assert run(missing, engine).returncode != 0
