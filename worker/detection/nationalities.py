"""Nationalities and faiths by their words, whatever the model saw: a closed list does it better."""

import re
from collections.abc import Iterator

from worker.detection.span import Span
from worker.detection.terms import fold
from worker.detection.vocabulary.nationalities import NATIONALITIES, NEED_CAPITAL

_SCORE = 0.7
_WORD = re.compile(r"[^\W\d_]{3,}")


def find_nationalities(text: str) -> Iterator[Span]:
    for match in _WORD.finditer(text):
        word = match.group()
        folded = fold(word)
        singular = folded[:-1] if folded.endswith("s") and folded not in NATIONALITIES else folded
        if singular in NATIONALITIES and (word[0].isupper() or singular not in NEED_CAPITAL):
            yield Span(match.start(), match.end(), "NRP", _SCORE, "nationalities")
