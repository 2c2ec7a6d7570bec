"""What stands where a value stood: the one place that knows how placeholders are written, and finds them again.

A text that was anonymized before is not anonymized again: what lies within a placeholder is no value.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import islice, takewhile
from typing import Final

from worker.detection.span import Span

#: `<PERSON>`, `<PERSON_1>`, `<PERSON:hash:...>` and `<PERSON:siv:...>` (shared/tokens.py). Linear: no part can match
#: in two ways.
PLACEHOLDER: Final = re.compile(r"<([A-Z][A-Z0-9_]{0,79})(?::hash:[0-9a-f]{32}|:siv:[A-Za-z0-9_-]+)?>", re.ASCII)
#: What `generalize` writes for places.
KINDS_OF_PLACES: Final = frozenset({"COUNTRY", "REGION", "CITY", "STREET", "WATER", "MOUNTAIN", "ISLAND", "BUILDING"})

#: As `numbered` writes them: fifteen digits at most.
_NUMBER: Final = re.compile(r"_[1-9][0-9]{0,14}$", re.ASCII)


def typed(entity_type: str) -> str:
    """`<PERSON>`"""
    return f"<{entity_type}>"


def numbered(entity_type: str, number: int) -> str:
    """`<PERSON_1>`"""
    return f"<{entity_type}_{number}>"


def hashed(entity_type: str, digest: bytes) -> str:
    """`<PERSON:hash:...>` with 128 bits of the digest in hex."""
    return f"<{entity_type}:hash:{digest[:16].hex()}>"


def find_placeholders(text: str, types: Collection[str]) -> Iterator[tuple[int, int]]:
    """Where placeholders of these types stand. Not `<SMITH>`: angle brackets alone make no placeholder."""
    for match in PLACEHOLDER.finditer(text):
        name = match[1]
        if name in types or name in KINDS_OF_PLACES or _NUMBER.sub("", name) in types:
            yield match.span()


def outside_placeholders(text: str, spans: Sequence[Span], types: Collection[str]) -> list[Span]:
    """The spans, sorted, without what lies within placeholders; the rest of a span that crosses one stays a span."""
    places = list(find_placeholders(text, types)) if "<" in text else []
    pieces = [piece for span in spans for piece in _cut(text, span, places)]
    return sorted(pieces, key=lambda span: span.start)


def _cut(text: str, span: Span, places: Sequence[tuple[int, int]]) -> Iterator[Span]:
    first = bisect_right(places, span.start, key=lambda place: place[1])
    crossing = list(takewhile(lambda place: place[0] < span.end, islice(places, first, None)))
    if not crossing:
        yield span
        return
    start = span.start
    for place_start, place_end in (*crossing, (span.end, span.end)):
        piece = text[start : max(start, place_start)]
        if any(character.isalnum() for character in piece):
            lead = len(piece) - len(piece.lstrip())
            yield replace(span, start=start + lead, end=start + len(piece.rstrip()))
        start = place_end
