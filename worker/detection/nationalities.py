"""Nationalities and faiths by their words, whatever the model saw: a closed list does it better."""

import re
from collections.abc import Iterator

from ahocorasick_rs import AhoCorasick, MatchKind

from worker.detection.document import Document
from worker.detection.span import Span
from worker.detection.terms import is_boundary
from worker.detection.vocabulary.nationalities import NATIONALITIES, NEED_CAPITAL

_SCORE = 0.7
#: "an Austrian national": the noun goes with its adjective.
_NATIONALS = re.compile(r"[ \u00a0]nationals?\b")
#: Singular and plural, each with the word whose form it is.
_FORMS = {**{f"{word}s": word for word in NATIONALITIES}, **{word: word for word in NATIONALITIES}}
_SINGULARS = tuple(_FORMS.values())
#: The longest from the left: a shorter form that it hides would end within a word.
_AUTOMATON = AhoCorasick(_FORMS, matchkind=MatchKind.LeftmostLongest)


def find_nationalities(document: Document) -> Iterator[Span]:
    text = document.text
    for number, start, end in _AUTOMATON.find_matches_as_indexes(document.folded):
        if not (text[start].isupper() or _SINGULARS[number] not in NEED_CAPITAL):
            continue
        if is_boundary(text, start) and is_boundary(text, end):
            noun = _NATIONALS.match(text, end)
            yield Span(start, noun.end() if noun else end, "NRP", _SCORE, "nationalities")
