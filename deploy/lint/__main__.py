"""`python -m deploy.lint [ROOT]`: lints what is not Python; exit 1 where a linter complains."""

import sys
from pathlib import Path

from deploy.lint.linters import LINTERS


def main(root: Path) -> int:
    """The number of linters that complain, at most 1."""
    complaints = [(linter.name, linter.complaint(root)) for linter in LINTERS]
    for name, complaint in complaints:
        if complaint:
            sys.stderr.write(f"{name}:\n{complaint}\n")
    return int(any(complaint for _, complaint in complaints))


if __name__ == "__main__":
    sys.exit(main(Path(*sys.argv[1:] or ["."])))
