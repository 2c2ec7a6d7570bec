"""`anonymize`, and `python -m anonymize`."""

import sys

from anonymize.command.ending import ExitCode
from anonymize.command.main import run


def main() -> int:
    """The exit code."""
    try:
        return run(sys.argv[1:])
    except KeyboardInterrupt:
        sys.stderr.write("anonymize: interrupted\n")
        return ExitCode.INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
