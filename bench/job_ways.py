"""1,000 documents as contenders of bench.rounds: `python -m bench.job_ways WAY [PORT]`."""

import os

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"

import json  # noqa: E402  numpy reads the variables when it is imported
import secrets  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable, Iterator, Sequence  # noqa: E402
from contextlib import AbstractContextManager, contextmanager  # noqa: E402
from functools import partial  # noqa: E402
from multiprocessing import get_context  # noqa: E402
from multiprocessing.connection import Connection as Pipe  # noqa: E402

import httpx2 as httpx  # noqa: E402

from bench.load import run_each, submit_then_poll  # noqa: E402
from bench.report import CORES  # noqa: E402
from shared.cipher import KeyRing  # noqa: E402
from shared.jobs.parts import Part, cut  # noqa: E402
from shared.jobs.payload import Document  # noqa: E402
from shared.model_catalogue import parse_models  # noqa: E402
from shared.options import Options  # noqa: E402
from shared.process import give_memory_back  # noqa: E402
from shared.settings import get_settings  # noqa: E402
from worker.documents import Task, detect_tasks, name_and_replace  # noqa: E402
from worker.pipelines import LoadedModel, load_models  # noqa: E402
from worker.preload import preload  # noqa: E402

MODEL = "en_sm"
SINGLE_CLIENTS = (16, 64)
_KEY = secrets.token_bytes(32)
_JSON = {"Content-Type": "application/json"}


@contextmanager
def engine_directly(texts: Sequence[str]) -> Iterator[Callable[[], None]]:
    """The raw limit: a process a core, each with its share of the parts as if that were the whole job.

    No process hears of another, so nothing is left out that the service does in parallel and nothing is put in that
    it does once a job.
    """
    give_memory_back()
    models = load_models(parse_models([MODEL]))
    preload(models, KeyRing((_KEY,)))
    settings = get_settings()
    documents = [Document(text=text, index=index) for index, text in enumerate(texts)]
    parts = cut(
        documents, lambda _: MODEL, max_characters=settings.part_max_chars, max_documents=settings.part_max_documents
    )
    context = get_context("fork")
    pipes, children = [], []
    for number in range(CORES):
        ours, theirs = context.Pipe()
        child = context.Process(target=_serve, args=(theirs, parts[number::CORES], models[MODEL]), daemon=True)
        child.start()
        pipes.append(ours)
        children.append(child)

    def work() -> None:
        for pipe in pipes:
            pipe.send("round")
        if sum(pipe.recv() for pipe in pipes) != len(texts):
            raise SystemExit("bench: a document failed")

    yield work
    for child in children:
        child.terminate()


def _serve(pipe: Pipe, parts: Sequence[Part], model: LoadedModel) -> None:
    language, _, size = model.key.partition("_")
    documents = tuple(document for part in parts for document in part.documents)
    job = Task("job_bench", documents, language, Options())
    while True:
        pipe.recv()
        findings = []
        for part in parts:
            task = Task(job.job_id, part.documents, language, job.options)
            findings += detect_tasks([task], {language: model.nlp})[0]
        results = name_and_replace(job, findings, _KEY, "bench", size)
        pipe.send(sum(result.state == "succeeded" for result in results))


@contextmanager
def one_job(texts: Sequence[str], port: int) -> Iterator[Callable[[], None]]:
    """One job of all texts, from its submit to the last byte of its result."""
    body = job_body(texts)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120.0) as http:
        yield lambda: do_job(http, body, len(texts))


def job_body(texts: Sequence[str]) -> bytes:
    return json.dumps({"documents": [{"text": text} for text in texts]}).encode()


def do_job(http: httpx.Client, body: bytes, documents: int) -> None:
    """Submit, wait, read the result; exits where a document failed."""
    links = http.post("/v1/jobs", content=body, headers=_JSON).raise_for_status().json()["links"]
    job = http.get(links["self"], headers={"Prefer": "wait=60"}).json()
    if job["state"] != "succeeded":
        raise SystemExit(f"bench: {job['state']}, {job['counts']}, {job['problem']}")
    result = http.get(links["result"]).raise_for_status().content
    if job["counts"]["succeeded"] != documents or result.count(b'"anonymized_text":"') != documents:
        raise SystemExit(f"bench: {job['state']}, {job['counts']}")


@contextmanager
def single_jobs(texts: Sequence[str], clients: int, port: int) -> Iterator[Callable[[], None]]:
    """Each text a job of its own, submitted, awaited and read by so many clients at once."""

    def work() -> None:
        failed = run_each(port, texts, submit_then_poll, clients=clients)
        if failed:
            raise SystemExit(f"bench: {failed} of {len(texts)} jobs failed")

    yield work


def main() -> None:
    way, port = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0
    texts = json.loads(sys.stdin.readline())
    ways: dict[str, Callable[[], AbstractContextManager[Callable[[], None]]]] = {
        "raw": partial(engine_directly, texts),
        "job": partial(one_job, texts, port),
        **{f"singles{clients}": partial(single_jobs, texts, clients, port) for clients in SINGLE_CLIENTS},
    }
    with ways[way]() as work:
        work()
        print("ready", flush=True)
        for _ in sys.stdin:
            start = time.perf_counter()
            work()
            print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    main()
