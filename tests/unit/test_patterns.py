"""The engine: exact offsets, evidence that moves scores, work that grows with the text and no faster."""

import importlib
import sys
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.finding import found
from worker.detection import patterns
from worker.detection.patterns import find_patterns
from worker.detection.recognizers import TABLES

_PIECES = (
    *(
        "12 January 2004",
        "le 3 mars 2011",
        "M. Dupont",
        "jane@example.com",
        "+33 6 12 45 78 98",
        "192.0.2.1",
        "GB82 WEST",
    ),
    *("1234 5698 7654 32", "no. 36110/97", "rue", "12 bis, rue des Lilas, 75011 Paris", "\U0001f600", "İ", "é", "\r\n"),
    *("\u200b", " ", "\t", ":", "::1", "@", "-", ".", "//", "https://", "x", "ABC", "DUPONT Anne", "4111111111111111"),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=14).map(" ".join), st.sampled_from(["en", "fr"]))
def test_spans_lie_in_the_text_and_have_scores_that_are_probabilities(text: str, language: str) -> None:
    for span in find_patterns(text, language, None, explain=True):
        assert 0 <= span.start < span.end <= len(text)
        assert 0.0 < span.score <= 1.0
        assert not text[span.start : span.end].isspace()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=8).map(" ".join))
def test_what_stands_a_paragraph_away_changes_nothing(text: str) -> None:
    around = "\n\n" + "Nothing to see in these many plain words. " * 6 + "\n\n"
    alone = {(span.start, span.end, span.type) for span in find_patterns(f"\n\n{text} .\n\n", "en", None)}
    offset = len(around) - 2
    within = find_patterns(f"{around}{text} .{around}", "en", None)
    assert {(span.start - offset, span.end - offset, span.type) for span in within} == alone


def test_a_character_whose_small_letter_is_longer_does_not_shift_offsets() -> None:
    text = "İİİ İzmir: mail ali@example.com, born on 12 January 2004"
    assert found(text, "EMAIL_ADDRESS") == ["ali@example.com"]
    assert found(text, "DATE_TIME") == ["12 January 2004"]


def test_only_the_wanted_types_are_looked_for() -> None:
    text = "jane@example.com on 12 January 2004"
    assert {span.type for span in find_patterns(text, "en", frozenset({"DATE_TIME"}))} == {"DATE_TIME"}


def _score(text: str, type_: str, language: str = "en") -> float:
    return max((span.score for span in find_patterns(text, language, frozenset({type_}))), default=0.0)


def test_every_piece_of_evidence_moves_the_score() -> None:
    assert _score("we saw 943 476 5919 there", "UK_NHS") < 0.4 < _score("NHS number 943 476 5919", "UK_NHS")
    assert _score("943 476 5919", "UK_NHS") > 0.4, "the whole text is the value"
    assert _score("NHS number 943 476 5918", "UK_NHS") == 0.0, "the check digit is wrong"
    assert _score("12 January 2004", "DATE_TIME", "fr") < _score("12 January 2004", "DATE_TIME", "en")


def test_context_is_found_whatever_its_case_and_accents_but_only_as_a_word_and_near() -> None:
    assert _score("NUMERO FISCAL : 86095742719", "TAX_ID", "fr") > 0.9
    assert _score("taxi 86095742719", "TAX_ID") == _score("taxa 86095742719", "TAX_ID")
    far = "tax " + "and so on and on " * 5 + "86095742719"
    assert _score(far, "TAX_ID") < _score("tax 86095742719", "TAX_ID")


def test_explain_says_which_row_check_and_context_moved_the_score() -> None:
    (span,) = find_patterns("card 4111 1111 1111 1111 ok", "en", frozenset({"CREDIT_CARD"}), explain=True)[:1]
    assert span.explanation is not None
    assert (span.recognizer, span.explanation.pattern) == ("finance", "card")
    assert span.explanation.validator == "luhn and issuer"
    assert span.explanation.context == ("card",)
    assert span.explanation.score_before < span.explanation.score_after == span.score


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-01T10:00:00Z INFO worker[1234] req=550e8400-e29b-41d4-a716-446655440000 took 1234567 us",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ1612457898AAADUlEQVR42mNk",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "at com.example.Main$1.run(Main.java:1234) [0612457898abcdef]",
        "ERROR: pod/api-7f9c6d5b4-x2x9k OOMKilled exit=137 mem=1073741824",
    ],
)
@pytest.mark.parametrize(
    "type_",
    ["PHONE_NUMBER", "US_SSN", "CREDIT_CARD", "PERSON", "LOCATION", "ADDRESS", "FR_NIR", "IBAN_CODE", "UK_NINO"],
)
def test_log_lines_hold_no_numbers_and_no_names(text: str, type_: str) -> None:
    """P#786, P#1173, P#999."""
    assert found(text, type_) == []


def _work(text: str) -> int:
    """Pattern trials plus the characters their windows hold: what the regular expressions may read."""
    total = 0
    original = patterns._tries

    def counted(*arguments: object) -> object:
        nonlocal total
        _, compiled, _, start, end = arguments
        total += end - start + compiled.anchor.before + compiled.anchor.reach  # type: ignore[attr-defined,operator]  # it stands in for any of its kind
        return original(*arguments)  # type: ignore[arg-type]  # it stands in for any of its kind

    patterns._tries = counted  # type: ignore[assignment]  # it stands in for any of its kind
    try:
        find_patterns(text, "en", None)
    finally:
        patterns._tries = original
    return total


_HOSTILE = {
    "digits": "1" * 40,
    "digits apart": "1 " * 20,
    "digits and points": "1." * 20,
    "letters and digits": "a1" * 20,
    "letters": "a" * 40,
    "at signs": "a@" * 20,
    "dots before at": "a.a.a.a.a.a.a.a.@",
    "colons": ":" * 40,
    "hex groups": "ab:" * 14,
    "brackets": "(" * 40,
    "plus signs": "+1(" * 13,
    "capitals": "AAA " * 10,
    "capital words": "Aa " * 13,
    "months": "May 1 " * 7,
    "streets": "1 A St " * 6,
    "rues": "1 rue a " * 5,
    "titles": "Mr. A " * 7,
    "labels": "nom: A " * 6,
    "quotes": '"a' * 20,
    "slashes": "http://a" * 5,
    "token": "eyJ" * 13,
    "keys": "-----BEGIN PRIVATE KEY-----" * 2,
    "courts": "A of the B Court " * 3,
    "blanks": " " * 40,
    "line ends": "1\n" * 20,
    "suites": "1 a suite 1 " * 4,
}


@pytest.mark.parametrize("unit", _HOSTILE.values(), ids=_HOSTILE)
def test_twice_the_text_is_about_twice_the_windows(unit: str) -> None:
    once, twice = _work(unit * 40), _work(unit * 80)
    assert twice <= 2.5 * once + 2_000


def _calls(function: Callable[[], object]) -> int:
    count = 0

    def trace(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(trace)
    try:
        function()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("unit", _HOSTILE.values(), ids=_HOSTILE)
def test_twice_the_text_is_about_twice_the_calls(unit: str) -> None:
    once = _calls(lambda: find_patterns(unit * 40, "fr", None))
    twice = _calls(lambda: find_patterns(unit * 80, "fr", None))
    assert twice <= 2.5 * once + 2_000


def _unbounded(parsed: Iterable[tuple[object, Any]]) -> bool:
    for operation, argument in parsed:
        match str(operation):
            case "MAX_REPEAT" | "MIN_REPEAT":
                if argument[1] > 100_000 or _unbounded(argument[2]):
                    return True
            case "SUBPATTERN" | "ASSERT" | "ASSERT_NOT":
                if _unbounded(argument[-1]):
                    return True
            case "BRANCH":
                if any(map(_unbounded, argument[1])):
                    return True
    return False


def test_every_repeat_in_a_pattern_is_bounded() -> None:
    """So what a pattern reads at one place does not grow with the text."""
    parse = importlib.import_module("re._parser").parse
    assert [(table.name, row.name) for table in TABLES for row in table.rows if _unbounded(parse(row.pattern))] == []


def test_a_value_longer_than_the_window_is_not_cut_short() -> None:
    value = "http://example.com/" + "a" * 480
    assert found(f"see {value} there", "URL") == [value]
