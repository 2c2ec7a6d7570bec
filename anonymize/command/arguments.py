"""The command's arguments."""

import argparse
import json
from pathlib import Path
from typing import Any, Final

from anonymize.answers import State
from anonymize.options import JobSettings, Options

_EPILOG: Final = """\
The service's address is ANONYMIZE_URL (default http://127.0.0.1:8000), its key ANONYMIZE_API_KEY; or `url` and
`api_key` in ~/.config/anonymize/config.toml. Exit codes: 0 done, 1 something failed, 2 wrong use, 3 the service
cannot be reached or takes nothing now, 130 interrupted."""


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="anonymize", description="Anonymize texts and files with the service.", epilog=_EPILOG
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _text(commands)
    _files(commands)
    jobs = commands.add_parser("jobs", help="list your jobs, newest first")
    jobs.add_argument("--state", action="append", default=[], choices=[state.value for state in State])
    jobs.add_argument("--limit", type=_count, default=20, metavar="N", help="at most so many (20)")
    _json(jobs)
    for name, does in (
        ("wait", "wait until jobs have ended"),
        ("cancel", "stop jobs; what is done is kept"),
        ("erase", "erase jobs and all of their texts; prints the receipts"),
    ):
        each = commands.add_parser(name, help=does)
        each.add_argument("ids", nargs="+", metavar="ID")
        _json(each)
        if name == "wait":
            each.add_argument("--timeout", type=_seconds, metavar="S", dest="timeout_s", help="give up after S seconds")
    _webhook(commands)
    return top


def settings_of(arguments: argparse.Namespace) -> JobSettings:
    """What the options ask of a job; nothing where the service's own defaults are meant."""
    options: Options = {}
    if arguments.types:
        options["entity_types"] = [each for word in arguments.types for each in word]
    if arguments.threshold is not None:
        options["score_threshold"] = arguments.threshold
    if arguments.template:
        options["template"] = arguments.template
    if arguments.operator:
        options["operators"] = dict(arguments.operator)
    settings: JobSettings = {}
    if arguments.language:
        settings["language"] = arguments.language
    if arguments.model_size:
        settings["model_size"] = arguments.model_size
    if options:
        settings["options"] = options
    return settings


def _text(commands: Any) -> None:
    text = commands.add_parser("text", help="anonymize a text, or standard input")
    text.add_argument("text", nargs="?", default="-", help="the text; without it, or with -, standard input is read")
    _json(text)
    _choices(text)


def _files(commands: Any) -> None:
    files = commands.add_parser("files", help="anonymize files and folders into another folder")
    files.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files, and folders with all below them")
    files.add_argument("-o", "--output", required=True, type=Path, metavar="FOLDER", help="where the results go")
    files.add_argument("--parallel", type=_count, default=8, metavar="N", help="files under way at once (8)")
    files.add_argument("--overwrite", action="store_true", help="replace files in FOLDER that were there before")
    _json(files)
    _choices(files)


def _webhook(commands: Any) -> None:
    actions = commands.add_parser("webhook", help="receive webhooks here").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    listen = actions.add_parser(
        "listen", help="print what arrives and verifies; the secret is ANONYMIZE_WEBHOOK_SECRET"
    )
    listen.add_argument("--host", default="127.0.0.1")
    listen.add_argument("--port", type=_port, default=9000, help="0: any that is free")
    listen.add_argument("--count", type=_count, metavar="N", help="end after so many events")
    _json(listen)


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print JSON")


def _choices(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("what to find, and what to do with it")
    group.add_argument("-l", "--language", help="en, fr, auto, or whatever is served (en)")
    group.add_argument("--model-size", metavar="SIZE", help="sm, md or lg (sm)")
    group.add_argument("--types", action="append", type=_words, metavar="TYPE,TYPE", help="these entity types alone")
    group.add_argument(
        "--operator",
        action="append",
        type=_operator,
        metavar="[TYPE=]OPERATOR",
        help="replace, mask, redact, hash, encrypt, pseudonym, date_shift, generalize, keep; "
        'or as JSON with its parameters: PERSON={"name": "mask", "character": "#"}',
    )
    group.add_argument("--threshold", type=_score, metavar="SCORE", help="0 to 1: take nothing that is less sure")
    group.add_argument("--template", metavar="NAME", help="options that are kept under this name")


def _count(word: str) -> int:
    if not (word.isascii() and word.isdigit() and int(word[:10]) >= 1):
        raise argparse.ArgumentTypeError("must be a whole number of at least 1")
    return int(word)


def _port(word: str) -> int:
    if not (word.isascii() and word.isdigit() and int(word[:10]) < 65_536):
        raise argparse.ArgumentTypeError("must be a port, 0 to 65535")
    return int(word)


def _seconds(word: str) -> float:
    seconds = _number(word)
    if not seconds > 0:
        raise argparse.ArgumentTypeError("must be more than 0")
    return seconds


def _score(word: str) -> float:
    score = _number(word)
    if not 0 <= score <= 1:
        raise argparse.ArgumentTypeError("must be from 0 to 1")
    return score


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise argparse.ArgumentTypeError("must be a number") from None


def _words(word: str) -> list[str]:
    return [each.strip() for each in word.split(",") if each.strip()]


def _operator(word: str) -> tuple[str, dict[str, Any]]:
    """Its type ("default" for all) and the operator as the service takes it."""
    kind, equals, rest = ("default", "=", word) if word.startswith("{") else word.partition("=")
    if not equals:
        kind, rest = "default", word
    if not rest.startswith("{"):
        return kind, {"name": rest}
    try:
        operator = json.loads(rest)
    except ValueError:
        raise argparse.ArgumentTypeError("the operator is not valid JSON") from None
    return kind, operator
