"""Presidio over texts: run by its own environment's Python, which knows nothing of this project.

python quality_presidio.py LANGUAGE MODEL < texts (a JSON string a line) > spans (a JSON list a line)
"""

import json
import sys

from presidio_analyzer import AnalyzerEngine, BatchAnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpEngineProvider


def main() -> None:
    language, model = sys.argv[1:]
    provider = NlpEngineProvider(
        nlp_configuration={"nlp_engine_name": "spacy", "models": [{"lang_code": language, "model_name": model}]}
    )
    registry = RecognizerRegistry(supported_languages=[language])
    registry.load_predefined_recognizers(languages=[language])
    analyzer = AnalyzerEngine(nlp_engine=provider.create_engine(), registry=registry, supported_languages=[language])
    texts = [json.loads(line) for line in sys.stdin]
    for results in BatchAnalyzerEngine(analyzer).analyze_iterator(texts, language=language, batch_size=32):
        spans = [[each.start, each.end, each.entity_type] for each in results if each.score >= 0.4]
        print(json.dumps(spans))


if __name__ == "__main__":
    main()
