"""Runs a Celery worker in this process, under our own logging."""

import warnings
from typing import Any

from celery import Celery
from celery.exceptions import CPendingDeprecationWarning, SecurityWarning
from celery.signals import setup_logging

# Celery warns of root because of pickle, which is not accepted here, and of a default that this service sets itself.
warnings.filterwarnings("ignore", category=SecurityWarning)
warnings.filterwarnings("ignore", category=CPendingDeprecationWarning)


def run_worker(app: Celery, *, name: str, pool: str, concurrency: int) -> int:
    """Consumes until SIGTERM or SIGINT; tasks that run end first. Gives the exit code."""
    setup_logging.connect(_keep_our_logging)
    worker = app.Worker(
        hostname=name,
        pool=pool,
        concurrency=concurrency,
        loglevel="WARNING",
        without_gossip=True,
        without_mingle=True,
        optimization="fair",
        quiet=True,
    )
    worker.start()
    return int(worker.exitcode or 0)


def _keep_our_logging(**_: Any) -> None:
    """Celery asks whether somebody configures logging; that there is a receiver is the answer."""
