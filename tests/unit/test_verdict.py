"""What follows from an answer to a webhook."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.webhooks.deliveries import DeliveryState
from worker.delivery.deadline import SendFailure
from worker.delivery.http_client import Answer
from worker.delivery.verdict import MOST_ATTEMPTS, SCHEDULE_S, Verdict, judge, retry_after_s

#: 2026-11-23T06:00:00Z
NOW_MS = 1_795_413_600_000


def judged(
    answer: Answer, *, kind: str = "job.succeeded", step: int = 1, scale: float = 1.0, chance: float = 0.0
) -> Verdict:
    return judge(answer, kind=kind, step=step, now_ms=NOW_MS, scale=scale, chance=chance)


def status(number: int, retry_after: str | None = None) -> Answer:
    return Answer(duration_ms=1, status=number, retry_after=retry_after)


@pytest.mark.parametrize("number", [200, 201, 202, 204, 299])
def test_2xx_alone_is_success(number: int) -> None:
    assert judged(status(number)) == Verdict(DeliveryState.DELIVERED)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (status(199), "refused"),
        (status(300), "redirected"),
        (status(301), "redirected"),
        (status(302), "redirected"),
        (status(304), "redirected"),
        (status(307), "redirected"),
        (status(308), "redirected"),
        (status(400), "refused"),
        (status(401), "refused"),
        (status(404), "refused"),
        (status(409), "refused"),
        (status(429), "refused"),
        (status(500), "refused"),
        (status(503), "refused"),
        (status(999), "refused"),
        *((Answer(duration_ms=1, failure=failure), failure.value) for failure in SendFailure),
    ],
)
def test_everything_else_is_tried_again(answer: Answer, reason: str) -> None:
    assert judged(answer) == Verdict(DeliveryState.WAITING, reason, delay_ms=5_000)


def test_410_is_the_end_and_disables_the_endpoint() -> None:
    assert judged(status(410)) == Verdict(DeliveryState.GIVEN_UP, "gone", disabling="gone")


def test_the_schedule_is_the_published_one() -> None:
    hour = 3_600
    assert (0, 5, 300, 1_800, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour) == SCHEDULE_S
    delays = [judged(status(500), step=step).delay_ms / 1000 for step in range(1, MOST_ATTEMPTS)]
    assert delays == list(SCHEDULE_S[1:])


def test_after_the_last_attempt_it_is_given_up() -> None:
    assert judged(status(500), step=MOST_ATTEMPTS - 1).state is DeliveryState.WAITING
    assert judged(status(500), step=MOST_ATTEMPTS) == Verdict(DeliveryState.GIVEN_UP, "refused")


def test_a_ping_is_tried_once() -> None:
    assert judged(status(500), kind="ping") == Verdict(DeliveryState.GIVEN_UP, "refused")
    assert judged(status(200), kind="ping") == Verdict(DeliveryState.DELIVERED)


@pytest.mark.parametrize(("chance", "delay_ms"), [(0.0, 300_000), (0.5, 315_000), (1.0, 330_000)])
def test_jitter_makes_a_pause_longer_and_never_shorter(chance: float, delay_ms: int) -> None:
    assert judged(status(500), step=2, chance=chance).delay_ms == delay_ms


def test_a_scale_shortens_the_schedule_and_not_what_the_endpoint_asks_for() -> None:
    assert judged(status(500), step=2, scale=0.001).delay_ms == 300
    assert judged(status(503, "7"), step=2, scale=0.001).delay_ms == 7_000


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 0),
        ("120", 120),
        (" 120 ", 120),
        ("0", 0),
        ("86400", 86_400),
        ("86401", 86_400),
        ("999999999", 86_400),
        ("9999999999999999999999", 0),
        ("-5", 0),
        ("1.5", 0),
        ("١٢٠", 0),
        ("soon", 0),
        ("", 0),
        ("Mon, 23 Nov 2026 06:02:00 GMT", 120),
        ("Mon, 23 Nov 2026 07:02:00 +0100", 120),
        ("Monday, 23-Nov-26 06:02:00 GMT", 120),
        ("Mon Nov 23 06:02:00 2026", 120),
        ("Mon, 23 Nov 2026 05:00:00 GMT", 0),
        ("Mon, 23 Nov 2099 05:00:00 GMT", 86_400),
        ("Mon, 23 Nov 99999 05:00:00 GMT", 0),
        ("Mon, 99 Nov 2026 05:00:00 GMT", 0),
        ("Mon, 23 Nov 2026 06:02:00 +9999999999", 0),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_a_day_at_most(header: str | None, seconds: float) -> None:
    assert retry_after_s(header, now_ms=NOW_MS) == seconds


@pytest.mark.parametrize(
    ("header", "step", "delay_ms"),
    [("60", 1, 60_000), ("1", 1, 5_000), ("60", 2, 300_000), ("nonsense", 1, 5_000)],
)
def test_retry_after_is_never_earlier_than_the_schedule(header: str, step: int, delay_ms: int) -> None:
    assert judged(status(503, header), step=step).delay_ms == delay_ms


@given(
    st.one_of(
        st.text(max_size=64),
        st.text("0123456789 :,+-GMTMonNov", max_size=64),
        st.from_regex(r"Mon, \d{1,4} Nov \d{1,6} \d{1,3}:\d{1,3}:\d{1,3} [+-]?[A-Z0-9]{1,12}", fullmatch=True),
    )
)
def test_no_retry_after_breaks_the_courier(header: str) -> None:
    assert 0 <= retry_after_s(header, now_ms=NOW_MS) <= 86_400
