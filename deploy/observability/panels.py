"""The dashboard's panels, as a table: what each asks of Prometheus, and how it is drawn."""

from dataclasses import dataclass
from typing import Final

#: Grafana puts a time of at least four scrapes in its place.
INTERVAL: Final = "$__rate_interval"


@dataclass(frozen=True, slots=True)
class Query:
    expression: str
    #: Of each line, with `{{label}}`.
    legend: str


@dataclass(frozen=True, slots=True)
class Panel:
    title: str
    queries: tuple[Query, ...]
    #: Grafana's own name of a unit.
    unit: str = "short"
    description: str = ""
    #: One number instead of lines.
    is_number: bool = False
    is_stacked: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    title: str
    panels: tuple[Panel, ...]


def _rate(metric: str, labels: str = "") -> str:
    return f"rate(anonymization_{metric}{labels}[{INTERVAL}])"


def _of_store(metric: str, by: str) -> str:
    """Every gateway tells the same of the store: one of them is enough."""
    return f"max by ({by}) ({_rate(metric)})"


def _quantile(share: float, buckets: str, by: str = "") -> str:
    return f"histogram_quantile({share:g}, sum by ({', '.join(filter(None, ('le', by)))}) ({buckets}))"


def _number(title: str, expression: str, unit: str = "short", description: str = "") -> Panel:
    return Panel(title, (Query(expression, title),), unit, description, is_number=True)


def _lines(title: str, expression: str, legend: str, unit: str = "short", description: str = "") -> Panel:
    return Panel(title, (Query(expression, legend),), unit, description)


def _stack(title: str, expression: str, legend: str, unit: str = "short", description: str = "") -> Panel:
    return Panel(title, (Query(expression, legend),), unit, description, is_stacked=True)


_WAITS: Final = _of_store("job_wait_seconds_bucket", "model, le")
_RUNS: Final = _of_store("job_run_seconds_bucket", "model, le")

ROWS: Final = (
    Row(
        "Now",
        (
            _number("Workers", "max(anonymization_workers)"),
            _number("Queued", "sum(max by (model, size) (anonymization_queue_units))"),
            _number("Oldest", "max(anonymization_queue_oldest_seconds)", "s"),
            _number("Running", "sum(max by (model, size) (anonymization_running_units))"),
            _number("Dead letters", "max(anonymization_dead_letters)"),
            _number("Webhooks overdue", "max(anonymization_delivery_overdue_seconds)", "s"),
        ),
    ),
    Row(
        "Jobs",
        (
            _stack(
                "Jobs ended", f"sum by (state) ({_of_store('jobs_ended_total', 'model, state')})", "{{state}}", "ops"
            ),
            _lines("Waiting", "max by (model, size) (anonymization_queue_units)", "{{model}} {{size}}"),
            _lines(
                "Oldest that waits",
                "max by (model, size) (anonymization_queue_oldest_seconds)",
                "{{model}} {{size}}",
                "s",
            ),
            Panel(
                "Wait, from submission to the first claim",
                (Query(_quantile(0.5, _WAITS), "half"), Query(_quantile(0.95, _WAITS), "95 %")),
                "s",
            ),
            _lines("Run, 95 %", _quantile(0.95, _RUNS, "model"), "{{model}}", "s"),
            _lines("Failed, by problem", _of_store("jobs_failed_total", "problem"), "{{problem}}", "ops"),
        ),
    ),
    Row(
        "Work",
        (
            _stack("Words a second", f"sum by (model) ({_rate('words_total')})", "{{model}}"),
            _lines(
                "Words a second of one busy process",
                f"sum by (model) ({_rate('words_total')}) / sum by (model) ({_rate('batch_duration_seconds_sum')})",
                "{{model}}",
            ),
            _stack("Entities found", f"topk(10, sum by (type) ({_rate('entities_total')}))", "{{type}}", "ops"),
            _lines(
                "Jobs in one batch",
                f"sum by (model) ({_rate('batch_units_sum')}) / sum by (model) ({_rate('batch_units_count')})",
                "{{model}}",
            ),
            _stack("Documents", f"sum by (state) ({_rate('documents_total')})", "{{state}}", "ops"),
            _lines("Processes that serve", "max by (model) (anonymization_model_processes)", "{{model}}"),
        ),
    ),
    Row(
        "Requests",
        (
            _stack("Answers", f"sum by (status) ({_rate('http_requests_total')})", "{{status}}", "reqps"),
            _stack(
                "Routes", f"sum by (method, route) ({_rate('http_requests_total')})", "{{method}} {{route}}", "reqps"
            ),
            _lines(
                "95 % of answers within",
                _quantile(0.95, _rate("http_request_duration_seconds_bucket", '{route!~".*/events"}'), "route"),
                "{{route}}",
                "s",
                "With `Prefer: wait` a client asks for the wait.",
            ),
        ),
    ),
    Row(
        "Repairs",
        (
            Panel(
                "Lost and found again",
                (
                    Query(
                        f"sum by (outcome) ({_of_store('leases_lost_total', 'model, outcome')})", "lease {{outcome}}"
                    ),
                    Query(f"max({_rate('messages_sent_again_total')})", "message sent again"),
                    Query(f"sum({_rate('late_results_refused_total')})", "late result refused"),
                    Query(f"sum by (problem) ({_rate('process_deaths_total')})", "process died: {{problem}}"),
                ),
                "ops",
            ),
            _stack(
                "Webhooks, by what came of the attempt",
                f"sum by (outcome) ({_rate('delivery_attempt_duration_seconds_count')})",
                "{{outcome}}",
                "ops",
            ),
            _lines("Webhooks now", "max by (state) (anonymization_deliveries)", "{{state}}"),
        ),
    ),
    Row(
        "Memory",
        (
            _stack(
                "Processes",
                'sum by (job) (anonymization_memory_bytes{kind="proportional"})',
                "{{job}}",
                "bytes",
                "Shared pages are counted once.",
            ),
            Panel(
                "Store",
                (
                    Query("max(anonymization_store_memory_bytes)", "used"),
                    Query("max(anonymization_store_memory_limit_bytes) > 0", "limit"),
                ),
                "bytes",
            ),
            _number("On disk", "max(anonymization_store_durable)", "bool_yes_no", "The append-only file is written."),
        ),
    ),
)
