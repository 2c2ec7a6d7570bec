"""`python -m deploy.flower`: Flower behind a password, read-only, its history kept; never exposed without a proxy."""

import os
import sys
from pathlib import Path
from typing import Final

from shared.messages import make_celery
from shared.settings import get_settings

#: In the environment, where Flower reads it itself: arguments are for everyone on the machine to read.
_AUTH: Final = "FLOWER_BASIC_AUTH"
_OPTIONS: Final = {
    "port": 5555,
    "url_prefix": "flower",
    # Looks only: it can neither revoke a task nor stop a worker.
    "read_only": True,
    "persistent": True,
    "state_save_interval": 10_000,
    "max_tasks": 10_000,
    "purge_offline_workers": 300,
    "natural_time": False,
}
_CONNECTIONS: Final = 32


def main() -> int:
    """Serves until SIGTERM. 1 when it may not start, and one line says why."""
    if ":" not in os.environ.get(_AUTH, ""):
        sys.stderr.write(f"flower: {_AUTH} is not user:password, and Flower is not shown to everybody\n")
        return 1
    try:
        settings = get_settings()
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"flower: {error}\n")
        return 1
    options = {**_OPTIONS, "db": Path(settings.data_dir) / "flower", "address": settings.host}
    app = make_celery(settings)
    # Flower asks the workers several things at once, each on two connections: with our few they waited for each other
    # for good, and no page about workers was ever answered (tests/canary).
    app.conf.broker_pool_limit = _CONNECTIONS
    app.start(["flower", *(f"--{name}={value}" for name, value in options.items())])
    return 0


if __name__ == "__main__":
    sys.exit(main())
