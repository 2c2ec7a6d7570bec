"""What follows from an answer: delivered, tried again at a time, or given up (Standard Webhooks 1.0.0). Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from shared.webhooks.deliveries import DeliveryState
from shared.webhooks.events import PING
from worker.delivery.http_client import Answer

#: Seconds before each attempt, counted from the end of the one before.
SCHEDULE_S: Final = (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
MOST_ATTEMPTS: Final = len(SCHEDULE_S)
#: A pause is longer by up to so much, so that what failed together is not tried again together.
MOST_JITTER: Final = 0.1
MOST_RETRY_AFTER_S: Final = 86_400

_GONE: Final = 410
_REDIRECTS: Final = range(300, 400)
_SECONDS: Final = re.compile(r"\s*(\d{1,9})\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Verdict:
    state: DeliveryState
    #: What was wrong with the attempt; None when nothing was.
    reason: str | None = None
    #: Until the next attempt, where it waits.
    delay_ms: int = 0
    #: Why the endpoint is to be disabled at once, or "".
    disabling: str = ""


def judge(answer: Answer, *, kind: str, step: int, now_ms: int, scale: float, chance: float) -> Verdict:
    """`kind`: the event's type; `step`: which attempt of the schedule this was, from 1; `chance`: 0 to 1, for jitter.

    `scale` shortens the schedule, and not what the endpoint asks for.
    """
    reason = _reason(answer)
    if reason is None:
        return Verdict(DeliveryState.DELIVERED)
    if answer.status == _GONE:
        return Verdict(DeliveryState.GIVEN_UP, reason, disabling=reason)
    # A ping asks whether the endpoint answers now.
    if kind == PING or step >= MOST_ATTEMPTS:
        return Verdict(DeliveryState.GIVEN_UP, reason)
    pause_s = max(
        SCHEDULE_S[step] * scale * (1 + MOST_JITTER * chance), retry_after_s(answer.retry_after, now_ms=now_ms)
    )
    return Verdict(DeliveryState.WAITING, reason, delay_ms=round(pause_s * 1000))


def retry_after_s(header: str | None, *, now_ms: int) -> float:
    """Seconds that the header asks for (RFC 9110, section 10.2.3), at most a day; 0 for none or nonsense."""
    if header is None:
        return 0
    if seconds := _SECONDS.fullmatch(header):
        return min(int(seconds[1]), MOST_RETRY_AFTER_S)
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return 0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    wanted_s = (moment - datetime.fromtimestamp(now_ms / 1000, tz=UTC)).total_seconds()
    return min(max(wanted_s, 0), MOST_RETRY_AFTER_S)


def _reason(answer: Answer) -> str | None:
    """None for a success: 2xx alone is one."""
    if answer.status is None:
        return answer.failure or "no_answer"
    if answer.status == _GONE:
        return "gone"
    if answer.status in _REDIRECTS:
        return "redirected"
    return None if 200 <= answer.status < 300 else "refused"
