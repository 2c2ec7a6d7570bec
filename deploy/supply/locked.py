"""What each part of the service ships: the locks in requirements/, and what is installed of them."""

import importlib.metadata
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REQUIREMENTS: Final = Path(__file__).resolve().parents[2] / "requirements"
#: The sets that go into images; everything else is for development.
SHIPPED: Final = ("gateway", "worker", "flower")

_PIN: Final = re.compile(r"(?P<name>[\w.-]+)==(?P<version>[^\s;\\]+)(?:\s*;\s*(?P<marker>[^\\]+))?")
_REASON: Final = re.compile(r"(?P<name>[\w.-]+)[=><]\S*(?:\s*#\s*(?P<why>.*))?")
_LINUX: Final = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}
_RELEASED: Final = re.compile(r",?\s*released (\d{4}-\d{2})")


@dataclass(frozen=True, slots=True)
class Pin:
    """One line of a lock, with its hashes."""

    name: str
    version: str
    lines: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why it was taken, and when that version came out where a comment says it."""

    why: str
    released: str


def pins(path: Path) -> tuple[Pin, ...]:
    """What is installed from this lock on Linux with this Python."""
    found = []
    for lines in re.split(r"\n(?=[\w])", path.read_text(encoding="utf-8")):
        pin = _PIN.match(lines)
        if pin is None:
            continue
        marker = (pin["marker"] or "").strip()
        if not marker or Marker(marker).evaluate(
            {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}
        ):
            kept = "\n".join(line for line in lines.splitlines() if not line.lstrip().startswith("#"))
            found.append(Pin(canonicalize_name(pin["name"]), pin["version"], kept))
    return tuple(found)


def shipped(part: str) -> tuple[Pin, ...]:
    """All of an image: the lock of the part, and for the worker its models."""
    models = pins(REQUIREMENTS / "models-index.txt") if part == "worker" else ()
    found = {pin.name: pin for pin in (*pins(REQUIREMENTS / f"{part}.txt"), *models)}
    return tuple(found[name] for name in sorted(found))


def direct(folder: Path = REQUIREMENTS) -> Mapping[str, Reason]:
    """What requirements/*.in name themselves, each with the comment beside it."""
    found: dict[str, Reason] = {}
    # What both need first: another file's comment says why that part has it too.
    for path in sorted(folder.glob("*.in"), key=lambda each: (each.stem != "shared", each.stem)):
        if path.stem in {"presidio", "aws"}:
            # For the bench and `make aws` alone, in environments of their own.
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            reason = _REASON.match(line)
            if reason:
                said = reason["why"] or ""
                released = _RELEASED.search(said)
                why = _RELEASED.sub("", said)
                found.setdefault(canonicalize_name(reason["name"]), Reason(why, released[1] if released else ""))
    return found


def installed(name: str) -> importlib.metadata.Distribution:
    """Raises ValueError where it is not installed: `make` installs requirements/dev.txt, which has all."""
    try:
        return importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        raise ValueError(f"{name} is not installed") from None


def size_mb(found: importlib.metadata.Distribution) -> float:
    """Of its own files, without what it needs."""
    places = (Path(str(found.locate_file(file))) for file in found.files or ())
    return sum(place.stat().st_size for place in places if place.is_file()) / 1e6


def needs(found: importlib.metadata.Distribution) -> Iterator[str]:
    """The names that it requires here, without extras."""
    for line in found.requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield canonicalize_name(requirement.name)
