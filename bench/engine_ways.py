"""The engine's parts as contenders of bench.rounds: `python -m bench.engine_ways WAY`."""

import os

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"

import json  # noqa: E402  numpy reads the variables when it is imported
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable, Iterator, Sequence  # noqa: E402

from shared.model_catalogue import parse_models  # noqa: E402
from shared.options import Options  # noqa: E402
from shared.settings import get_settings  # noqa: E402
from worker.anonymization.scope import ScopeKeys  # noqa: E402
from worker.detection.detect import DetectionRequest, detect, wanted_types  # noqa: E402
from worker.detection.ner import find_names  # noqa: E402
from worker.detection.patterns import find_patterns  # noqa: E402
from worker.engine import EngineRequest, process  # noqa: E402
from worker.pipelines import LoadedModel, load_models  # noqa: E402

MODEL = "en_sm"
_OPTIONS = Options()
_KEYS = ScopeKeys.for_scope(b"bench" * 8, "bench", "bench", _OPTIONS.scope)
Way = Callable[[Sequence[str], LoadedModel], None]


def load() -> LoadedModel:
    return load_models(parse_models([MODEL]))[MODEL]


def ner(texts: Sequence[str], model: LoadedModel) -> None:
    """What all are measured by: the same model, spaCy's NER alone, nothing around it."""
    for _ in model.nlp.pipe(texts, disable=model.all_but_ner, batch_size=32):
        pass


def ner_in_claims(texts: Sequence[str], model: LoadedModel) -> None:
    """spaCy's NER alone in a worker's batches, forgetting each batch's words: what bounded memory costs by itself."""
    for batch in claims(texts):
        with model.nlp.memory_zone():
            ner(batch, model)


def names(texts: Sequence[str], model: LoadedModel) -> None:
    """The same entities as the engine gets them (`worker/detection/inference`)."""
    for batch in claims(texts):
        find_names(batch, model.nlp)


def patterns(texts: Sequence[str], model: LoadedModel) -> None:
    for text in texts:
        find_patterns(text, model.served.language, wanted_types(_OPTIONS))


def detection(texts: Sequence[str], model: LoadedModel) -> None:
    language = model.served.language
    for batch in claims(texts):
        detect([DetectionRequest(text, language, _OPTIONS) for text in batch], {language: model.nlp})


def engine(texts: Sequence[str], model: LoadedModel) -> None:
    """As a worker calls it, default options."""
    language = model.served.language
    for batch in claims(texts):
        requests = [EngineRequest(text, language, _OPTIONS, _KEYS) for text in batch]
        process(requests, {language: model.nlp}, {language: model.key})


def engine_at_once(texts: Sequence[str], model: LoadedModel) -> None:
    language = model.served.language
    requests = [EngineRequest(text, language, _OPTIONS, _KEYS) for text in texts]
    process(requests, {language: model.nlp}, {language: model.key})


def claims(texts: Sequence[str]) -> Iterator[list[str]]:
    """Batches as one claim takes them: bounded by count and characters, at least one text."""
    settings = get_settings()
    batch: list[str] = []
    for text in texts:
        full = sum(map(len, batch)) + len(text) > settings.batch_max_chars or len(batch) == settings.batch_max_jobs
        if batch and full:
            yield batch
            batch = []
        batch.append(text)
    if batch:
        yield batch


WAYS: dict[str, Way] = {
    each.__name__: each for each in (ner, ner_in_claims, names, patterns, detection, engine, engine_at_once)
}


def main() -> None:
    way = WAYS[sys.argv[1]]
    model = load()
    texts = json.loads(sys.stdin.readline())
    way(texts, model)
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        way(texts, model)
        print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    main()
