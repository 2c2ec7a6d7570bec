"""When a request is sent again, and how long after."""

import pytest

from anonymize import operations
from anonymize.errors import IdempotencyMismatch, RateLimited, ServiceFault, Unavailable, Unreachable
from anonymize.exchange import Answer, Ask, Lost
from anonymize.retries import Retries, asked
from tests.client.following import CUT, NOT_CONNECTED, Followed, answer, problem

LEAST = Retries(random=lambda: 0.0)
MOST = Retries(random=lambda: 1.0)
GET = operations.models()
SUBMIT = operations.submit("some text", {}, idempotency_key="k")
#: Sent twice it is done twice.
REDELIVER = operations.redeliver("job_1", "msg_1")
OK = answer(200)


@pytest.mark.parametrize(
    ("ask", "reply"),
    [
        (GET, CUT),
        (SUBMIT, CUT),
        (SUBMIT, answer(502)),
        (SUBMIT, answer(504)),
        (SUBMIT, problem(503, "queue-full", retry_after="3")),
        (SUBMIT, problem(429, "rate-limited", retry_after="1")),
        (SUBMIT, problem(408, "request-timeout")),
        (SUBMIT, problem(409, "idempotency-in-flight", retry_after="1")),
        (operations.cancel("job_1"), CUT),
        (operations.erase("job_1"), CUT),
        (operations.deanonymize("t"), CUT),
        (REDELIVER, NOT_CONNECTED),
    ],
)
def test_it_is_sent_again_as_it_was(ask: Ask, reply: Answer | Lost) -> None:
    followed = Followed(asked(ask, LEAST), [reply, OK])
    assert followed.value == OK
    assert followed.asks == [ask, ask]
    assert len(followed.pauses) == 1


@pytest.mark.parametrize(
    ("ask", "reply", "error"),
    [
        (REDELIVER, CUT, Unreachable),
        (REDELIVER, problem(503, "store-unavailable", retry_after="1"), Unavailable),
        (SUBMIT, problem(500, "internal"), ServiceFault),
        (SUBMIT, problem(422, "idempotency-mismatch"), IdempotencyMismatch),
    ],
)
def test_it_is_not_sent_again(ask: Ask, reply: Answer | Lost, error: type[Exception]) -> None:
    followed = Followed(asked(ask, LEAST), [reply])
    assert type(followed.error) is error
    assert followed.pauses == []


def test_the_key_of_a_submit_is_the_same_each_time_and_another_for_another() -> None:
    followed = Followed(asked(SUBMIT, LEAST), [CUT, CUT, OK])
    assert {each.headers["idempotency-key"] for each in followed.asks} == {"k"}
    assert operations.new_key() != operations.new_key()


@pytest.mark.parametrize(("retries", "seconds"), [(LEAST, 3.0), (MOST, 3.75)])
def test_retry_after_is_waited_for_and_a_little_longer_by_chance(retries: Retries, seconds: float) -> None:
    assert Followed(asked(GET, retries), [problem(503, "x", retry_after="3"), OK]).pauses == [seconds]


@pytest.mark.parametrize(
    ("retries", "pauses"), [(LEAST, [0.25, 0.5, 1.0, 2.0]), (MOST, [0.5, 1.0, 2.0, 4.0])], ids=["least", "most"]
)
def test_without_it_the_delay_doubles_until_the_attempts_are_used(retries: Retries, pauses: list[float]) -> None:
    followed = Followed(asked(GET, retries), [NOT_CONNECTED] * 5)
    assert followed.pauses == pauses
    assert isinstance(followed.error, Unreachable)


def test_retry_after_is_heeded_as_long_as_there_is_patience() -> None:
    refused = problem(429, "too-many-jobs", retry_after="5")
    followed = Followed(asked(GET, Retries(patience_s=20, random=lambda: 0.0)), [refused] * 5)
    assert followed.pauses == [5.0] * 4
    assert isinstance(followed.error, RateLimited)
    assert followed.error.retry_after_s == 5


def test_a_wait_beyond_all_patience_is_not_begun() -> None:
    followed = Followed(asked(GET, LEAST), [problem(503, "queue-full", retry_after="86400")])
    assert followed.pauses == []
    assert isinstance(followed.error, Unavailable)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("soon", None), ("-1", None), ("", None), ("²", None)],
)
def test_retry_after_is_seconds_or_a_date(header: str, seconds: float | None) -> None:
    assert answer(503, retry_after=header).retry_after_s == seconds


def test_a_service_that_says_0_is_not_asked_again_at_once() -> None:
    assert Followed(asked(GET, LEAST), [problem(503, "x", retry_after="0"), OK]).pauses == [0.25]
