"""Allow and deny lists."""

import pytest

from shared.options import DenyEntry
from worker.detection.lists import drop_allowed, find_denied
from worker.detection.span import Span

DENIED = [
    ("Zed called Zed.", ["Zed"], ["Zed", "Zed"]),
    ("zed, ZED, Zedd, aZed, Zed's", ["Zed"], ["zed", "ZED", "Zed"]),
    ("Projet Émeraude, projet emeraude", ["Projet Émeraude"], ["Projet Émeraude", "projet emeraude"]),
    ("Jean-Pierre and Jean Pierre", ["Jean Pierre"], ["Jean-Pierre", "Jean Pierre"]),
    ("C++ and C", ["C++"], ["C++"]),
    ("Anna Smith", ["Anna", "Anna Smith"], ["Anna", "Anna Smith"]),
    ("nothing here", [], []),
]


@pytest.mark.parametrize(("text", "listed", "expected"), DENIED)
def test_denied_texts_are_found_on_word_boundaries(text: str, listed: list[str], expected: list[str]) -> None:
    spans = find_denied(text, [DenyEntry(text=each, type="PROJECT") for each in listed])

    assert sorted(text[each.start : each.end] for each in spans) == sorted(expected)
    assert all(each.type == "PROJECT" and each.score == 1.0 and each.recognizer == "deny_list" for each in spans)


ALLOWED = [
    ("Paris", ["Paris"], False),
    ("PARIS", ["Paris"], False),
    ("Paris Hilton", ["Paris"], True),
    ("New  York", ["new york"], False),
    ("Paris", [], True),
]


@pytest.mark.parametrize(("text", "allowed", "stays"), ALLOWED)
def test_allowed_texts_are_dropped_when_they_are_the_whole_span(text: str, allowed: list[str], stays: bool) -> None:
    span = Span(0, len(text), "LOCATION", 0.9, "test")

    assert drop_allowed(text, [span], allowed) == ([span] if stays else [])
