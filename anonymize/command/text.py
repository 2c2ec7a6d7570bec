"""`anonymize text`."""

import sys
from argparse import Namespace

from anonymize.command.arguments import settings_of
from anonymize.command.ending import ExitCode
from anonymize.command.output import UsageError, as_json, say, say_json
from anonymize.command.service import reach


def run_text(arguments: Namespace) -> int:
    """Prints the anonymized text. Raises UsageError, AnonymizeError."""
    text = _read() if arguments.text == "-" else arguments.text
    with reach() as client:
        result = client.anonymize(text, **settings_of(arguments))
    if arguments.json:
        say_json(as_json(result))
    else:
        say(result.text if result.text.endswith("\n") else f"{result.text}\n")
    return ExitCode.DONE


def _read() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError("standard input is not UTF-8") from None
