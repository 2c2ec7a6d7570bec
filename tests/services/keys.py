"""API keys of a real service, made as its operator makes the first one."""

import os
import re
import subprocess
import sys

from gateway.access.scopes import Scope
from tests.services.processes import ROOT
from tests.services.stack import Stack


def make_key(stack: Stack, client: str, *scopes: Scope) -> str:
    """The whole key; of all scopes where none is named."""
    made = subprocess.run(
        [
            *(sys.executable, "-m", "gateway.keys", "create"),
            *("--client", client, "--scopes", ",".join(scopes or Scope)),
        ],
        cwd=ROOT,
        env={**os.environ, **stack.environment},
        capture_output=True,
        text=True,
        check=True,
    )
    key = re.search(r"ak_[0-9a-f]{16}_\w+", made.stdout)
    assert key is not None, made.stdout
    return key[0]
