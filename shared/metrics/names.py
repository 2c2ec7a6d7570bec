"""What the processes count: the one table of names, labels and buckets; docs/metrics.md has them all, with the store's.

Labels have few values, and none that a caller chose: no ids, no clients, no paths, no types of callers' own
recognizers. Every metric has a label, so that none opens its file before `processes.share` has said where.
"""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

# `_created` series double what is scraped, and nothing here reads them.
disable_created_metrics()  # type: ignore[no-untyped-call]  # prometheus_client 0.26

#: Start of every name.
PREFIX: Final = "anonymization_"
#: In one process; of several, `exposition` reads their files instead.
REGISTRY: Final = CollectorRegistry(auto_describe=False)

#: A streamed answer takes as long as it is listened to, and a wait up to MAX_WAIT_S.
_REQUEST_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_BATCH_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)
_BATCH_UNITS: Final = (1, 2, 4, 8, 16, 32)
_DELIVERY_S: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)


def _counter(name: str, description: str, *labels: str) -> Counter:
    return Counter(PREFIX + name, description, labels, registry=REGISTRY)


def _histogram(name: str, description: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
    return Histogram(PREFIX + name, description, labels, buckets=buckets, registry=REGISTRY)


# --- gateway
REQUESTS: Final = _counter(
    "http_requests_total", "Requests that were answered, by the route as the source has it", "method", "route", "status"
)
REQUEST_SECONDS: Final = _histogram(
    "http_request_duration_seconds", "From a request's headers to the end of its answer", _REQUEST_S, "method", "route"
)
REFUSED: Final = _counter(
    "connections_refused_total", "Requests refused before they were read as ones, by problem", "problem"
)

# --- worker
WORDS: Final = _counter("words_total", "Words of the texts that were worked on", "model")
DOCUMENTS: Final = _counter(
    "documents_total", "Documents that were worked on, by what became of them", "model", "state"
)
ENTITIES: Final = _counter("entities_total", "Entities found; `custom` are callers' own types", "type")
BATCH_SECONDS: Final = _histogram("batch_duration_seconds", "What one batch took, its process busy", _BATCH_S, "model")
BATCH_UNITS: Final = _histogram("batch_units", "Jobs, or parts of jobs, in one batch", _BATCH_UNITS, "model")
LATE_RESULTS: Final = _counter("late_results_refused_total", "Results whose lease was lost meanwhile", "model")
DEATHS: Final = _counter("process_deaths_total", "Processes of this worker that died, by what it made of it", "problem")

# --- courier
DELIVERY_SECONDS: Final = _histogram(
    "delivery_attempt_duration_seconds", "One attempt, by what came of it", _DELIVERY_S, "outcome"
)
DELIVERY_FAILURES: Final = _counter("delivery_attempts_failed_total", "Attempts that failed, by why", "reason")
