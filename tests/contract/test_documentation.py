"""The examples of the documentation run, against the real service, and print what it says they print."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from deploy.local.valkey import free_port
from gateway.openapi import operations
from shared.errors import PROBLEM_BASE
from tests.contract.likeness import differences, objects_in, steady
from tests.contract.markdown import Example, examples, named_files
from tests.services.documented import document
from tests.services.processes import ROOT
from tests.services.stack import Stack

_DOCS: Final = ("README.md", "docs/api.md", "docs/files.md", "docs/webhooks.md")
_CASES: Final = [(name, each.command.line) for name in _DOCS for each in examples(ROOT / name)]
#: Need AUTH=keys, or jobs that failed; the document that shows them -> the tests that run what it says.
_ELSEWHERE: Final = {
    "/v1/dead-letters/": "docs/operate.md: tests/chaos",
    "/v1/keys": "docs/access.md: tests/access/test_keys.py",
    "/v1/clients": "docs/access.md: tests/access/test_keys.py",
}
_STATUS: Final = re.compile(r"^HTTP/1\.1 (\d{3})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Output:
    status: int
    text: str


@pytest.fixture(scope="module")
def documented_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """As `make run WEBHOOK_ALLOWED_HOSTS=127.0.0.1` starts it."""
    stack = Stack(
        tmp_path_factory.mktemp("documented"), {"WEBHOOK_ALLOWED_HOSTS": "127.0.0.1", "WEBHOOK_SCHEDULE_SCALE": "0.01"}
    )
    try:
        stack.start_courier()
        stack.start_worker()
        yield stack
    finally:
        stack.end()


@pytest.fixture(scope="module")
def ports(documented_stack: Stack) -> Mapping[str, str]:
    """What the documents call the ports of the service and of a receiver, and what they are here."""
    return {"8000": str(documented_stack.port), "9000": str(free_port())}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory, ports: Mapping[str, str]) -> Mapping[tuple[str, int], Output]:
    """Of every example, each page's in its order, for one may use what another made."""
    folder = tmp_path_factory.mktemp("examples")
    prepare(folder, [ROOT / name for name in _DOCS], ports)
    return {
        (name, each.command.line): run(each.command.code, folder, ports)
        for name in _DOCS
        for each in examples(ROOT / name)
    }


@pytest.mark.parametrize(("name", "line"), _CASES)
def test_an_example(outputs: Mapping[tuple[str, int], Output], name: str, line: int) -> None:
    example = next(each for each in examples(ROOT / name) if each.command.line == line)
    output = outputs[name, line]
    assert output.status == 0, output.text
    assert not [difference for check in _CHECKS for difference in check(example, output.text)], output.text


@pytest.mark.usefixtures("outputs")
def test_every_operation_has_an_example(documented_stack: Stack) -> None:
    """Told by the service's own log, which names each request's route as the document does."""
    requests = [json.loads(line) for line in documented_stack.gateway.said().splitlines() if '"route"' in line]
    asked = {(each["method"], each["route"]) for each in requests if each["status"] < 400}
    known = {(method.upper(), path) for method, path, _ in operations(document())}
    assert not {each for each in known - asked if not each[1].startswith(tuple(_ELSEWHERE))}


def _in_json(example: Example, output: str) -> Iterator[str]:
    """Objects that are shown are the last ones that are given, and no problem is given that is not shown."""
    given = objects_in(output)
    shown = [each for block in example.printed if block.language == "json" for each in objects_in(block.code)]
    if len(given) < len(shown):
        yield f"{len(shown)} objects are shown, {len(given)} given"
        return
    for pair in zip(shown, given[len(given) - len(shown) :], strict=True):
        yield from differences(*pair)
    kinds = {str(each.get("type")) for each in given} - {str(each.get("type")) for each in shown}
    yield from (f"refused: {kind}" for kind in kinds if kind.startswith(PROBLEM_BASE))


def _in_text(example: Example, output: str) -> Iterator[str]:
    lines = {steady(line) for line in output.splitlines()}
    for block in example.printed:
        if block.language == "text":
            yield from (f"not given: {line}" for line in block.code.splitlines() if steady(line) not in lines)


def _in_status(example: Example, output: str) -> Iterator[str]:
    shown = [status for block in example.printed for status in _STATUS.findall(block.code)]
    if shown and shown != _STATUS.findall(output):
        yield f"{shown} shown, {_STATUS.findall(output)} given"


_CHECKS: Final = (_in_json, _in_text, _in_status)


def prepare(folder: Path, documents: Iterable[Path], ports: Mapping[str, str]) -> None:
    (folder / ".venv").symlink_to(sys.prefix)
    for each in documents:
        for name, code in named_files(each).items():
            (folder / name).write_text(_with_ports(code, ports), encoding="utf-8")


def run(code: str, folder: Path, ports: Mapping[str, str]) -> Output:
    """What a block gives. What it leaves running is ended with it."""
    shell = subprocess.Popen(
        ["bash", "-euo", "pipefail", "-c", _with_ports(code, ports)],
        cwd=folder,
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = shell.communicate(timeout=120)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGKILL)
    return Output(shell.returncode, output)


def _with_ports(code: str, ports: Mapping[str, str]) -> str:
    return re.sub(r"\b(8000|9000)\b", lambda match: ports[match[0]], code)
