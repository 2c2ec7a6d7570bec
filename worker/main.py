"""`python -m worker`: anonymizes, or delivers webhooks, as ROLE says."""

import sys
from importlib import import_module
from typing import Final

from shared.log import configure_logging
from shared.settings import get_settings
from worker.metrics_server import start_metrics_server

#: Role -> name in the logs, module. Imported when it is known which: the courier loads neither spaCy nor a model.
_ROLES: Final = {"anonymize": ("worker", "worker.anonymizer"), "deliver": ("courier", "worker.delivery.role")}


def main() -> int:
    """Runs until SIGTERM or SIGINT. 1 when it cannot start, with one line that says why."""
    try:
        settings = get_settings()
        start_metrics_server(settings)
    except ValueError as error:
        sys.stderr.write(f"worker: {error}\n")
        return 1
    process, module = _ROLES[settings.role]
    configure_logging(settings, process)
    return int(import_module(module).main(settings))
