"""Where NER alone, and the gate that POST /entities has in English, differ from the whole pipeline.

    .venv/bin/python -m bench.original_contract --data ../shared/data

The figures of worker/sentence_gate.py and docs/decisions/0004-ner-alone.md.
"""

import argparse
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from bench.paragraphs import paragraphs
from bench.quality_sets import read_records
from bench.report import heading
from bench.rounds import words
from shared.model_catalogue import parse_models
from worker.original_contract import find_entities
from worker.pipelines import LoadedModel, load_models
from worker.sentence_gate import needs_parser

_BATCH = 64
Entities = list[tuple[int, int, str]]


@dataclass(frozen=True, slots=True)
class Row:
    """Counts of texts; `gated` are those that the gate sends through the parser."""

    texts: int
    words: int
    alone_differs: int
    contract_differs: int
    gated: int
    gated_words: int


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.original_contract", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--models", nargs="+", default=["en_sm", "en_md", "fr_sm", "fr_md"])
    parser.add_argument("--texts", type=int, default=None, help="of each set; all without it")
    options = parser.parse_args()
    paragraphs(options.data)  # says in one line that there is no data
    sets = {"en": dict(english(options.data)), "fr": dict(french(options.data))}
    print(heading(f"spaCy {version('spacy')}; texts whose answer is not that of the whole pipeline\n"))
    print("| model | set | texts | NER alone differs | POST /entities differs | gated texts | gated words |")
    print("|---|---|---|---|---|---|---|")
    for model in load_models(parse_models(options.models)).values():
        whole = load_whole(model.served.package)
        rows = []
        for name, texts in sets[model.served.language].items():
            rows.append(compare(texts[: options.texts], model, whole))
            print(_line(model, name, rows[-1]), flush=True)
        print(_line(model, "all", _sum(rows)), flush=True)


def load_whole(package: str) -> Language:
    """The package as it comes, every component of it."""
    with warnings.catch_warnings():
        # As in worker/pipelines.py: the middle English model was made for spaCy 3.7.
        warnings.filterwarnings("ignore", message=r"\[W095\]")
        return spacy.load(package)


def english(data: Path) -> Iterator[tuple[str, list[str]]]:
    documents = _texts(*sorted((data / "tab").glob("tab_*.jsonl")))
    sentences = _texts(data / "presidio_research" / "synth_v2_b.jsonl")
    yield "TAB paragraphs", _paragraphs(documents)
    yield "TAB, whole documents", documents
    yield "presidio_research", sentences
    yield "presidio_research in capitals", [text.upper() for text in sentences]


def french(data: Path) -> Iterator[tuple[str, list[str]]]:
    yield "French court, paragraphs", _paragraphs(_texts(data / "french_echr" / "echr_fr_manual_b.jsonl"))
    yield "French clinical", _texts(data / "french_clinical" / "eds_templates_b.jsonl")


def compare(texts: Sequence[str], model: LoadedModel, whole: Language) -> Row:
    """Three passes over the texts: the whole pipeline, NER alone, and what POST /entities answers."""
    wanted = [_entities(doc) for doc in whole.pipe(texts, batch_size=_BATCH)]
    # The parser runs in every other language: no gate.
    is_gated = model.served.language == "en"
    gated, alone = [], []
    for text, doc in zip(texts, model.nlp.pipe(texts, disable=model.all_but_ner, batch_size=_BATCH), strict=True):
        alone.append(_entities(doc))
        if not is_gated or needs_parser(doc):
            gated.append(text)
    answers = [
        [(each.start, each.end, each.type) for each in result.entities] for result in find_entities(texts, model)
    ]
    return Row(
        texts=len(texts),
        words=words(texts),
        alone_differs=_differing(wanted, alone),
        contract_differs=_differing(wanted, answers),
        gated=len(gated),
        gated_words=words(gated),
    )


def _differing(wanted: Sequence[Entities], found: Sequence[Entities]) -> int:
    return sum(a != b for a, b in zip(wanted, found, strict=True))


def _entities(doc: Doc) -> Entities:
    return [(each.start_char, each.end_char, each.label_) for each in doc.ents]


def _texts(*files: Path) -> list[str]:
    return [record["text"] for file in files for record in read_records(file)]


def _paragraphs(documents: Sequence[str]) -> list[str]:
    return [paragraph for text in documents for paragraph in text.split("\n") if paragraph.strip()]


def _sum(rows: Sequence[Row]) -> Row:
    return Row(
        texts=sum(row.texts for row in rows),
        words=sum(row.words for row in rows),
        alone_differs=sum(row.alone_differs for row in rows),
        contract_differs=sum(row.contract_differs for row in rows),
        gated=sum(row.gated for row in rows),
        gated_words=sum(row.gated_words for row in rows),
    )


def _line(model: LoadedModel, name: str, row: Row) -> str:
    return (
        f"| {model.key} | {name} | {row.texts} | {row.alone_differs} | {row.contract_differs}"
        f" | {row.gated / row.texts:.1%} | {row.gated_words / row.words:.1%} |"
    )


if __name__ == "__main__":
    main()
