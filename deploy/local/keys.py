"""`make key`: the command `python -m gateway.keys` on the Valkey of `make run`, whose address nobody else knows.

make key ARGS="create --client crm --scopes jobs:write,jobs:read"
"""

import os
import sys
from typing import NoReturn

from deploy.local import valkey
from shared.settings import get_settings


def become(module: str) -> NoReturn:
    """Becomes that module's command. Exits with 1 and one line when there is no Valkey."""
    environment = dict(os.environ)
    if "REDIS_URL" not in environment:
        try:
            environment["REDIS_URL"] = valkey.url_of(get_settings().data_dir)
        except (OSError, ValueError):
            sys.exit("no Valkey was started in DATA_DIR: make run, or set REDIS_URL")
    os.execve(sys.executable, (sys.executable, "-m", module, *sys.argv[1:]), environment)  # noqa: S606  our own


if __name__ == "__main__":
    become("gateway.keys")
