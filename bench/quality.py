"""How well the engine finds what identifies, beside plain spaCy and Presidio, judged by the referees beside the data.

    .venv/bin/python -m bench.quality --data ../shared/data [--presidio VENV] [--sizes sm md] [--half develop|check]

Prints a markdown table. The data stays outside the repository; without it, one line says so.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from bench.quality_referees import Score, judge
from bench.quality_sets import SETS, DataSet, read_records
from bench.quality_systems import SYSTEMS, System

_HALVES = ("all", "develop", "check")


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    data: Path = options.data
    tools = data.parent / "tools"
    if not data.is_dir() or not tools.is_dir():
        print(f"No quality measured: {data} with the data sets and {tools} with the referees are needed.")
        return 0
    systems = [each for each in SYSTEMS if each.name in options.systems]
    rows: list[tuple[DataSet, str, System, Score]] = []
    with tempfile.TemporaryDirectory() as folder:
        for data_set in SETS:
            if data_set.name not in options.sets:
                continue
            records = read_records(data / data_set.file, options.half)
            for size in options.sizes:
                for system in systems:
                    predictions = system.predict(records, data_set, size, options.presidio)
                    if predictions is None:
                        print(
                            f"Left out: {system.name} for {data_set.title}, {data_set.language}_{size}.",
                            file=sys.stderr,
                        )
                        continue
                    score = judge(data_set, records, predictions, data, tools, Path(folder))
                    rows.append((data_set, size, system, score))
    if options.presidio is None and "Presidio" in options.systems:
        print("Presidio is not measured: give its environment with --presidio (requirements/presidio.in).\n")
    print(_table(rows))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench.quality", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the data sets")
    parser.add_argument("--presidio", type=Path, help="the environment in which Presidio is installed")
    parser.add_argument("--sizes", nargs="+", default=["sm"], choices=["sm", "md"])
    parser.add_argument("--half", choices=_HALVES, default="all", help="half of the records, by a hash of their ids")
    parser.add_argument("--sets", nargs="+", default=[each.name for each in SETS])
    parser.add_argument("--systems", nargs="+", default=[each.name for each in SYSTEMS])
    return parser


def _table(rows: list[tuple[DataSet, str, System, Score]]) -> str:
    lines = ["| set | model | system | " + "measure: value (floor) |", "|---|---|---|---|"]
    for data_set, size, system, score in rows:
        values = "; ".join(_cell(name, value, data_set.floors.get(name), system) for name, value in score.items())
        lines.append(f"| {data_set.title} | {data_set.language}_{size} | {system.name} | {values} |")
    return "\n".join(lines)


def _cell(name: str, value: float, floor: float | None, system: System) -> str:
    if floor is None or system.name != "engine":
        return f"{name} {value:.3f}"
    short = " **short**" if value < floor else ""
    return f"{name} {value:.3f} ({floor:.2f}){short}"


if __name__ == "__main__":
    sys.exit(main())
