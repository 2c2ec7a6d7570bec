"""Whether an answer is like the one that a document shows: the same but for what differs from run to run."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

#: What stands for each: ids, moments, signatures, tokens.
_VOLATILE: Final = (
    (re.compile(r"\b(job|msg|req|ping|ak)_[0-9A-Za-z_]+"), r"\1_..."),
    (re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+Z"), "MOMENT"),
    (re.compile(r":siv:[^>]+>"), ":siv:...>"),
    (re.compile(r"\b(whsec|whpk)_[A-Za-z0-9+/=.]+"), r"\1_..."),
    (re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{86}=="), "SIGNATURE"),
    (re.compile(r"\b[0-9a-f]{16}\b"), "KEY"),
)
#: Numbers of these names are a matter of the text alone; others (scores, times, counts of workers) are not.
_EXACT_NUMBERS: Final = frozenset({"start", "end", "index", "total", "succeeded", "failed", "status"})


def differences(shown: Any, given: Any, place: str = "") -> Iterator[str]:
    """Where they differ."""
    if isinstance(shown, dict) and isinstance(given, dict):
        if shown.keys() != given.keys():
            yield f"{place}: {sorted(shown.keys() ^ given.keys())} only in one"
        for name in shown.keys() & given.keys():
            yield from differences(shown[name], given[name], f"{place}/{name}")
    elif isinstance(shown, list) and isinstance(given, list):
        if len(shown) != len(given):
            yield f"{place}: {len(shown)} shown, {len(given)} given"
        for number, pair in enumerate(zip(shown, given, strict=False)):
            yield from differences(*pair, f"{place}/{number}")
    elif isinstance(shown, str) and isinstance(given, str):
        if steady(shown) != steady(given):
            yield f"{place}: {shown!r} shown, {given!r} given"
    elif isinstance(shown, int | float) and isinstance(given, int | float):
        if place.rpartition("/")[2] in _EXACT_NUMBERS and shown != given:
            yield f"{place}: {shown} shown, {given} given"
    elif shown != given:
        yield f"{place}: {shown!r} shown, {given!r} given"


def steady(text: str) -> str:
    """With a word for each thing that differs from run to run."""
    for pattern, word in _VOLATILE:
        text = pattern.sub(word, text)
    return text


def objects_in(output: str) -> list[Any]:
    """The JSON objects in an output, one behind the other and whatever stands between them."""
    found, place, decoder = [], output.find("{"), json.JSONDecoder()
    while place >= 0:
        try:
            value, end = decoder.raw_decode(output, place)
        except ValueError:
            end = place + 1
        else:
            found.append(value)
        place = output.find("{", end)
    return found
