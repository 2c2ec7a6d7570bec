"""The data sets: where they are, how they are judged, and the floors that issue 3 sets."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DataSet:
    name: str
    title: str
    file: str
    language: str
    #: "tab", "spans" or "cases": which referee, and which of its figures.
    referee: str
    label_map: str | None = None
    #: By measure.
    floors: Mapping[str, float] = field(default_factory=dict)
    #: Whether the engine is asked for the types of the record's scope alone, as for a field of a form; and for the
    #: country of the record's region, where a country it is.
    asks_types: bool = False
    asks_country: bool = False


_TAB_FLOORS = {"words, recall": 0.90, "words, precision": 0.57, "direct identifiers": 0.97}
_VECTORS = "vectors/vectors_b.jsonl"

SETS = (
    DataSet(
        "presidio",
        "presidio_research synthetic",
        "presidio_research/synth_v2_b.jsonl",
        "en",
        "spans",
        "presidio_research/labels_map.json",
        {"characters, F2": 0.82, "exact, F1": 0.60},
    ),
    DataSet("tab-dev", "TAB dev", "tab/tab_dev_full21.jsonl", "en", "tab", None, _TAB_FLOORS),
    DataSet("tab-train", "TAB train", "tab/tab_train_full92.jsonl", "en", "tab", None, _TAB_FLOORS),
    DataSet(
        "echr-fr",
        "French court, manual layer",
        "french_echr/echr_fr_manual_b.jsonl",
        "fr",
        "spans",
        "french_echr/labels_map_manual.json",
        {"any, F2": 0.82},
    ),
    DataSet(
        "echr-fr-tab",
        "French court, TAB layer",
        "french_echr/echr_fr_tablabels_b.jsonl",
        "fr",
        "spans",
        "french_echr/labels_map_tablabels.json",
    ),
    DataSet(
        "clinical-fr",
        "French clinical",
        "french_clinical/eds_templates_b.jsonl",
        "fr",
        "spans",
        "french_clinical/labels_map.json",
        {"any, F2": 0.78},
    ),
    DataSet("vectors", "vectors, default options", _VECTORS, "en", "cases", None, {"right": 0.98}),
    DataSet("vectors-asked", "vectors, asked for the type", _VECTORS, "en", "cases", None, {"right": 0.98}, True),
    DataSet(
        "vectors-country",
        "vectors, asked for type and country",
        _VECTORS,
        "en",
        "cases",
        None,
        {"right": 0.98},
        asks_types=True,
        asks_country=True,
    ),
)


def read_records(path: Path, half: str = "all") -> list[Record]:
    """The records, or that half of them which a hash of the id puts into "develop" or "check"."""
    with path.open(encoding="utf-8") as file:
        records = [json.loads(line) for line in file if line.strip()]
    return [record for record in records if half in ("all", half_of(record["id"]))]


def half_of(identifier: str) -> str:
    return ("develop", "check")[hashlib.sha256(identifier.encode()).digest()[0] % 2]
