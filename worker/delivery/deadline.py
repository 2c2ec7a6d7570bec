"""The end of an attempt, and what it ends with when there is no answer."""

import time
from enum import StrEnum


class SendFailure(StrEnum):
    """Why there is no answer."""

    #: The policy no longer allows the URL.
    URL_REFUSED = "url_refused"
    DNS_FAILED = "dns_failed"
    #: One of the host's addresses is not public.
    ADDRESS_REFUSED = "address_refused"
    CONNECT_FAILED = "connect_failed"
    #: No common protocol, or a certificate that is not trusted or not the host's.
    TLS_FAILED = "tls_failed"
    CONNECTION_LOST = "connection_lost"
    TIMED_OUT = "timed_out"
    #: What came is not HTTP, or its head is longer than an answer may be.
    BAD_RESPONSE = "bad_response"


class SendFailed(Exception):
    """Ends an attempt; carries a reason, never a URL or an address."""

    def __init__(self, reason: SendFailure) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Deadline:
    """One for the whole attempt: time-outs of single steps never end against a server that sends a byte a second."""

    def __init__(self, timeout_s: float) -> None:
        self._end = time.monotonic() + timeout_s

    def left_s(self) -> float:
        """Seconds left, always more than 0. Raises SendFailed."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise SendFailed(SendFailure.TIMED_OUT)
        return left
