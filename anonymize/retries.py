"""When a request is sent again, and after how long."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from anonymize.errors import Unreachable, refusal
from anonymize.exchange import Answer, Ask, Lost, Pause, Plan

#: Refusals of the moment: too slow, too much, or something on the way is down.
_PASSING: Final = frozenset({408, 429, 502, 503, 504})
_IN_FLIGHT: Final = "idempotency-in-flight"
#: Up to so much of what `Retry-After` says is added, so that those who were refused together do not come back together.
_SPREAD: Final = 0.25


@dataclass(frozen=True, slots=True)
class Retries:
    """How long to go on. An answer that says when to come again counts against `patience_s`, others as an attempt."""

    max_attempts: int = 5
    first_delay_s: float = 0.5
    longest_delay_s: float = 20.0
    patience_s: float = 60.0
    random: Callable[[], float] = field(default=random.random, repr=False)

    def backoff_s(self, attempt: int) -> float:
        """Half of a doubling delay, and up to the other half by chance."""
        ceiling = min(self.longest_delay_s, self.first_delay_s * 2.0 ** (attempt - 1))
        return ceiling * (0.5 + 0.5 * self.random())

    def told_s(self, retry_after_s: float) -> float:
        """Never sooner than it was told; and if that is at once, a little later all the same."""
        return max(retry_after_s * (1 + _SPREAD * self.random()), self.backoff_s(1))


def asked(ask: Ask, retries: Retries) -> Plan[Answer]:
    """The answer below 400, after as many tries as it takes. Raises Unreachable, Refused."""
    attempts, told_s = 1, 0.0
    while True:
        reply = yield ask
        if reply is None:
            raise TypeError("a plan that asked was sent nothing")
        if isinstance(reply, Answer) and reply.status < 400:
            return reply
        after_s = reply.retry_after_s if isinstance(reply, Answer) else None
        if after_s is None:
            delay_s = retries.backoff_s(attempts)
            attempts += 1
        else:
            delay_s = retries.told_s(after_s)
            told_s += delay_s
        is_over = attempts > retries.max_attempts or told_s > retries.patience_s
        if is_over or not _may_repeat(ask, reply):
            raise Unreachable(reply.reason) if isinstance(reply, Lost) else refusal(reply)
        yield Pause(delay_s)


def _may_repeat(ask: Ask, reply: Answer | Lost) -> bool:
    if isinstance(reply, Lost):
        return ask.is_repeatable or not reply.was_sent
    is_passing = reply.status in _PASSING or (reply.status == 409 and refusal(reply).problem == _IN_FLIGHT)
    return ask.is_repeatable and is_passing
