"""`python -m deploy.supply.advisories`: known weaknesses of what is shipped, where a service answers."""

import re
import subprocess
import sys
from importlib.util import find_spec
from typing import Final

from deploy.supply.locked import SHIPPED, shipped

NOTHING_CHECKED: Final = 3
#: pip-audit without its service skips every package and exits 0. It is believed only where it finds the weakness that
#: everybody knows of, in a version that is not ours.
_KNOWN_BAD: Final = "jinja2==2.4.1"
_ADVISORY: Final = re.compile(r"GHSA-|PYSEC-|CVE-")


def main() -> int:
    """0: none known; 1: some are, as pip-audit lists them; 3: nothing was checked."""
    if find_spec("pip_audit") is None:
        sys.stderr.write("pip-audit is not installed: nothing was checked\n")
        return NOTHING_CHECKED
    tried = _audit(_KNOWN_BAD)
    if tried.returncode == 0 or not _ADVISORY.search(tried.stdout):
        sys.stderr.write("no advisory service reachable: nothing was checked\n")
        return NOTHING_CHECKED
    is_bad = False
    for part in SHIPPED:
        done = _audit("\n".join(f"{pin.name}=={pin.version}" for pin in shipped(part)))
        sys.stdout.write(f"{part}:\n{done.stdout}{done.stderr}")
        is_bad |= done.returncode != 0
    return 1 if is_bad else 0


def _audit(requirements: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps", "-r", "/dev/stdin", "--desc", "off"]
    return subprocess.run(command, input=requirements, capture_output=True, text=True, check=False)  # noqa: S603  our own words


if __name__ == "__main__":
    sys.exit(main())
