"""The Celery application that both sides share: names of tasks and queues, and the one way to publish.

Each setting answers a known fault of Celery on Redis; the ones not explained here are explained in
docs/decisions/0003-celery-settings.md.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from celery import Celery
from kombu import Exchange, Queue

from shared import broker, rabbitmq
from shared.model_catalogue import queue_of
from shared.redis import broker_url
from shared.settings import Settings


class TaskName(StrEnum):
    ANONYMIZE = "anonymize"
    DELIVER = "deliver"


#: Stands in every message. A next major version sends its messages to queues of its own, so that workers of this one
#: never see them; what comes to them all the same is refused.
MESSAGE_VERSION: Final = 1
_VERSION_HEADER: Final = "message_version"

#: The courier's queue.
_WEBHOOKS: Final = "webhooks"

#: Redis has timeouts of its connection instead.
_PATIENCE: Final[dict[str, Any]] = {"timeout": rabbitmq.WAIT_S, "confirm_timeout": rabbitmq.WAIT_S}


def make_celery(settings: Settings) -> Celery:
    """An application that does not connect until it is used."""
    broker.install()
    rabbitmq.install()
    url = broker_url(settings)
    app = Celery("anonymization", broker=url, set_as_current=True)
    app.conf.update(_configuration(settings))
    if rabbitmq.is_rabbitmq(url):
        app.conf.update(rabbitmq.configuration(url))
    return app


def queue(lane: str) -> Queue:
    name = queue_of(lane)
    return _queue(name, exchange="anonymize")


def publish(app: Celery, lane: str, unit: str) -> None:
    """Say that a lane has work: the message carries the unit's id and nothing else. Blocks for up to a few seconds.

    Raises kombu.exceptions.OperationalError when the broker does not answer: the reconciler will publish then.
    """
    app.send_task(
        TaskName.ANONYMIZE,
        args=(unit,),
        queue=queue(lane),  # type: ignore[arg-type]  # celery-types 0.26 knows names only; Celery takes a Queue too
        # What monitors call the task: Flower shows which model it is for.
        shadow=queue_of(lane),
        headers={_VERSION_HEADER: MESSAGE_VERSION},
        ignore_result=True,
        **_PATIENCE,
    )


def delivery_queue() -> Queue:
    return _queue(_WEBHOOKS, exchange=_WEBHOOKS)


def publish_delivery(app: Celery, hint: str) -> None:
    """Say that a delivery is due; `hint` is the name of the message and of nothing else.

    Raises kombu.exceptions.OperationalError when the broker does not answer: another message comes then.
    """
    app.send_task(
        TaskName.DELIVER,
        args=(hint,),
        queue=delivery_queue(),  # type: ignore[arg-type]  # as above
        headers={_VERSION_HEADER: MESSAGE_VERSION},
        ignore_result=True,
        **_PATIENCE,
    )


def is_known(headers: Mapping[str, Any]) -> bool:
    """Whether a message is of this major version: minor ones add arguments, and messages of before had no version."""
    return str(headers.get(_VERSION_HEADER, MESSAGE_VERSION)).partition(".")[0] == str(MESSAGE_VERSION)


def _queue(name: str, *, exchange: str) -> Queue:
    return Queue(
        name, Exchange(exchange, type="direct"), routing_key=name, queue_arguments=dict(rabbitmq.QUEUE_ARGUMENTS)
    )


def _configuration(settings: Settings) -> dict[str, Any]:
    return {
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_ignore_result": True,
        "task_store_errors_even_if_ignored": False,
        # The processes hold themselves to their time (worker/limits.py), text by text; this is for what they overlook.
        "task_time_limit": 2 * settings.task_time_limit_s + settings.drain_s + settings.lease_s,
        "task_create_missing_queues": False,
        "worker_prefetch_multiplier": 1,
        "worker_disable_prefetch": True,
        "worker_max_tasks_per_child": settings.worker_max_tasks,
        # In kB, and of what the process has for itself (worker/limits.py).
        "worker_max_memory_per_child": settings.max_child_memory_mb * 1000,
        # A batch outlives a restart of Redis: its leases say whether it may still write, not its message.
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
        "worker_enable_remote_control": True,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        # BRPOP writes: a store that refuses writes (disk full) would end every worker for good (`make chaos`).
        "broker_channel_error_retry": True,
        "broker_pool_limit": 4,
        "broker_pool_acquire_timeout": 2,
        "task_publish_retry_policy": {"max_retries": 2, "interval_start": 0, "interval_max": 0.2},
        "broker_transport_options": {
            "visibility_timeout": max(600, 4 * settings.task_time_limit_s),
            "unacked_restore_interval": 10,
            "unacked_restore_throttle": 1,
            "health_check_interval": 10,
            "socket_timeout": 5,
            "socket_connect_timeout": 2,
            "socket_keepalive": True,
            "global_keyprefix": "celery:",
        },
        "accept_content": ["json"],
        "task_serializer": "json",
        "timezone": "UTC",
        "enable_utc": True,
    }
