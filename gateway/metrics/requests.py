"""Counts an answered request."""

from functools import cache

from shared.metrics.names import REQUEST_SECONDS, REQUESTS

#: A place that is none of ours: a client may ask for any.
NO_ROUTE = "none"


def count_request(method: str, route: str, status: int, duration_s: float) -> None:
    """`route` as the source has it, or NO_ROUTE."""
    _requests(method, route, status).inc()
    _seconds(method, route).observe(duration_s)


# Looking a metric's labels up takes a lock and most of the time of counting.
_requests = cache(REQUESTS.labels)
_seconds = cache(REQUEST_SECONDS.labels)
