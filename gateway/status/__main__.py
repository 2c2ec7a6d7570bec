"""`python -m gateway.status`: queues, workers, jobs, webhooks and store at a glance. It needs REDIS_URL, no gateway."""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from gateway.status.report import Status, status_of
from gateway.status.text import as_text
from shared.errors import StoreUnavailable
from shared.jobs.figures import read_figures
from shared.jobs.store import SyncStore
from shared.presence import read_announcements
from shared.redis import connect_sync
from shared.settings import Settings, get_settings

#: To the upper left corner, and all below it gone.
_CLEAR: Final = "\x1b[H\x1b[J"


def main(arguments: Sequence[str] | None = None) -> int:
    """0: all is well; 1: something is wrong, the store's absence too; 2: the command was not understood."""
    given = _parser().parse_args(arguments)
    try:
        settings = get_settings()
    except ValueError as error:
        sys.stderr.write(f"status: {error}\n")
        return 1
    store, code = SyncStore(connect_sync(settings)), 1
    try:
        while True:
            code = _show(store, settings, given)
            if given.watch is None:
                return code
            time.sleep(given.watch)
    except (KeyboardInterrupt, BrokenPipeError):
        return code


def _show(store: SyncStore, settings: Settings, given: argparse.Namespace) -> int:
    try:
        status = _read(store, settings, given.most_wait_s)
    except StoreUnavailable:
        sys.stderr.write("status: the store does not answer (REDIS_URL)\n")
        return 1
    text = json.dumps(asdict(status)) if given.json else as_text(status)
    clear = _CLEAR if given.watch is not None and sys.stdout.isatty() else ""
    sys.stdout.write(f"{clear}{text}\n")
    sys.stdout.flush()
    return 1 if status.faults else 0


def _read(store: SyncStore, settings: Settings, most_wait_s: float) -> Status:
    figures, announcements = store.run_all([read_figures(), read_announcements()])
    lost_ms = int(settings.worker_lost_s * 1000)
    return status_of(figures, announcements, lost_ms=lost_ms, most_wait_s=most_wait_s)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gateway.status", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object, a line each time")
    parser.add_argument(
        "--watch", type=float, nargs="?", const=2.0, metavar="SECONDS", help="again and again (every 2 s)"
    )
    parser.add_argument(
        "--most-wait-s", type=float, default=60.0, metavar="SECONDS", help="what waits for longer is wrong (60)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
