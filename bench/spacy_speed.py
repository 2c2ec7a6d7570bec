"""`nlp.pipe` with NER alone over texts: run by any environment's Python that has spaCy, without this project.

python spacy_speed.py MODEL, a contender of bench.rounds: a JSON list of texts on the first line, a round for each
further line.
"""

import json
import sys
import time
from typing import cast

import spacy
from spacy.language import Language
from spacy.pipeline import TrainablePipe


def main() -> None:
    nlp = spacy.load(sys.argv[1])
    # As worker/pipelines.py loads it.
    ner = cast(TrainablePipe, nlp.get_pipe("ner"))
    for node in ner.model.walk():
        if hasattr(node.ops, "use_blis"):
            node.ops.use_blis = False
    texts = json.loads(sys.stdin.readline())
    run(nlp, texts)
    print("ready", flush=True)
    for _ in sys.stdin:
        print(run(nlp, texts), flush=True)


def run(nlp: Language, texts: list[str]) -> float:
    others = [name for name in nlp.pipe_names if name != "ner"]
    start = time.perf_counter()
    for _ in nlp.pipe(texts, disable=others, batch_size=32):
        pass
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
