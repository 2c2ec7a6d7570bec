"""How many jobs an hour an EC2 instance serves, worked out from the figures of docs/performance.md.

    .venv/bin/python -m bench.capacity            # prints the table
    .venv/bin/python -m bench.capacity --write    # into docs/deploy.md
    .venv/bin/python -m bench.capacity --price c7i.large=PRICE    # and what a million documents cost at that price

Nothing of it was measured on EC2: a vCPU is taken for a core of the machine that docs/performance.md names.
"""

import argparse
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bench.report import replace_section

_PERFORMANCE: Final = Path("docs/performance.md")
_DEPLOY: Final = Path("docs/deploy.md")
#: Cores of the machine of those figures.
_MEASURED_CORES: Final = 2
#: Of what was measured: above it a queue grows at each peak.
_LOAD: Final = 0.7
_HOUR_S: Final = 3600
#: vCPUs for which one process of the gateway is enough.
_VCPUS_A_GATEWAY: Final = 2


@dataclass(frozen=True, slots=True)
class Instance:
    """As AWS describes its types; `baseline` is the share of its vCPUs that may be used for good."""

    name: str
    vcpus: int
    memory_gib: int
    baseline: float = 1.0


INSTANCES: Final = (
    Instance("t3.medium", 2, 4, baseline=0.2),
    Instance("c7i.large", 2, 4),
    Instance("m7i.large", 2, 8),
    Instance("c7i.xlarge", 4, 8),
    Instance("m7i.xlarge", 4, 16),
    Instance("c7i.2xlarge", 8, 16),
    Instance("c7i.4xlarge", 16, 32),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the whole service on _MEASURED_CORES, the load generator included."""

    single_jobs_per_s: float
    documents_per_s: float
    words_a_document: float


#: Each finds one number; what stands around it is the table's row.
_SINGLE_JOBS: Final = re.compile(r"^\| ours, submit then wait \| 64 \| ([\d,]+)", re.MULTILINE)
_DOCUMENTS: Final = re.compile(r"^\| one job, submit to result \| [\d.]+ \| ([\d,]+)", re.MULTILINE)
_WORDS: Final = re.compile(r"1,000 TAB paragraphs \(([\d,]+) words\)")


def read_figures(text: str) -> Figures:
    """Raises ValueError where the tables are not as they were."""

    def number(pattern: re.Pattern[str]) -> float:
        found = pattern.search(text)
        if found is None:
            raise ValueError(f"docs/performance.md has no line like {pattern.pattern}")
        return float(found[1].replace(",", ""))

    return Figures(number(_SINGLE_JOBS), number(_DOCUMENTS), number(_WORDS) / 1000)


def an_hour(per_s: float, instance: Instance) -> float:
    """What it serves for good, at _LOAD of what was measured."""
    return per_s / _MEASURED_CORES * instance.vcpus * instance.baseline * _LOAD * _HOUR_S


def shown(value: float) -> str:
    """Two digits are more than is known."""
    digits = len(str(int(value))) - 2
    return f"{round(value, -digits):,.0f}"


def table(figures: Figures) -> str:
    rows = [
        "| instance | vCPU | GiB | `WORKER_PROCESSES` | `GATEWAY_PROCESSES` | single jobs an hour | documents an hour,"
        " in jobs of 1,000 | words an hour |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for each in INSTANCES:
        documents = an_hour(figures.documents_per_s, each)
        note = "" if each.baseline == 1 else f" (its baseline of {each.baseline:.0%})"
        rows.append(
            f"| {each.name}{note} | {each.vcpus} | {each.memory_gib} | {each.vcpus}"
            f" | {max(1, each.vcpus // _VCPUS_A_GATEWAY)} | {shown(an_hour(figures.single_jobs_per_s, each))}"
            f" | {shown(documents)} | {shown(documents * figures.words_a_document)} |"
        )
    return "\n".join(rows)


def section(figures: Figures) -> str:
    measured = (
        f"{figures.single_jobs_per_s:.0f} single jobs a second for 64 clients, and"
        f" {figures.documents_per_s:.0f} documents of {figures.words_a_document:.0f} words a second in a job of 1,000"
    )
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    return "\n".join(
        (
            f"`.venv/bin/python -m bench.capacity --write`, {today}. Worked out, **not measured on EC2**: the whole",
            f"service on {_MEASURED_CORES} cores (x86-64), store and load generator included, did {measured}",
            f"([performance.md](performance.md)); times the vCPUs, times {_LOAD:g} for peaks. English, small model.\n",
            table(figures),
            "\nAbove 4 vCPU the table only multiplies. A t3 may use more than its baseline while it has credits, or",
            "for more money. Arm (c7g, m7g) is not in it: nothing was built or measured there. A million documents at",
            "the price of the day: `.venv/bin/python -m bench.capacity --price c7i.large=PRICE`.",
        )
    )


def _cost(argument: str, figures: Figures) -> str:
    name, _, price = argument.partition("=")
    instance = next(each for each in INSTANCES if each.name == name)
    million = float(price) / an_hour(figures.documents_per_s, instance) * 1e6
    return f"{name} at {price} an hour: {million:.2g} for a million documents"


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.capacity", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="the section of docs/deploy.md")
    parser.add_argument("--price", action="append", default=[], help="INSTANCE=PRICE an hour, in any currency")
    options = parser.parse_args()
    figures = read_figures(_PERFORMANCE.read_text(encoding="utf-8"))
    if options.write:
        replace_section(_DEPLOY, "capacity", section(figures))
    else:
        print(section(figures))
    for each in options.price:
        print(_cost(each, figures))


if __name__ == "__main__":
    main()
