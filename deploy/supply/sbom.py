"""`python -m deploy.supply.sbom FOLDER`: a CycloneDX file of each image's Python packages.

The same lock gives the same bytes.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from deploy.supply.licences import UNKNOWN, licence_of
from deploy.supply.locked import REQUIREMENTS, SHIPPED, Pin, installed, needs, shipped

_PROJECT: Final = REQUIREMENTS.parent / "pyproject.toml"
_VERSION: Final = SchemaVersion.V1_6


def sbom(part: str) -> bytes:
    """Raises ValueError where the file would not be valid CycloneDX."""
    locked = shipped(part)
    found = _completed(_drafted(locked), part, locked)
    text = json.dumps(found, indent=1, sort_keys=True) + "\n"
    fault = JsonStrictValidator(_VERSION).validate_str(text)
    if fault is not None:
        raise ValueError(f"the file of {part} is not valid CycloneDX {_VERSION.to_version()}")
    return text.encode()


def _drafted(locked: tuple[Pin, ...]) -> dict[str, Any]:
    """As cyclonedx-py makes it of the lock: names, versions, purls, hashes."""
    command = [sys.executable, "-W", "ignore", "-m", "cyclonedx_py", "requirements", "-", "--output-reproducible"]
    command += ["--pyproject", str(_PROJECT), "--sv", _VERSION.to_version()]
    text = "\n".join(pin.lines for pin in locked)
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)  # noqa: S603  our own words
    draft: dict[str, Any] = json.loads(done.stdout)
    return draft


def _completed(draft: dict[str, Any], part: str, locked: tuple[Pin, ...]) -> dict[str, Any]:
    """With licences and what needs what; without the address of an index, which every machine has its own of."""
    purls = {component["name"]: component["purl"] for component in draft["components"]}
    names = {pin.name for pin in locked}
    edges = []
    for component in draft["components"]:
        purl, found = component["purl"], installed(component["name"])
        component["bom-ref"] = purl
        component.pop("description", None)
        for reference in component.get("externalReferences", ()):
            reference["url"] = purl
            reference.pop("comment", None)
        licence = licence_of(found)
        if licence != UNKNOWN:
            component["licenses"] = [{"expression": licence}]
        needed = sorted({purls[name] for name in needs(found) if name in names})
        edges.append({"ref": purl, "dependsOn": needed})
    root = draft["metadata"]["component"]
    root["name"] = f"{root['name']}-{part}"
    root["bom-ref"] = root["name"]
    draft["components"].sort(key=lambda each: str(each["purl"]))
    draft["dependencies"] = sorted(
        [*edges, {"ref": root["bom-ref"], "dependsOn": sorted(purls.values())}], key=lambda each: str(each["ref"])
    )
    return draft


def main() -> int:
    """Writes FOLDER/<part>.cdx.json. 2 without a folder."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python -m deploy.supply.sbom FOLDER\n")
        return 2
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for part in SHIPPED:
        path = folder / f"{part}.cdx.json"
        path.write_bytes(sbom(part))
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
