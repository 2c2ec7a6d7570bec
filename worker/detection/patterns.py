"""One engine that loops over the recognizers' tables: text in, candidate spans with their scores out.

The tables' patterns are not run over the text. One Aho-Corasick pass finds the words and one regular expression finds
the digits that any row asks for (its anchor), and a row's pattern is tried just around its anchors, within a bounded
window. So the cost is that of two linear scans plus a constant for each anchor, whatever the text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import ahocorasick_rs

from worker.detection.context import find_context
from worker.detection.recognizer import (
    CONTEXT_FACTOR,
    OTHER_LANGUAGE_FACTOR,
    WHOLE_TEXT_FACTOR,
    Anchor,
    AnchorKind,
    Row,
)
from worker.detection.recognizers import TABLES
from worker.detection.span import Explanation, Span

#: Digits with single words' letters stuck to them, joined by up to three blanks, points, slashes and the like.
_CLUSTER = re.compile(r"[0-9][0-9A-Za-z]*(?:[ .\-/()\u00a0\u202f]{0,3}[0-9][0-9A-Za-z]*)*")
_CAPITALS = re.compile(r"[A-ZÀ-ÖØ-Þ]{3,30}(?![a-zà-ÿ])")
#: Rows are looked up by the number of digits up to this; a longer run counts as this long.
_MOST_DIGITS = 64
#: A text longer than this is not one bare value.
_LONGEST_WHOLE = 255


def find_patterns(
    text: str,
    language: str,
    types: frozenset[str] | None,
    *,
    countries: frozenset[str] | None = None,
    explain: bool = False,
) -> list[Span]:
    """Candidates of the wanted types (None: all) by their place; they may overlap, and thresholds come later.

    `countries`: forms of no other country, by ISO 3166 code (None: of all).
    """
    plan = _plan_for(types, countries)
    whole = (len(text) - len(text.lstrip()), len(text.rstrip()))
    seen: set[tuple[int, int, int]] = set()
    spans: list[Span] = []
    for number, start, end in _candidates(text, plan, whole):
        if (number, start, end) in seen or start >= end:
            continue
        seen.add((number, start, end))
        if countries is not None and _is_foreign(plan.rows[number].row, text[start:end], countries):
            continue
        span = _judge(plan.rows[number], text, start, end, language, (start, end) == whole, explain)
        if span is not None:
            spans.append(span)
    spans.sort(key=lambda span: (span.start, -span.end, -span.score))
    return spans


@dataclass(frozen=True, slots=True)
class _Compiled:
    row: Row
    recognizer: str
    regex: re.Pattern[str]
    has_value: bool
    guard: re.Pattern[str] | None
    anchor: Anchor


@dataclass(frozen=True, slots=True)
class _Plan:
    """The rows of some types, by what calls for them."""

    rows: tuple[_Compiled, ...]
    automaton: ahocorasick_rs.AhoCorasick | None
    #: Per automaton pattern: must it stand on word boundaries, and which rows does it call for.
    words: tuple[tuple[bool, tuple[int, ...]], ...]
    #: Per number of digits.
    digits: tuple[tuple[int, ...], ...]
    mixed: tuple[tuple[int, ...], ...]
    capitals: tuple[int, ...]
    whole: tuple[int, ...]


@lru_cache(maxsize=64)
def _plan_for(types: frozenset[str] | None, countries: frozenset[str] | None) -> _Plan:
    rows = tuple(
        _Compiled(row, table.name, regex, "value" in regex.groupindex, guard, row.anchor)
        for table in TABLES
        for row in table.rows
        if types is None or row.type in types
        if countries is None or not table.countries_of(row) or not countries.isdisjoint(table.countries_of(row))
        for regex in [re.compile(row.pattern, row.flags)]
        for guard in [re.compile(row.anchor.guard) if row.anchor.guard else None]
    )
    wanted: dict[tuple[str, bool], list[int]] = {}
    for number, compiled in enumerate(rows):
        bounded = compiled.anchor.kind is AnchorKind.WORDS
        for word in compiled.anchor.words:
            wanted.setdefault((word, bounded), []).append(number)
    return _Plan(
        rows=rows,
        automaton=ahocorasick_rs.AhoCorasick([word for word, _ in wanted]) if wanted else None,
        words=tuple((bounded, tuple(numbers)) for (_, bounded), numbers in wanted.items()),
        digits=_by_digits(rows, AnchorKind.DIGITS),
        mixed=_by_digits(rows, AnchorKind.MIXED),
        capitals=_of_kind(rows, AnchorKind.CAPITALS),
        whole=_of_kind(rows, AnchorKind.WHOLE),
    )


def _of_kind(rows: tuple[_Compiled, ...], kind: AnchorKind) -> tuple[int, ...]:
    return tuple(number for number, compiled in enumerate(rows) if compiled.anchor.kind is kind)


def _by_digits(rows: tuple[_Compiled, ...], kind: AnchorKind) -> tuple[tuple[int, ...], ...]:
    return tuple(
        tuple(
            number
            for number, compiled in enumerate(rows)
            if compiled.anchor.kind is kind
            and compiled.anchor.min_digits <= count
            and (count <= compiled.anchor.max_digits or count == _MOST_DIGITS)
        )
        for count in range(_MOST_DIGITS + 1)
    )


def _candidates(text: str, plan: _Plan, whole: tuple[int, int]) -> Iterator[tuple[int, int, int]]:
    if whole[1] - whole[0] <= _LONGEST_WHOLE:
        for number in plan.whole:
            match = plan.rows[number].regex.fullmatch(text, *whole)
            if match:
                yield (number, *_place(match, plan.rows[number]))
    if plan.automaton is not None:
        yield from _at_words(text, plan, plan.automaton)
    if any(plan.digits) or any(plan.mixed):
        yield from _at_digits(text, plan)
    if plan.capitals:
        for word in _CAPITALS.finditer(text):
            for number in plan.capitals:
                yield from _tries(text, plan.rows[number], number, word.start(), word.start() + 1)


def _at_words(text: str, plan: _Plan, automaton: ahocorasick_rs.AhoCorasick) -> Iterator[tuple[int, int, int]]:
    # U+0130 is the only character whose lower() has another length: offsets would shift.
    folded = text.replace("\u0130", "i").lower()
    length = len(text)
    for index, start, end in automaton.find_matches_as_indexes(folded, overlapping=True):
        bounded, numbers = plan.words[index]
        if bounded and (
            (start and folded[start - 1].isalnum() and folded[start].isalnum())
            or (end < length and folded[end].isalnum() and folded[end - 1].isalnum())
        ):
            continue
        for number in numbers:
            yield from _tries(text, plan.rows[number], number, start, start + 1)


def _at_digits(text: str, plan: _Plan) -> Iterator[tuple[int, int, int]]:
    last_end = 0
    for cluster in _CLUSTER.finditer(text):
        token = cluster.group()
        start, end = cluster.span()
        while start > last_end and text[start - 1].isalpha() and cluster.start() - start < 16:
            start -= 1
        last_end = end
        count = min(sum(map(str.isdigit, token)), _MOST_DIGITS)
        for number in plan.digits[count]:
            yield from _tries(text, plan.rows[number], number, start, end)
        left = text[max(0, start - 4) : start].rstrip(" -.")
        if token.lower() != token.upper() or start < cluster.start() or left[-1:].isupper():
            for number in plan.mixed[count]:
                yield from _tries(text, plan.rows[number], number, start, end)


def _tries(text: str, compiled: _Compiled, number: int, start: int, end: int) -> Sequence[tuple[int, int, int]]:
    """Matches that begin from `anchor.before` characters before `start` up to `end`."""
    anchor, regex = compiled.anchor, compiled.regex
    if compiled.guard is not None and not compiled.guard.match(text, start):
        return ()
    if not anchor.before and end - start == 1:
        match = regex.match(text, start)
        return () if match is None else ((number, *_place(match, compiled)),)
    limit = end + anchor.reach
    found = []
    position = max(0, start - anchor.before)
    while position < end:
        match = regex.search(text, position, limit)
        if match is None or match.start() >= end:
            break
        if match.end() == limit:
            # The window may have cut the value short.
            match = regex.match(text, match.start()) or match
        found.append((number, *_place(match, compiled)))
        position = max(match.end(), position + 1)
    return found


def _place(match: re.Match[str], compiled: _Compiled) -> tuple[int, int]:
    return match.span("value") if compiled.has_value else match.span()


def _is_foreign(row: Row, value: str, countries: frozenset[str]) -> bool:
    own = row.countries_of(value) if row.countries_of is not None else frozenset()
    return bool(own) and own.isdisjoint(countries)


def _judge(
    compiled: _Compiled, text: str, start: int, end: int, language: str, is_whole: bool, explain: bool
) -> Span | None:
    row = compiled.row
    odds = row.score / (1.0 - row.score)
    passed: str | None = None
    failed = False
    if row.check is not None:
        failed = not row.check.accepts(text[start:end])
        if failed and not row.check.failed:
            return None
        odds *= row.check.failed if failed else row.check.passed
        passed = None if failed else row.check.name
    context = find_context(text, start, end, row.context) if row.context else ()
    if context:
        odds *= CONTEXT_FACTOR
    if is_whole and row.whole_text_counts and not failed:
        odds *= WHOLE_TEXT_FACTOR
    if row.language is not None and row.language != language:
        odds *= OTHER_LANGUAGE_FACTOR
    score = round(odds / (1.0 + odds), 4)
    explanation = Explanation(row.name, passed, context, row.score, score) if explain else None
    return Span(start, end, row.type, score, compiled.recognizer, explanation=explanation)
