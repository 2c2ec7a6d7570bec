"""How the command ends: exit codes, and the line that an error is."""

from enum import IntEnum
from typing import Final

from anonymize.command.output import UsageError
from anonymize.errors import NotConfigured, Unavailable, Unreachable


class ExitCode(IntEnum):
    DONE = 0
    FAILED = 1
    USAGE = 2
    UNREACHABLE = 3
    #: 128 and the number of SIGINT, as shells have it.
    INTERRUPTED = 130


_CODES: Final[tuple[tuple[type[Exception], ExitCode], ...]] = (
    (UsageError, ExitCode.USAGE),
    (NotConfigured, ExitCode.USAGE),
    (Unreachable, ExitCode.UNREACHABLE),
    (Unavailable, ExitCode.UNREACHABLE),
)


def exit_code(error: Exception) -> ExitCode:
    return next((code for kind, code in _CODES if isinstance(error, kind)), ExitCode.FAILED)


def line_of(error: Exception) -> str:
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename is not None else ""
        return f"{where}{error.strerror or type(error).__name__}"
    return str(error)
