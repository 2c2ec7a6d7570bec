"""Runs a plan without a network: what it asks and how long it pauses, against replies that the test made up."""

import json
from collections.abc import Iterable
from typing import Any, TypeVar

from anonymize.exchange import Answer, Ask, Lost, Plan, Reply

Value = TypeVar("Value")

CUT = Lost("the connection broke", was_sent=True)
NOT_CONNECTED = Lost("no connection", was_sent=False)


def answer(status: int, body: Any = None, elapsed_s: float = 0.0, /, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, named, json.dumps(body or {}).encode(), elapsed_s)


def problem(status: int, name: str, **headers: str) -> Answer:
    body = {"type": f"https://example.org/problems/{name}", "title": "T", "status": status, "detail": "D."}
    return answer(status, body, **headers)


class Followed:
    """What a plan did: its requests, its pauses in seconds, and its value, or what it raised."""

    def __init__(self, plan: Plan[Any], replies: Iterable[Answer | Lost]) -> None:
        self.asks: list[Ask] = []
        self.pauses: list[float] = []
        self.value: Any = None
        self.error: Exception | None = None
        waiting = iter(replies)
        reply: Reply = None
        try:
            while True:
                step = plan.send(reply)
                if isinstance(step, Ask):
                    self.asks.append(step)
                    reply = next(waiting)
                else:
                    self.pauses.append(step.seconds)
                    reply = None
        except StopIteration as end:
            self.value = end.value
        except Exception as error:  # noqa: BLE001  the test looks at it
            self.error = error
        assert not list(waiting), "replies that the plan did not ask for"
