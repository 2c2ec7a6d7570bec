"""Counts an attempt to deliver."""

from shared.metrics.names import DELIVERY_FAILURES, DELIVERY_SECONDS
from shared.webhooks.deliveries import DeliveryState
from worker.delivery.verdict import Verdict


def count_attempt(verdict: Verdict, duration_ms: int) -> None:
    """By what comes of it: delivered, waiting (for the next attempt) or given_up; what failed also by its reason."""
    DELIVERY_SECONDS.labels(verdict.state).observe(duration_ms / 1000)
    if verdict.state is not DeliveryState.DELIVERED:
        DELIVERY_FAILURES.labels(verdict.reason or "none").inc()
