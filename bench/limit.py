"""The limit: `nlp.pipe` with NER alone, a process a core, nothing around it."""

import os

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"

import sys  # noqa: E402  numpy reads the variables when it is imported
import time  # noqa: E402
from multiprocessing import get_context  # noqa: E402
from pathlib import Path  # noqa: E402

from bench.paragraphs import paragraphs  # noqa: E402
from shared.model_catalogue import parse_models  # noqa: E402
from worker.pipelines import load_models  # noqa: E402


def documents_per_second(texts: list[str], *, processes: int, seconds: float) -> float:
    """All processes together."""
    context = get_context("fork")
    models = load_models(parse_models(["en_sm"]))
    results = context.Queue()

    def work() -> None:
        model = models["en_sm"]
        end = time.perf_counter() + seconds
        done = 0
        while time.perf_counter() < end:
            for _ in model.nlp.pipe(texts[:64], disable=model.all_but_ner, batch_size=32):
                done += 1
        results.put(done)

    started = time.perf_counter()
    children = [context.Process(target=work) for _ in range(processes)]
    for child in children:
        child.start()
    done: int = sum(results.get() for _ in children)
    for child in children:
        child.join()
    return done / (time.perf_counter() - started)


if __name__ == "__main__":
    # Printed for bench.service, which runs this in a process of its own.
    print(documents_per_second(paragraphs(Path(sys.argv[1])), processes=int(sys.argv[2]), seconds=float(sys.argv[3])))
