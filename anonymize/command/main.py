"""Which command runs."""

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from anonymize.command.arguments import parser
from anonymize.command.ending import ExitCode, exit_code, line_of
from anonymize.command.files import run_files
from anonymize.command.jobs import run_cancel, run_erase, run_jobs, run_wait
from anonymize.command.listen import run_listen
from anonymize.command.output import UsageError, complain
from anonymize.command.text import run_text
from anonymize.errors import AnonymizeError

_COMMANDS: Final[Mapping[str, Callable[[Namespace], int]]] = {
    "text": run_text,
    "files": run_files,
    "jobs": run_jobs,
    "wait": run_wait,
    "cancel": run_cancel,
    "erase": run_erase,
    "webhook": run_listen,
}


def run(words: Sequence[str]) -> int:
    """The exit code; every error is one line on standard error."""
    arguments = parser().parse_args(words)
    try:
        return _COMMANDS[arguments.command](arguments)
    except BrokenPipeError:
        # Who read the output has seen enough; Python would complain once more when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.FAILED
    except (AnonymizeError, UsageError, OSError) as error:
        complain(line_of(error))
        return exit_code(error)
