"""Presidio's seconds over texts: run by its own environment's Python, which knows nothing of this project.

python presidio_speed.py MODEL single|batch, a contender of bench.rounds: a JSON list of texts on the first line, a
round for each further line.
"""

import json
import sys
import time

from presidio_analyzer import AnalyzerEngine, BatchAnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider


def main() -> None:
    model, way = sys.argv[1:]
    provider = NlpEngineProvider(
        nlp_configuration={"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": model}]}
    )
    analyzer = AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=["en"])
    texts = json.loads(sys.stdin.readline())
    run(analyzer, texts, way)
    print("ready", flush=True)
    for _ in sys.stdin:
        print(run(analyzer, texts, way), flush=True)


def run(analyzer: AnalyzerEngine, texts: list[str], way: str) -> float:
    start = time.perf_counter()
    if way == "single":
        for text in texts:
            analyzer.analyze(text, language="en")
    else:
        for _ in BatchAnalyzerEngine(analyzer).analyze_iterator(texts, language="en", batch_size=64):
            pass
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
