"""The referees are programs of their own: gold and predictions go to them as files, their JSON comes back."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.quality_sets import DataSet, Record

Score = dict[str, float]
#: A span: start, end, type.
Found = tuple[int, int, str]


def judge(
    data_set: DataSet,
    records: Sequence[Record],
    predictions: Sequence[Sequence[Found]],
    data: Path,
    tools: Path,
    folder: Path,
) -> Score:
    """The figures of a set by their names in the table. Raises CalledProcessError where the referee fails."""
    gold, predicted = folder / "gold.jsonl", folder / "predicted.jsonl"
    _write(gold, records)
    _write(predicted, [_prediction(record, spans) for record, spans in zip(records, predictions, strict=True)])
    if data_set.referee == "tab":
        return _tab(_run(tools / "score_tab.py", gold, predicted, "--like-script"))
    if data_set.referee == "cases":
        return _cases(records, predictions)
    arguments = ["--map", str(data / data_set.label_map)] if data_set.label_map else []
    return _spans(_run(tools / "score_spans.py", gold, predicted, *arguments))


def _prediction(record: Record, spans: Sequence[Found]) -> Record:
    return {"id": record["id"], "entities": [{"start": s, "end": e, "type": t} for s, e, t in spans]}


def _write(path: Path, records: Sequence[Record]) -> None:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def _run(tool: Path, gold: Path, predicted: Path, *arguments: str) -> Any:
    command = [sys.executable, str(tool), str(gold), str(predicted), "--json", *arguments]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _tab(result: Any) -> Score:
    return {
        "words, recall": result["R_token"],
        "words, precision": result["P_token"] or 0.0,
        "direct identifiers": result["ER_di"],
        "quasi identifiers": result["ER_qi"],
    }


def _spans(result: Any) -> Score:
    overall = result["overall"]
    return {
        "characters, F2": overall["char"]["F2"] or 0.0,
        "exact, F1": overall["exact"]["F1"] or 0.0,
        "any, F2": overall["any"]["F2"] or 0.0,
        "any, recall": overall["any"]["R"] or 0.0,
        "any, precision": overall["any"]["P"] or 0.0,
    }


def _cases(records: Sequence[Record], predictions: Sequence[Sequence[Found]]) -> Score:
    """A valid value is right when found whole under its type, a refused one when not found whole under that type."""
    valid: list[bool] = []
    refused: list[bool] = []
    for record, spans in zip(records, predictions, strict=True):
        whole = any((s, e) == (0, len(record["text"])) and t in record["scope"] for s, e, t in spans)
        (valid if record["meta"]["valid"] else refused).append(whole == record["meta"]["valid"])
    both = valid + refused
    return {
        "right": sum(both) / len(both),
        "valid found": sum(valid) / len(valid),
        "refused not found": sum(refused) / len(refused),
    }
