"""`python3 -m deploy.supply.release_notes TAG`: what CHANGELOG.md says of the version that is tagged.

Needs Python 3.11 and nothing else. Fails where tag, pyproject.toml and CHANGELOG.md do not agree.
"""

import re
import sys
import tomllib
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parents[2]


def release_notes(tag: str, project: str, changelog: str) -> str:
    """Raises ValueError, with what to do, where the three do not agree or nothing was written."""
    version = tomllib.loads(project)["project"]["version"]
    if tag != f"v{version}":
        raise ValueError(f"the tag is {tag}, the version in pyproject.toml is {version}: they must agree")
    sections = re.split(r"^## ", changelog, flags=re.MULTILINE)[1:]
    for heading, _, notes in (section.partition("\n") for section in sections):
        if re.fullmatch(rf"\[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d", heading.strip()) and notes.strip():
            return notes.strip() + "\n"
    raise ValueError(f"CHANGELOG.md has no section '## [{version}] - DATE' with something in it")


def main(tag: str) -> int:
    try:
        notes = release_notes(
            tag,
            (_ROOT / "pyproject.toml").read_text(encoding="utf-8"),
            (_ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
        )
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(notes)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
