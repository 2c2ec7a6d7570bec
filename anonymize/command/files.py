"""`anonymize files`: many files, several at once; cut off, the same command goes on."""

import asyncio
import hashlib
import hmac
import secrets
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from anonymize.async_client import AsyncClient
from anonymize.command.arguments import settings_of
from anonymize.command.inputs import Item, find
from anonymize.command.journal import Journal
from anonymize.command.output import UsageError
from anonymize.command.progress import progress
from anonymize.command.report import Report
from anonymize.connection import Connection, find_connection
from anonymize.errors import AnonymizeError, Forbidden, Unauthenticated, Unavailable, Unreachable
from anonymize.kinds import sent_name
from anonymize.operations import to_json
from anonymize.options import JobSettings
from anonymize.retries import Retries

#: An hour where the service says when to come again: nobody watches a night's work to start it anew.
_PATIENT: Final = Retries(patience_s=3_600.0)
#: What is wrong for every other file too.
_FATAL: Final = (Unreachable, Unavailable, Unauthenticated, Forbidden)


class _Stopped(Exception):
    """One of the files met what none of the others can get round."""


@dataclass(frozen=True, slots=True)
class _Run:
    """One call of the command. `over` is told whenever a file is."""

    output: Path
    settings: JobSettings
    connection: Connection
    journal: Journal
    report: Report
    is_overwriting: bool
    over: Callable[[int], None]


def run_files(arguments: Namespace) -> int:
    """Raises UsageError, NotConfigured, OSError; what happens to single files is reported."""
    output, settings, connection = arguments.output, settings_of(arguments), find_connection()
    if output.exists() and not output.is_dir():
        raise UsageError(f"{output} is no folder")
    found = find(arguments.paths, output)
    digest = hashlib.sha256(connection.url.encode() + b"\n" + to_json(settings)).hexdigest()
    with Journal(output, digest) as journal:
        items = [item for item in found.items if not journal.is_done(item)]
        report = Report(len(found.items), len(found.items) - len(items), found.left_alone)
        with progress(len(items)) as over:
            run = _Run(output, settings, connection, journal, report, arguments.overwrite, over)
            try:
                asyncio.run(_all(run, iter(items), arguments.parallel))
            except KeyboardInterrupt:
                report.is_interrupted = True
    report.show(is_json=arguments.json)
    return report.code


async def _all(run: _Run, items: Iterator[Item], parallel: int) -> None:
    """So many tasks take one file after the other, so that thousands of files are not thousands of tasks."""
    connection = run.connection
    async with AsyncClient(connection.url, connection.api_key, retries=_PATIENT) as client:
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(parallel):
                    group.create_task(_some(run, items, client))
        except* _Stopped:
            # Why stands in the report already.
            pass


async def _some(run: _Run, items: Iterator[Item], client: AsyncClient) -> None:
    for item in items:
        try:
            await _one(run, item, client)
        except _FATAL as error:
            run.report.stop = error
            raise _Stopped from None
        except (AnonymizeError, UsageError, OSError) as error:
            run.report.fail(item, error)
        run.over(len(run.report.failures))


async def _one(run: _Run, item: Item, client: AsyncClient) -> None:
    target = run.output / item.target
    if target.exists() and not run.is_overwriting and not run.journal.knows(item):
        raise UsageError(f"{target} is there already, and not from here; --overwrite replaces it")
    # Before it is read: a file that changes meanwhile is another one.
    line = run.journal.line(item)
    content = item.source.read_bytes()
    name = sent_name(item.source.name)
    key = idempotency_key(content, name, run.settings, run.connection)
    result = await client.anonymize_file(content, name=name, idempotency_key=key, **run.settings)
    line["failed_texts"] = result.job.counts.failed
    _write(target, result.content, noting=lambda: run.journal.note(line))
    if result.job.counts.failed:
        run.report.fail_partly(item, result.job)
    else:
        run.report.done += 1


def idempotency_key(content: bytes, name: str, settings: JobSettings, connection: Connection) -> str:
    """The same for the same file, settings and key of the service, so that the service makes no second job of them.

    An HMAC, for the header may be logged on its way, and a short text could be guessed from a digest.
    """
    message = b"\n".join((name.encode(), to_json(settings), content))
    return hmac.digest((connection.api_key or "anonymize").encode(), message, "sha256").hex()


def _write(target: Path, content: bytes, *, noting: Callable[[], None]) -> None:
    """Whole, or not at all: whoever looks sees no half of a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with part.open("xb") as file:
            file.write(content)
        noting()
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
