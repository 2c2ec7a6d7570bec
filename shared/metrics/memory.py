"""Memory of a process and of its children, from /proc."""

from pathlib import Path
from typing import Final

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from shared.metrics.names import PREFIX

#: Lines of /proc/<id>/smaps_rollup (proc(5)). The sum of `proportional` over processes that share pages is what they
#: take together; `private` is what one of them would give back.
_KINDS: Final = {"Rss": "resident", "Pss": "proportional", "Private_Clean": "private", "Private_Dirty": "private"}


def memory_families(root: int, *, without: int | None = None) -> tuple[Metric, ...]:
    """Of `root` and its children, summed by which of the two they are; of one child nothing, where one is named."""
    processes = GaugeMetricFamily(PREFIX + "processes", "Processes that live", labels=("process",))
    memory = GaugeMetricFamily(
        PREFIX + "memory_bytes", "Memory of these processes together", labels=("process", "kind")
    )
    for name, members in (("main", [root]), ("child", [each for each in children_of(root) if each != without])):
        found = [kinds for kinds in map(_memory, members) if kinds]
        processes.add_metric((name,), len(found))
        for kind in dict.fromkeys(_KINDS.values()):
            memory.add_metric((name, kind), sum(kinds[kind] for kinds in found))
    return processes, memory


def children_of(process: int) -> list[int]:
    """Empty where it has none, or has ended."""
    try:
        listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [int(each) for each in listed.split()]


def _memory(process: int) -> dict[str, int]:
    """Bytes by kind; empty when it has ended, or is not ours."""
    found = dict.fromkeys(_KINDS.values(), 0)
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return {}
    for name, _, rest in (line.partition(":") for line in lines[1:]):
        if name in _KINDS:
            found[_KINDS[name]] += int(rest.split()[0]) * 1024
    return found
