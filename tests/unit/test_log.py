"""What a process really writes: ids, counts and places; an exception's message may hold text, so it is left out."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.services.processes import ROOT

MARK = "Xq7Zmarker"
PROGRAM = """
import asyncio, logging, sys, threading
from shared.log import configure_logging, get_logger
from shared.settings import Settings

mark = sys.argv[3]
configure_logging(Settings(log_level=sys.argv[1], log_format=sys.argv[2]), "gateway")

def inner(text):
    local = text + "!"
    raise ValueError(f"cannot read {local}")

def outer():
    try:
        inner(mark)
    except ValueError as error:
        raise RuntimeError(f"failed: {mark}") from error
"""


def output_of(body: str, *, level: str = "debug", style: str = "json", code: int = 0) -> str:
    command = [sys.executable, "-c", PROGRAM + body, level, style, MARK]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    return done.stderr


def lines_of(body: str, **how: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output_of(body, **how).splitlines()]


def test_a_line_is_an_event_with_fields() -> None:
    (line,) = lines_of("get_logger().info('job_done', job_id='job_1', count=3)")
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "job_done", "job_id": "job_1", "count": 3, "level": "info", "process": "gateway"}


CAUGHT = "\ntry:\n    outer()\nexcept RuntimeError as error:\n    "


@pytest.mark.parametrize(
    "call",
    [
        "get_logger().error('failed', exc_info=error)",
        "get_logger().error('failed', exc_info=True)",
        "get_logger().exception('failed')",
        "get_logger().error('failed', exc_info=(type(error), error, error.__traceback__))",
        "logging.getLogger('celery').error('failed', exc_info=True)",
        "logging.getLogger('celery').exception('failed')",
    ],
)
@pytest.mark.parametrize("style", ["json", "console"])
def test_an_exception_is_logged_by_type_and_place(call: str, style: str) -> None:
    written = output_of(CAUGHT + call, style=style)
    assert "failed" in written
    assert "RuntimeError" in written
    assert "<string>:" in written
    assert MARK not in written


def test_a_place_is_a_file_and_a_line() -> None:
    (line,) = lines_of(CAUGHT + "get_logger().error('failed', exc_info=error)")
    assert line["error"] == "RuntimeError"
    assert all(place.rpartition(":")[2].isdigit() for place in line["at"])
    assert "exc_info" not in line


@pytest.mark.parametrize(
    "call",
    [
        "get_logger().error('failed', error=error)",
        "logging.getLogger('kombu').error('failed: %s', error)",
        "logging.getLogger('celery').error('failed: %r', error)",
        "logging.getLogger('asyncio').error('Task exception was never retrieved', exc_info=error)",
        "logging.getLogger('x').warning('seen', extra={'data': {'body': mark}})",
    ],
)
def test_an_exception_within_an_event_is_not_written_out(call: str) -> None:
    assert MARK not in output_of(CAUGHT + call)


@pytest.mark.parametrize(
    "body",
    ["outer()", "thread = threading.Thread(target=outer); thread.start(); thread.join()"],
)
def test_an_exception_that_nobody_caught_is_not_written_out(body: str) -> None:
    written = output_of("\n" + body, code=1 if body == "outer()" else 0)
    assert "RuntimeError" in written
    assert MARK not in written


def test_an_exception_lost_in_a_task_is_not_written_out() -> None:
    body = """
async def lose():
    async def task():
        outer()
    lost = asyncio.create_task(task())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del lost
asyncio.run(lose())
"""
    written = output_of(body)
    assert "RuntimeError" in written
    assert MARK not in written


@pytest.mark.parametrize("name", ["redis", "kombu", "celery", "httpx", "asyncio", "uvicorn.access"])
def test_libraries_say_nothing_below_a_warning(name: str) -> None:
    logger = f"logging.getLogger({name!r})"
    written = lines_of(f"{logger}.debug(mark); {logger}.info(mark); {logger}.warning('careful')")
    assert [(line["event"], line["level"], line["process"]) for line in written] == [("careful", "warning", "gateway")]


@pytest.mark.parametrize(("level", "events"), [("debug", "abcd"), ("info", "bcd"), ("warning", "cd"), ("error", "d")])
def test_the_level_is_the_least_that_is_written(level: str, events: str) -> None:
    calls = "log = get_logger(); log.debug('a'); log.info('b'); log.warning('c'); log.error('d')"
    assert "".join(line["event"] for line in lines_of(calls, level=level)) == events
