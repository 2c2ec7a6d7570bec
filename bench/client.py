"""`anonymize files` over many small files, against the same texts sent on raw sockets, without files.

    .venv/bin/python -m bench.client --data ../shared/data

Prints a markdown table. docs/performance.md keeps the figures.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.load import Connection, run_each
from bench.paragraphs import paragraphs
from bench.report import heading
from bench.service import ours

_PARALLEL = 8
_RAW, _FIRST, _AGAIN = "texts on raw sockets", "anonymize files", "the same again: all done before"


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.client", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    texts = paragraphs(options.data, least_words=20, most_words=300)[: options.files]
    print(heading(f"{len(texts)} text files of a TAB paragraph each, {_PARALLEL} at once, model en_sm\n"))
    seconds: dict[str, list[float]] = {_RAW: [], _FIRST: [], _AGAIN: []}
    with ours({"MODELS": "en_sm"}) as (port, _), tempfile.TemporaryDirectory() as folder:
        source = _written(texts, Path(folder))
        for number in range(options.rounds):
            output = Path(folder) / f"out{number}"
            # Each round and way has texts of its own, as far as the service can tell.
            seconds[_RAW].append(_raw(port, texts))
            settings = ("--threshold", f"0.{number + 3}")
            for name in (_FIRST, _AGAIN):
                seconds[name].append(_command(port, source, output, settings))
    print("| | s, median | files/s | range of s |\n|---|---|---|---|")
    for name, taken in seconds.items():
        median = statistics.median(taken)
        print(f"| {name} | {median:.2f} | {len(texts) / median:.0f} | {min(taken):.2f} to {max(taken):.2f} |")


def _written(texts: Sequence[str], folder: Path) -> Path:
    source = folder / "in"
    source.mkdir()
    for number, text in enumerate(texts):
        (source / f"{number}.txt").write_text(text, encoding="utf-8")
    return source


def _command(port: int, source: Path, output: Path, settings: Sequence[str]) -> float:
    words = [sys.executable, "-m", "anonymize", "files", str(source), "-o", str(output)]
    environment = {**os.environ, "ANONYMIZE_URL": f"http://127.0.0.1:{port}"}
    began = time.perf_counter()
    subprocess.run([*words, "--parallel", str(_PARALLEL), *settings], env=environment, capture_output=True, check=True)
    return time.perf_counter() - began


def _raw(port: int, texts: Sequence[str]) -> float:
    began = time.perf_counter()
    failed = run_each(port, texts, _text_job, clients=_PARALLEL)
    if failed:
        raise SystemExit(f"bench: {failed} of {len(texts)} jobs failed")
    return time.perf_counter() - began


async def _text_job(connection: Connection, body: bytes) -> bool:
    """Submit and wait in one request, then the result."""
    status, answer = await connection.ask("POST", "/v1/jobs", body, headers="Prefer: wait=30\r\n")
    if status != 200:
        return False
    status, _ = await connection.ask("GET", json.loads(answer)["links"]["result"])
    return status == 200


if __name__ == "__main__":
    main()
