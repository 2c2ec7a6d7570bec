"""RabbitMQ as Celery's broker: what its settings are where BROKER_URL names one (docs/decisions/0018-rabbitmq.md).

And kombu's transport for it, mended: py-amqp 5.4 waits for the answer to "close" for ever. A broker with an alarm (its
memory or disk is full) takes nothing more from those who publish, so it never answers: a worker's main process, which
publishes for the reconciler, would hang until the alarm is over.
"""

import ssl
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from kombu.transport import TRANSPORT_ALIASES, pyamqp

#: Of a queue that is replicated, and on disk before a message in it is confirmed. Redis takes no notice of it.
QUEUE_ARGUMENTS: Final = {"x-queue-type": "quorum"}
#: Longest wait for one connection, one message sent, one message confirmed: a message is only a hint.
WAIT_S: Final = 2

#: A connection that is half open is noticed after two of them; the broker says that it lives twice as often.
_HEARTBEAT_S: Final = 10
#: Longest wait for any other answer. Each sign of life starts it anew, so it is less than the time between two.
_ANSWER_S: Final = 4
_CLOSED_S: Final = 1

#: As a rediss:// URL names it too.
_CA_OPTION: Final = "ssl_ca_certs"


class _Bounded:
    """For a channel and for a connection, which is one in py-amqp."""

    _longest_s: float = _ANSWER_S

    def wait(self, method: Any, callback: Any = None, timeout: float | None = None, returns_tuple: bool = False) -> Any:
        """Raises TimeoutError, which kombu takes for a lost connection."""
        wait: Any = super().wait  # type: ignore[misc]  # of the class that this one is mixed into
        return wait(method, callback, timeout or self._longest_s, returns_tuple)

    def close(self, *arguments: Any, **options: Any) -> Any:
        self._longest_s = _CLOSED_S
        close: Any = super().close  # type: ignore[misc]  # as above
        return close(*arguments, **options)


class Channel(_Bounded, pyamqp.Channel):
    pass


class Connection(_Bounded, pyamqp.Connection):
    Channel = Channel


class Transport(pyamqp.Transport):
    Connection = Connection


class SSLTransport(pyamqp.SSLTransport):
    Connection = Connection


def install() -> None:
    """Have amqp:// and amqps:// mean these transports."""
    TRANSPORT_ALIASES["amqp"] = f"{__name__}:{Transport.__name__}"
    TRANSPORT_ALIASES["amqps"] = f"{__name__}:{SSLTransport.__name__}"


def is_rabbitmq(url: str) -> bool:
    return urlsplit(url).scheme in {"amqp", "amqps"}


def configuration(url: str) -> dict[str, Any]:
    """What differs from the settings for Redis."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    authority = options.pop(_CA_OPTION, None)
    return {
        "broker_url": urlunsplit(parts._replace(query=urlencode(options))),
        "broker_use_ssl": _tls(authority) if parts.scheme == "amqps" else None,
        "broker_connection_timeout": WAIT_S,
        "broker_heartbeat": _HEARTBEAT_S,
        # Once, for a connection that the broker closed while it was idle.
        "task_publish_retry_policy": {"max_retries": 1, "interval_start": 0, "interval_max": 0.2},
        # Of Redis alone: Celery warns of it. A process that is busy may hold one message more, which is only a hint.
        "worker_disable_prefetch": False,
        # A quorum queue refuses a consumer whose limit is the channel's.
        "worker_detect_quorum_queues": True,
        # A message that a broker did not keep is an error then, not silence.
        "broker_transport_options": {"confirm_publish": True},
    }


def _tls(authority: str | None) -> dict[str, Any]:
    """py-amqp checks a certificate by itself, but whose it is only where it is told the name: None is the URL's."""
    return {"cert_reqs": ssl.CERT_REQUIRED, "server_hostname": None, "ca_certs": authority}
