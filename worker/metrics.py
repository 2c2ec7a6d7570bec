"""What a worker's processes count of their work: how much, of which types, how long, and never any of it."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Final

from shared.entity_types import ENTITY_TYPES, SPACY_LABELS
from shared.jobs.payload import DocumentResult
from shared.metrics import names
from shared.model_catalogue import BULK
from worker.limits import PROBLEMS

#: Of callers' own recognizers and lists, whose types are words of theirs; and of models that we do not know.
CUSTOM: Final = "custom"
_KNOWN: Final = frozenset(ENTITY_TYPES) | frozenset(SPACY_LABELS)


@contextmanager
def batch(lane: str, units: int) -> Iterator[None]:
    """Counts a batch and what it took."""
    model, began = lane.removesuffix(BULK), time.perf_counter()
    yield
    _batch_seconds(model).observe(time.perf_counter() - began)
    _batch_units(model).observe(units)


def count_words(lane: str, texts: Iterable[str]) -> None:
    """As many as blanks divide."""
    words = sum(len(text.split()) for text in texts)
    if words:
        _words(lane.removesuffix(BULK)).inc(words)


def count_results(model: str, results: Sequence[DocumentResult]) -> None:
    """Documents by state, their entities by type. `model`: the job's, since a document's language may be any word."""
    for state, number in Counter(result.state for result in results).items():
        _documents(model, state).inc(number)
    for kind, number in Counter(entity.type for result in results for entity in result.entities).items():
        _entities(kind if kind in _KNOWN else CUSTOM).inc(number)


def count_late_result(lane: str) -> None:
    names.LATE_RESULTS.labels(lane.removesuffix(BULK)).inc()


def tell_zeros(models: Iterable[str]) -> None:
    """What is seldom, from 0 on: Prometheus sees no growth in a first value."""
    for problem in PROBLEMS:
        names.DEATHS.labels(problem)
    for model in models:
        names.LATE_RESULTS.labels(model)


def count_death(problem: str) -> None:
    names.DEATHS.labels(problem).inc()


# Looking a metric's labels up takes most of the time of counting.
_batch_seconds = cache(names.BATCH_SECONDS.labels)
_batch_units = cache(names.BATCH_UNITS.labels)
_words = cache(names.WORDS.labels)
_documents = cache(names.DOCUMENTS.labels)
_entities = cache(names.ENTITIES.labels)
