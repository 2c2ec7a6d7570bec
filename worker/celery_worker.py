"""Runs a Celery worker in this process, under our own logging."""

import warnings
from typing import Any, ClassVar

from celery import Celery
from celery.exceptions import CPendingDeprecationWarning, SecurityWarning
from celery.signals import setup_logging
from celery.worker.consumer import Consumer

# Celery warns of root because of pickle, which is not accepted here, and of a default that this service sets itself.
warnings.filterwarnings("ignore", category=SecurityWarning)
warnings.filterwarnings("ignore", category=CPendingDeprecationWarning)


class WithoutDelays(Consumer):
    """Celery's. On RabbitMQ that one declares 28 queues and exchanges for countdowns, which are not used here."""

    class Blueprint(Consumer.Blueprint):  # type: ignore[valid-type,misc]  # celery-types 0.26 has it as a variable
        default_steps: ClassVar = [
            step for step in Consumer.Blueprint.default_steps if not step.endswith(":DelayedDelivery")
        ]


def run_worker(app: Celery, *, name: str, pool: str, concurrency: int) -> int:
    """Consumes until SIGTERM or SIGINT; tasks that run end first. Gives the exit code."""
    setup_logging.connect(_keep_our_logging)
    app.conf.worker_consumer = f"{__name__}:{WithoutDelays.__name__}"
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
