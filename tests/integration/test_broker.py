"""kombu's Redis transport as `shared/broker.py` mends it, on a real Valkey."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection, Consumer, Queue
from redis.exceptions import RedisError

from shared import broker
from tests.services.valkey import Server

QUEUE = Queue("work", routing_key="work")


@pytest.fixture
def hanging_valkey(tmp_path: Path) -> Iterator[Server]:
    """One that may be paused."""
    server = Server(tmp_path)
    yield server
    server.go_on()
    server.end()


@pytest.mark.parametrize("act", ["ack", "reject", "requeue"])
def test_a_message_that_cannot_be_settled_does_not_keep_its_place_for_ever(hanging_valkey: Server, act: str) -> None:
    broker.install()
    taken: list[Any] = []
    options = {"socket_timeout": 0.2}
    with Connection(hanging_valkey.url, transport_options=options) as connection:
        channel: Any = connection.channel()
        with Consumer(channel, [QUEUE], callbacks=[lambda _, message: taken.append(message)], prefetch_count=1):
            connection.Producer().publish("a hint", routing_key="work", declare=[QUEUE])
            connection.drain_events(timeout=10)
            (message,) = taken
            assert not channel.qos.can_consume()
            hanging_valkey.pause()
            with pytest.raises((RedisError, OSError)):
                {"ack": message.ack, "reject": message.reject, "requeue": message.requeue}[act]()
            assert channel.qos.can_consume()
            hanging_valkey.go_on()
