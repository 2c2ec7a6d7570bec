"""The texts of the load: court paragraphs where the data sets lie beside the repository, else some written for it."""

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.services.processes import ROOT

#: One seed for everything here that is drawn.
SEED: Final = 5
_DATA: Final = Path(os.environ.get("DATA", ROOT.parent / "shared" / "data"))
_WORDS: Final = range(60, 121)
_NAMES: Final = "Angela Merkel,Osman Hamdi,Miriam Weiss,Peter Novak,Jane Doe,Luca Bianchi,Ewa Kowalska".split(",")
_PLACES: Final = "Leeds,Ankara,Warsaw,Lyon,Bergen,Graz".split(",")
_BODIES: Final = "the District Court,the Court of Appeal,Barclays Bank,the Ministry of Health".split(",")


def texts(count: int, *, seed: int = SEED) -> list[str]:
    """So many texts, all different, the same ones for the same seed and data."""
    found = sorted(set(_paragraphs())) or [_written(number) for number in range(count)]
    return random.Random(seed).sample(found, count)


def _paragraphs() -> Iterator[str]:
    for file in (_DATA / "tab").glob("tab_*.jsonl"):
        for line in file.read_text(encoding="utf-8").splitlines():
            for paragraph in json.loads(line)["text"].split("\n"):
                if len(paragraph.split()) in _WORDS:
                    yield paragraph


def _written(number: int) -> str:
    draw = random.Random(number)
    return " ".join(
        f"On {draw.randint(1, 28)} May {draw.randint(1990, 2019)} {draw.choice(_NAMES)} of {draw.choice(_PLACES)}"
        f" lodged application no. {draw.randint(1000, 99999)}/{draw.randint(10, 99)} with {draw.choice(_BODIES)}."
        for _ in range(5)
    )


def load_texts() -> list[str]:
    """What the load sends: paragraphs, and now and then a text that takes a tenth of a second, to be found at work."""
    short = texts(36)
    long = ["\n\n".join(short * 2)[:40_000], "\n\n".join(reversed(short * 2))[:40_000]]
    return [*short[:18], long[0], *short[18:], long[1]]
