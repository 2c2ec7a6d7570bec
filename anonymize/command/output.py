"""What the command writes: results to standard output, everything else to standard error."""

import json
import sys
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

#: Codes of the C0 and C1 controls: what comes from elsewhere must not steer a terminal.
_CONTROLS: Final = dict.fromkeys((*range(32), *range(127, 160)), "�")


class UsageError(Exception):
    """What was asked for cannot be meant."""


def say(text: str) -> None:
    """As UTF-8, whatever the terminal's locale is: a text is given as it is, or not at all."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
    sys.stdout.buffer.flush()


def say_line(line: str) -> None:
    say(f"{plain(line)}\n")


def say_json(value: object) -> None:
    say(json.dumps(value, default=_plain) + "\n")


def complain(line: str) -> None:
    sys.stderr.write(f"anonymize: {plain(line)}\n")
    sys.stderr.flush()


def plain(line: str) -> str:
    """Without control characters, on one line."""
    return line.translate(_CONTROLS)


def as_json(record: "DataclassInstance") -> dict[str, Any]:
    return asdict(record)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    raise TypeError(f"{type(value).__name__} is no JSON")
