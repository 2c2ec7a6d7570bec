"""The container engine's command line, and the images that these tests run."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tests.services.processes import ROOT

#: Names of their own, so that a service that runs on the same machine keeps its images.
IMAGES: Final[Mapping[str, str]] = {
    "GATEWAY_IMAGE": "anonymization-api/gateway:smoke",
    "WORKER_IMAGE": "anonymization-api/worker:smoke",
    "FLOWER_IMAGE": "anonymization-api/flower:smoke",
}
#: What the images of ours bring along beside their base.
MODELS: Final = "en_sm fr_sm"
#: Every secret, while images are built: none of it may stay in them.
BUILD_SECRET: Final = "Wendelpfostenkrauth"
CADDY_IMAGE: Final = "caddy:2-alpine"
STAND_IN: Final = ROOT / "tests" / "compose" / "caddy"


def run(
    command: list[str],
    *,
    stdin: str | None = None,
    cwd: Path = ROOT,
    environment: Mapping[str, str] | None = None,
    expected: int | None = 0,
) -> str:
    """What the command wrote, errors too; fails with it when the exit code is another than `expected` (None: any)."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    assert expected is None or done.returncode == expected, f"{command[:4]}: {done.returncode}\n{done.stdout[-4000:]}"
    return done.stdout


def docker(*arguments: str, stdin: str | None = None, expected: int | None = 0) -> str:
    return run(["docker", *arguments], stdin=stdin, expected=expected)


def inspect(kind: str, name: str) -> dict[str, Any]:
    return dict(json.loads(docker(kind, "inspect", name))[0])


def is_running() -> bool:
    try:
        return subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def has_image(name: str) -> bool:
    return subprocess.run(["docker", "image", "inspect", name], capture_output=True, check=False).returncode == 0
