"""The store's figures as Prometheus has them. Every gateway tells the same: ask for their `max`, not for their sum."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from shared.jobs.figures import Figures, LaneFigures
from shared.jobs.script import TIME_BOUNDS_MS
from shared.jobs.states import State
from shared.metrics.names import PREFIX
from shared.model_catalogue import BULK
from shared.presence import Announcement
from shared.webhooks.deliveries import DeliveryState

_Row = tuple[tuple[str, ...], float]


@dataclass(frozen=True, slots=True)
class _Total:
    """A kind of `transitions/totals.lua`: its name here, its labels in their order."""

    name: str
    description: str
    labels: tuple[str, ...] = ()
    #: Of the last label, where all are known: told from 0 on, since Prometheus sees no growth in a first value.
    values: tuple[str, ...] = ()

    def zeros(self, models: Iterable[str]) -> Iterable[tuple[str, ...]]:
        lasts: list[tuple[str, ...]] = [(value,) for value in self.values] or [()]
        if self.labels[:1] == ("model",):
            return [(model, *last) for model in models for last in lasts]
        return [] if self.labels and not self.values else lasts


_ENDS: Final = tuple(state.value for state in State if state.is_terminal)
_OUTCOMES: Final = ("tried_again", "given_up")
_DELIVERY_ENDS: Final = (DeliveryState.DELIVERED.value, DeliveryState.GIVEN_UP.value)
_TOTALS: Final[Mapping[str, _Total]] = {
    "submitted": _Total("jobs_submitted", "Jobs that were accepted", ("model",)),
    "ended": _Total("jobs_ended", "Jobs that ended, by their final state", ("model", "state"), _ENDS),
    "problem": _Total("jobs_failed", "Jobs that failed, by problem", ("problem",)),
    "lease_lost": _Total(
        "leases_lost", "Units of work whose process died or fell silent", ("model", "outcome"), _OUTCOMES
    ),
    "message_sent_again": _Total("messages_sent_again", "Messages that the reconciler sent for lanes without one"),
    "delivery_queued": _Total("deliveries_queued", "Deliveries that ends of jobs, pings and clients made"),
    "delivery_ended": _Total(
        "deliveries_ended", "Deliveries that ended, by their final state", ("state",), _DELIVERY_ENDS
    ),
}
_TIMES: Final[Mapping[str, _Total]] = {
    "wait": _Total("job_wait_seconds", "From a job's submission to its first claim", ("model",)),
    "run": _Total("job_run_seconds", "From a job's last start to its end", ("model",)),
}


def store_families(figures: Figures | None, alive: Iterable[Announcement]) -> list[Metric]:
    """None: the store does not answer, and that is all there is to tell."""
    is_up = _gauge("store_up", "Whether the store answers", (), [((), figures is not None)])
    if figures is None:
        return [is_up]
    workers = tuple(alive)
    return [
        is_up,
        *_counted(figures, _models(figures, workers)),
        *_times(figures),
        *_lanes(figures, workers),
        *_workers(workers),
        *_others(figures),
    ]


def _counted(figures: Figures, models: Iterable[str]) -> list[Metric]:
    return [_counter(kind, total, figures, models) for kind, total in _TOTALS.items()]


def _counter(kind: str, total: _Total, figures: Figures, models: Iterable[str]) -> Metric:
    family = CounterMetricFamily(PREFIX + total.name, total.description, labels=total.labels)
    counted = {tuple(words[1:]): number for words, number in figures.totals.items() if words[0] == kind}
    for labels, number in {**dict.fromkeys(total.zeros(models), 0), **counted}.items():
        family.add_metric(labels, number)
    return family


def _models(figures: Figures, workers: Iterable[Announcement]) -> tuple[str, ...]:
    """Those that are served or that something waits for, `auto_sm` and its like among them."""
    lanes = (*(lane for worker in workers for lane in worker.lanes), *(each.lane for each in figures.lanes))
    return tuple(sorted({lane.removesuffix(BULK) for lane in lanes}))


def _times(figures: Figures) -> list[Metric]:
    return [_histogram(kind, total, figures) for kind, total in _TIMES.items()]


def _histogram(kind: str, total: _Total, figures: Figures) -> Metric:
    family = HistogramMetricFamily(PREFIX + total.name, total.description, labels=total.labels)
    models = dict.fromkeys(words[1] for words in figures.totals if words[0] == kind)
    for model in models:
        counted, buckets = 0, []
        for bound in (*map(str, TIME_BOUNDS_MS), "inf"):
            counted += figures.totals.get((kind, model, bound), 0)
            buckets.append(("+Inf" if bound == "inf" else str(int(bound) / 1000), counted))
        family.add_metric((model,), buckets, figures.totals.get((kind, model, "sum"), 0) / 1000)
    return family


def _lanes(figures: Figures, workers: tuple[Announcement, ...]) -> list[Metric]:
    # Empty ones are told too.
    empty = {lane: LaneFigures(lane, 0, 0, 0) for worker in workers for lane in worker.lanes}
    lanes = (empty | {each.lane: each for each in figures.lanes}).values()

    def rows(value: "dict[tuple[str, ...], float]") -> list[_Row]:
        return list(value.items())

    return [
        _gauge("queue_units", "Units of work that wait", ("model", "size"), rows({_of(e): e.queued for e in lanes})),
        _gauge("running_units", "Units of work under way", ("model", "size"), rows({_of(e): e.running for e in lanes})),
        _gauge(
            "queue_oldest_seconds",
            "For how long the job of the oldest unit that waits has been there; 0 where none waits",
            ("model", "size"),
            rows({_of(each): each.oldest_ms / 1000 for each in lanes}),
        ),
    ]


def _of(lane: LaneFigures) -> tuple[str, str]:
    model = lane.lane.removesuffix(BULK)
    return model, "small" if model == lane.lane else "bulk"


def _workers(workers: tuple[Announcement, ...]) -> list[Metric]:
    models = sorted({lane for worker in workers for lane in worker.lanes if not lane.endswith(BULK)})
    processes = [
        ((model,), float(sum(worker.processes for worker in workers if model in worker.lanes))) for model in models
    ]
    return [
        _gauge("workers", "Workers that announce themselves", (), [((), len(workers))]),
        _gauge("model_processes", "Processes that serve a model", ("model",), processes),
    ]


def _others(figures: Figures) -> list[Metric]:
    deliveries, store = figures.deliveries, figures.store
    found = [
        _gauge("dead_letters", "Jobs that no process outlived, kept for a replay", (), [((), figures.dead_letters)]),
        _gauge(
            "deliveries",
            "Deliveries by what they do now",
            ("state",),
            [(("waiting",), deliveries.waiting), (("sending",), deliveries.sending)],
        ),
        _gauge(
            "delivery_overdue_seconds",
            "For how long a delivery that is due has waited for a courier",
            (),
            [((), deliveries.overdue_ms / 1000)],
        ),
        _gauge("audit_notes_waiting", "Notes that stand in no chain yet", (), [((), figures.audit_waiting)]),
    ]
    if store is not None:
        found += [
            _gauge("store_memory_bytes", "Memory of the store", (), [((), store.used_bytes)]),
            _gauge("store_memory_limit_bytes", "Its maxmemory; 0: none", (), [((), store.max_bytes)]),
            _gauge(
                "store_durable",
                "Whether the store keeps an append-only file and its last write succeeded",
                (),
                [((), store.is_append_only and store.is_written)],
            ),
            _gauge("store_said_seconds", "Age of the last three", (), [((), store.age_ms / 1000)]),
        ]
    return found


def _gauge(
    name: str, description: str, labels: tuple[str, ...], rows: Iterable[tuple[tuple[str, ...], float]]
) -> Metric:
    family = GaugeMetricFamily(PREFIX + name, description, labels=labels)
    for values, number in rows:
        family.add_metric(values, float(number))
    return family
