"""A status as a person reads it in a terminal."""

from collections.abc import Sequence
from typing import Final

from gateway.status.report import Status, StoreStatus

_COLUMNS: Final = ("model", "processes", "queued", "parts", "running", "oldest")


def as_text(status: Status) -> str:
    """Lines without a terminal's control characters."""
    lines = [f"{status.at}  {_verdict(status.faults)}", *(f"  ! {fault}" for fault in status.faults), ""]
    lines += _table(
        _COLUMNS,
        [
            (
                each.model,
                *map(str, (each.processes, each.queued, each.queued_parts, each.running)),
                "-" if each.oldest_s is None else f"{each.oldest_s:.1f} s",
            )
            for each in status.models
        ],
    )
    lines += ["", f"workers   {len(status.workers)}, {sum(each.processes for each in status.workers)} processes"]
    lines += [
        f"          {each.name}: {', '.join(each.models)}; {each.processes} processes, {each.silent_s:.1f} s ago"
        for each in status.workers
    ]
    ended = ", ".join(f"{number} {state}" for state, number in status.jobs.items())
    lines.append(f"jobs      {ended}; {status.dead_letters} dead letters")
    sent = status.deliveries
    lines.append(
        f"webhooks  {sent.waiting} waiting, {sent.sending} under way, {sent.overdue_s:.1f} s overdue;"
        f" {sent.delivered} delivered, {sent.given_up} given up"
    )
    lines.append(f"store     {_store(status.store)}")
    lines.append(f"audit     {status.audit_notes_waiting} notes to chain")
    return "\n".join(lines)


def _verdict(faults: Sequence[str]) -> str:
    if not faults:
        return "all is well"
    return "1 thing is wrong" if len(faults) == 1 else f"{len(faults)} things are wrong"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    return [
        "  ".join(
            (row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)))
        )
        for row in (head, *rows)
    ]


def _store(store: StoreStatus | None) -> str:
    if store is None:
        return "no worker has said anything of it yet"
    limit = f"of {_megabytes(store.max_bytes)}" if store.max_bytes else "without a limit of its own"
    disk = "on disk" if store.is_durable else "NOT on disk"
    return f"{_megabytes(store.used_bytes)} {limit}, {disk}, {store.said_s_ago:.1f} s ago"


def _megabytes(number: int) -> str:
    return f"{number / 1e6:.1f} MB"
