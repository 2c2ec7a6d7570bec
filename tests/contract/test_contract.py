"""The live service, with real workers, held against its own document: every operation, every check."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from gateway.contract import contract
from tests.contract.made import Made
from tests.services.processes import ROOT
from tests.services.stack import Stack

_CONFIGURATION: Final = Path(__file__).with_name("schemathesis.toml")
#: Of each kind, an operation. More find more; `CONTRACT_EXAMPLES=500` is for a long evening.
_EXAMPLES: Final = os.environ.get("CONTRACT_EXAMPLES", "25")
_LONGEST_S: Final = 3_600


def test_the_published_document_is_the_live_one(contract_stack: Stack) -> None:
    assert contract_stack.http.get("/openapi.json").json() == json.loads(contract())


@pytest.mark.timeout(_LONGEST_S)
def test_the_service_does_what_its_document_says(contract_stack: Stack, made: Made) -> None:
    ended = _schemathesis(contract_stack, made)
    assert ended.returncode == 0, ended.stdout
    assert "request_failed" not in contract_stack.logs()


def _schemathesis(stack: Stack, made: Made) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).with_name("schemathesis")
    document = f"http://127.0.0.1:{stack.port}/openapi.json"
    return subprocess.run(
        [
            *(command, "--no-color", f"--config-file={_CONFIGURATION}", "run"),
            *(f"--max-examples={_EXAMPLES}", f"--header=Authorization: Bearer {made.key}", document),
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "CONTRACT_WEBHOOK_URL": made.webhook_url,
            "CONTRACT_JOBS": ",".join(made.jobs),
            "CONTRACT_DELIVERY": made.delivery,
            "CONTRACT_KEY_ID": made.key_id,
            "CONTRACT_OWN_KEY_ID": made.key.rpartition("_")[0],
        },
        capture_output=True,
        text=True,
        timeout=_LONGEST_S,
        check=False,
    )
