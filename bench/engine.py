"""The engine beside NER alone and Presidio, in turns in one run; the cost of a long text; memory over many texts.

    .venv/bin/python -m bench.engine --data ../shared/data [--presidio-python .venv-presidio/bin/python]

Prints markdown tables and a line for each target of the engine. docs/performance.md keeps the figures.
"""

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

from bench.paragraphs import paragraphs
from bench.report import Target, heading
from bench.rounds import Contender, Seconds, interleave, ratio, ratio_cell, words
from shared.model_catalogue import PACKAGES

_NER, _ENGINE, _PATTERNS = "NER alone (`nlp.pipe`)", "engine: detect and anonymize", "all patterns"
_DETECTION = "engine: detection"
_WAYS = {
    _NER: "ner",
    _ENGINE: "engine",
    _DETECTION: "detection",
    "engine, all texts in one call": "engine_at_once",
    "NER alone in a worker's batches, each in a memory zone": "ner_in_claims",
    "NER alone as the engine runs it": "names",
    _PATTERNS: "patterns",
}
_PRESIDIO = {"Presidio, one by one": "single", "Presidio, BatchAnalyzerEngine": "batch"}
_LONG, _SHORT = "one text of 1 MB", "100 texts of 10 kB"
_SHORT_CHARACTERS, _SHORT_TEXTS = 10_000, 100


def main() -> None:
    options = _parser().parse_args()
    texts = paragraphs(options.data)[: options.texts]
    print(heading(f"{len(texts)} TAB paragraphs, {words(texts)} words, model en_sm, one process each\n"))
    targets = [
        *speed(texts, options.presidio_python, options.rounds),
        *length(paragraphs(options.data), max(3, options.rounds // 2)),
        *memory(options.data, options.documents),
    ]
    print(*(target.line() for target in targets), sep="\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench.engine", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--presidio-python", type=Path, help="Python of an environment of requirements/presidio.txt")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--texts", type=int, default=None, help="paragraphs a round; all without it")
    parser.add_argument("--documents", type=int, default=10_000, help="of the memory curve")
    return parser


def speed(texts: Sequence[str], presidio_python: Path | None, rounds: int) -> list[Target]:
    """Words a second of every contender; the targets against NER alone and Presidio."""
    contenders = [Contender(name, _ours(way), texts) for name, way in _WAYS.items()]
    if presidio_python is not None:
        contenders += [Contender(name, _presidio(presidio_python, way), texts) for name, way in _PRESIDIO.items()]
    seconds = interleave(contenders, rounds=rounds)
    count = words(texts)
    print(f"| | words/s, median of {rounds} rounds | of NER alone, median of ratios (range) |\n|---|---|---|")
    for name, taken in seconds.items():
        print(f"| {name} | {count / statistics.median(taken):,.0f} | {ratio_cell(seconds, _NER, name)} |")
    print()
    return [
        Target("engine, words/s of NER alone", ratio(seconds, _NER, _ENGINE), 0.7),
        Target("all patterns, share of the NER's time", ratio(seconds, _PATTERNS, _NER), 0.25, is_most=True),
        *_against_presidio(seconds),
    ]


def _against_presidio(seconds: Seconds) -> list[Target]:
    if not seconds.keys() & _PRESIDIO.keys():
        print("Presidio is not measured: give its Python with --presidio-python (`make bench` makes .venv-presidio).\n")
    return [
        Target(f"{ours}, times the words/s of {name}", ratio(seconds, name, ours), 5.0)
        for name in _PRESIDIO
        if name in seconds
        for ours in (_ENGINE, _DETECTION)
    ]


def length(sources: Sequence[str], rounds: int) -> list[Target]:
    """A text of 1 MB against the same paragraphs as 100 texts."""
    short = short_texts(sources)
    long = "\n".join(short)
    seconds = interleave(
        [Contender(_LONG, _ours("engine"), [long]), Contender(_SHORT, _ours("engine"), short)], rounds=rounds
    )
    print("| | characters | words | s | µs a word |\n|---|---|---|---|---|")
    for name, texts in ((_LONG, [long]), (_SHORT, short)):
        taken, count = statistics.median(seconds[name]), words(texts)
        print(f"| {name} | {sum(map(len, texts)):,} | {count:,} | {taken:.2f} | {taken / count * 1e6:.1f} |")
    print()
    # Both have the same words.
    return [Target("1 MB in one text, times the cost a word", ratio(seconds, _LONG, _SHORT), 1.2, is_most=True)]


def short_texts(sources: Sequence[str]) -> list[str]:
    """100 texts of whole paragraphs, in order, each just below 10,000 characters."""
    texts: list[str] = []
    lines: list[str] = []
    size = 0
    for paragraph in cycle(sources):
        if lines and size + len(paragraph) + 1 > _SHORT_CHARACTERS:
            texts.append("\n".join(lines))
            lines, size = [], 0
            if len(texts) == _SHORT_TEXTS:
                break
        lines.append(paragraph)
        size += len(paragraph) + 1
    return texts


def memory(data: Path, documents: int) -> list[Target]:
    """The resident memory's curve over documents of distinct words, beside what spaCy alone grows to."""
    names = {"engine": "engine", "ner": "`nlp.pipe` without a bound"}
    curves = {way: _curve(way, data, documents) for way in names}
    marks = list(curves["engine"])
    print(f"| RSS in MB after documents | {' | '.join(f'{mark:,}' for mark in marks)} |\n{'|---' * (len(marks) + 1)}|")
    for way, curve in curves.items():
        print(f"| {names[way]} | {' | '.join(f'{each:.0f}' for each in curve.values())} |")
    print()
    # marks[0] is before the first document, marks[1] after a tenth of them.
    grown = curves["engine"][marks[-1]] / curves["engine"][marks[1]]
    return [Target(f"RSS after {marks[-1]:,} documents, times that after {marks[1]:,}", grown, 1.1, is_most=True)]


def _curve(way: str, data: Path, documents: int) -> dict[int, float]:
    command = [sys.executable, "-m", "bench.engine_memory", way, str(data), str(documents)]
    found = json.loads(subprocess.check_output(command, text=True))
    return {int(mark): float(value) for mark, value in found.items()}


def _ours(way: str) -> list[str]:
    return [sys.executable, "-m", "bench.engine_ways", way]


def _presidio(python: Path, way: str) -> list[str]:
    return [str(python), str(Path(__file__).with_name("presidio_speed.py")), PACKAGES["en_sm"][-1], way]


if __name__ == "__main__":
    main()
