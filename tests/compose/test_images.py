"""What is in the images, and what is not."""

import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.architecture.sources import kept_files
from tests.compose.engine import BUILD_SECRET, CADDY_IMAGE, IMAGES, STAND_IN, docker, inspect
from tests.services.processes import ROOT

GATEWAY, WORKER, FLOWER = IMAGES.values()
DOCKERFILES: Final = ("Dockerfile.gateway", "Dockerfile.worker")
#: What Python finds of its own code, as it runs in the image.
UNCOMPILED: Final = (
    "import importlib.util, pathlib, sys;"
    "code = [*pathlib.Path('/srv').rglob('*.py'), *pathlib.Path(sys.argv[1]).rglob('*.py')];"
    "print([str(file) for file in code"
    "  if not pathlib.Path(importlib.util.cache_from_source(str(file))).exists()])"
)

pytestmark = pytest.mark.usefixtures("engine")


def configuration(image: str) -> dict[str, Any]:
    return dict(inspect("image", image)["Config"])


def in_image(image: str, *command: str, expected: int | None = 0) -> str:
    return docker("run", "--rm", "--network=none", "--read-only", image, *command, expected=expected)


@pytest.mark.parametrize("image", IMAGES.values())
def test_nothing_runs_as_root_and_a_stop_is_a_signal_that_is_heard(image: str) -> None:
    assert configuration(image)["User"] == "10001:10001"
    assert configuration(image)["StopSignal"] == "SIGTERM"
    assert in_image(image, "id", "-u").strip() == "10001"


@pytest.mark.parametrize("image", IMAGES.values())
def test_labels_say_what_it_is(image: str) -> None:
    labels = {name.rpartition(".")[2]: value for name, value in configuration(image)["Labels"].items()}
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert {"title", "description", "revision"} <= set(labels)
    assert (labels["version"], labels["licenses"]) == (version, "Apache-2.0")
    assert labels["name"] == "python:3.11-slim-bookworm"


def test_the_gateway_is_asked_by_http_and_the_worker_by_a_file() -> None:
    gateway, worker = (configuration(image)["Healthcheck"]["Test"] for image in (GATEWAY, WORKER))
    assert "/health/live" in gateway[-1]
    assert "health" in worker[-1]
    assert "celery" not in worker[-1]


@pytest.mark.parametrize(
    ("prepared", "exit_code"),
    [("true", 1), ("touch $DATA_DIR/a.health", 0), ("touch -d '1 minute ago' $DATA_DIR/a.health", 1)],
    ids=["no file", "a fresh file", "an old file"],
)
def test_a_worker_whose_loop_stands_still_is_not_healthy(prepared: str, exit_code: int) -> None:
    check = configuration(WORKER)["Healthcheck"]["Test"][-1]
    script = f"mkdir -p $DATA_DIR; {prepared}; {check}"
    docker("run", "--rm", "--network=none", "--tmpfs=/tmp:mode=1777", WORKER, "sh", "-c", script, expected=exit_code)


@pytest.mark.parametrize(
    ("image", "absent"),
    [
        (GATEWAY, ("spacy", "thinc", "numpy", "worker", "flower", "pip", "pytest")),
        (WORKER, ("fastapi", "uvicorn", "gateway", "flower", "pip", "pytest")),
        (FLOWER, ("fastapi", "spacy", "gateway", "worker", "pip", "pytest")),
    ],
)
def test_an_image_has_its_own_packages_alone(image: str, absent: tuple[str, ...]) -> None:
    program = "import importlib.util, sys; print([name for name in sys.argv[1:] if importlib.util.find_spec(name)])"
    assert in_image(image, "python", "-c", program, *absent).strip() == "[]"


@pytest.mark.parametrize(("image", "package"), [(GATEWAY, "fastapi"), (WORKER, "spacy"), (FLOWER, "flower")])
def test_all_code_is_compiled_for_the_file_system_is_read_only(image: str, package: str) -> None:
    folder = f"/opt/venv/lib/python3.11/site-packages/{package}"
    assert in_image(image, "python", "-c", UNCOMPILED, folder).strip() == "[]"


def test_the_models_that_were_asked_for_are_in_the_image() -> None:
    program = "import spacy.util; print(sorted(spacy.util.get_installed_models()))"
    assert len(json.loads(in_image(WORKER, "python", "-c", program).replace("'", '"'))) == 2


def test_base_images_are_named_once_and_by_version() -> None:
    for name in DOCKERFILES:
        text = (ROOT / name).read_text()
        bases = set(re.findall(r"^FROM (\S+)", text, re.MULTILINE)) - set(re.findall(r" AS (\S+)", text))
        assert bases == {"${PYTHON_IMAGE}"}
        assert re.findall(r"python:\S+", text) == ["python:3.11-slim-bookworm"]


@pytest.mark.parametrize("name", DOCKERFILES)
def test_requirements_are_installed_by_hash_and_before_the_code(name: str) -> None:
    text = (ROOT / name).read_text()
    installs = [line for line in text.splitlines() if "pip install" in line]
    assert installs
    assert all("--require-hashes" in line for line in installs)
    assert text.rindex("pip install") < text.index("COPY shared shared")


def test_nothing_but_code_is_sent_to_the_engine(tmp_path: Path) -> None:
    """Secrets that lie about are not even offered to a build."""
    context, seen = tmp_path / "context", tmp_path / "seen"
    for name in (*kept_files(), *planted()):
        (context / name).parent.mkdir(parents=True, exist_ok=True)
        (context / name).write_bytes((ROOT / name).read_bytes() if (ROOT / name).is_file() else b"planted")
    everything = "FROM scratch\nCOPY . /\n"
    docker("build", "--quiet", f"--output=type=local,dest={seen}", "--file=-", str(context), stdin=everything)
    files = {path.relative_to(seen) for path in seen.rglob("*") if path.is_file()}
    assert files.isdisjoint(planted())
    assert {path.parts[0] for path in files} == {"gateway", "worker", "shared", "deploy", "requirements"}
    assert Path("gateway/app.py") in files


def planted() -> list[Path]:
    lying_about = ".env .secrets/users.acl gateway/.env shared/server.key worker/ca.pem deploy/flower/.env .data/keys"
    return [Path(name) for name in lying_about.split()]


def test_no_layer_holds_a_secret() -> None:
    """The images were built where every secret of `.env` had this value."""
    assert places_of(BUILD_SECRET, *IMAGES.values()) == []


def test_a_secret_in_a_layer_would_be_found() -> None:
    name = "anonymization-api/leaky:smoke"
    leaky = f"FROM {GATEWAY}\nUSER 0\nRUN echo {'Quer'}${{X}}palmott > /srv/secret\nRUN rm /srv/secret\n"
    docker("build", "--quiet", "--tag", name, "-", stdin=leaky)
    try:
        assert places_of("Querpalmott", name) == ["layers"]
    finally:
        docker("image", "rm", name)


def places_of(secret: str, *images: str) -> list[str]:
    """In every layer, those that a later one hides included; in what is written of how they were made."""
    histories = "".join(docker("history", "--no-trunc", "--format", "{{.CreatedBy}}", image) for image in images)
    configurations = json.dumps([inspect("image", image) for image in images])
    found = ["history"] * (secret in histories) + ["configuration"] * (secret in configurations)
    return found + ["layers"] * any(secret.encode() in piece for piece in layers(*images))


def layers(*images: str) -> Iterator[bytes]:
    """What the engine stores, in pieces that overlap."""
    with subprocess.Popen(["docker", "save", *images], stdout=subprocess.PIPE) as save:
        assert save.stdout is not None
        end = b""
        while piece := save.stdout.read(1 << 24):
            yield end + piece
            end = piece[-64:]
    assert save.returncode == 0


def test_the_stand_in_for_caddy_is_not_what_production_runs() -> None:
    """Its name stands in the composition, its Dockerfile among the tests."""
    assert CADDY_IMAGE in (ROOT / "docker-compose.yaml").read_text()
    assert STAND_IN.is_relative_to(ROOT / "tests")
