"""The examples of docs/client.md run, in their order, and print what the page says."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from deploy.local.valkey import free_port
from gateway.access.scopes import Scope
from tests.access.service import Guarded
from tests.client.commanding import Shell
from tests.contract.markdown import Block, blocks
from tests.services.processes import ROOT, Program, eventually

PAGE = ROOT / "docs" / "client.md"
_BLOCKS = blocks(PAGE)
#: Runs until a webhook comes: a test of its own.
RECEIVER = "hook.py"


def _name(block: Block) -> str:
    return block.code.partition("\n")[0].removeprefix("# ") if block.language == "python" else f"line {block.line}"


_EXAMPLES = [
    (_name(block), block, _BLOCKS[place + 1].code if _BLOCKS[place + 1 : place + 2] else "")
    for place, block in enumerate(_BLOCKS)
    if block.language in {"python", "sh"} and block.is_run and _name(block) != RECEIVER
]


@pytest.fixture(scope="module")
def printed(service: Guarded, tmp_path_factory: pytest.TempPathFactory) -> Mapping[int, str]:
    """By line of the example: what it gave."""
    folder = tmp_path_factory.mktemp("documented")
    (folder / "anonymize").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m anonymize "$@"\n')
    (folder / "anonymize").chmod(0o755)
    key = service.new_client(*(each for each in Scope if each is not Scope.ADMIN))
    shell = Shell(folder, f"http://127.0.0.1:{service.stack.port}", key)
    environment = {**shell.environment, "PATH": f"{folder}:{os.environ['PATH']}"}
    return {block.line: _run(block, folder, environment) for _, block, _ in _EXAMPLES}


def _run(block: Block, folder: Path, environment: Mapping[str, str]) -> str:
    words = ["bash", "-euo", "pipefail", "-c"] if block.language == "sh" else [sys.executable, "-c"]
    done = subprocess.run(
        [*words, block.code], cwd=folder, env=environment, capture_output=True, text=True, timeout=100, check=False
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize(("name", "block", "shown"), _EXAMPLES, ids=[name for name, _, _ in _EXAMPLES])
def test_an_example(printed: Mapping[int, str], name: str, block: Block, shown: str) -> None:
    assert printed[block.line] == shown, name


def test_the_receiver(service: Guarded, shell: Shell) -> None:
    """With a webhook of the real courier."""
    (block,) = [each for each in _BLOCKS if each.language == "python" and _name(each) == RECEIVER]
    port = free_port()
    secret = service.ask(shell.key, "POST", "/v1/webhook-secret").json()["secret"]
    environment = {**shell.environment, "ANONYMIZE_WEBHOOK_SECRET": secret}
    code = block.code.replace("9000", str(port))
    receiver = Program([sys.executable, "-c", code], shell.folder / "received.log", environment)
    try:
        service.submit(shell.key, "Jane Doe left.", webhook={"url": f"http://127.0.0.1:{port}/"})
        eventually(lambda: "job.succeeded succeeded" in receiver.said(), what="the webhook is taken")
        assert receiver.wait() == 0
    finally:
        receiver.end()


def test_an_example_is_about_ten_lines() -> None:
    for block in _BLOCKS:
        lines = [line for line in block.code.splitlines()[1:] if line.strip()]
        assert block.language != "python" or len(lines) <= 11, block.line
