"""Resident memory of one process over many documents of distinct words: `python -m bench.engine_memory WAY DATA COUNT`.

Prints a JSON object: documents done -> RSS in MB.
"""

from bench.engine_ways import WAYS, load  # isort: skip  sets the BLAS threads before numpy is imported

import gc
import json
import os
import random
import sys
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from bench.paragraphs import paragraphs

#: Shares of the whole run after which the memory is read.
MARKS = (0.1, 0.2, 0.5, 1.0)
_SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu bran kest lor mond".split()
_STEP = 100


def documents(data: Path) -> Iterator[str]:
    """Without end: real paragraphs, each with names and numbers that stand in no other one."""
    draw = random.Random(1)
    for number, paragraph in enumerate(cycle(paragraphs(data))):
        first, last, town = ("".join(draw.choices(_SYLLABLES, k=4)).capitalize() for _ in range(3))
        code = draw.randrange(10**8)
        yield (
            f"{paragraph} Mr {first} {last}, born in {town} on {1 + number % 28} May {1930 + number % 70}, file no."
            f" {code}/{number % 100:02d}, writes as {first.lower()}.{last.lower()}{number}@{town.lower()}.example."
        )


def rss_mb() -> float:
    resident = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return resident * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    way, data, count = WAYS[sys.argv[1]], Path(sys.argv[2]), int(sys.argv[3])
    model = load()
    gc.collect()
    gc.freeze()
    source = documents(data)
    marks = {int(count * share) for share in MARKS}
    curve = {0: rss_mb()}
    for done in range(_STEP, count + 1, _STEP):
        way(list(islice(source, _STEP)), model)
        if done in marks:
            curve[done] = rss_mb()
    print(json.dumps(curve))


if __name__ == "__main__":
    main()
