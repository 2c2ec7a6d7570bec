"""Callers' own patterns: checked at submit, run in linear time."""

import pytest

from shared.custom_patterns import InvalidPattern, check_patterns
from shared.options import CustomRecognizer
from worker.detection.custom import find_custom


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        "(?=a)b",
        "(?<!a)b",
        r"(a)\1",
        "a{1001}",
        "(a{1000}){1000}",
        "a*",
        "",
        r"\b",
        "^|x",
        "(x|)",
        r"$",
    ],
)
def test_a_pattern_that_cannot_be_used_is_refused_by_the_name_of_its_field(pattern: str) -> None:
    with pytest.raises(InvalidPattern) as refused:
        check_patterns(["ok", pattern, "EMP-[0-9]{6}"])
    assert [error.pointer for error in refused.value.errors] == ["/options/recognizers/1/pattern"]


def test_the_error_does_not_repeat_the_pattern(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InvalidPattern) as refused:
        check_patterns(["Jane Doe(", "Jane Roe*("])
    said = f"{refused.value} {refused.value.errors}" + "".join(capfd.readouterr())
    assert "Jane" not in said
    assert len(refused.value.errors) == 2


@pytest.mark.parametrize("pattern", ["EMP-[0-9]{6}", r"(?i)proj(?:ect)? \w+", r"\p{Lu}{3}", "(a+)+$"])
def test_a_good_pattern_is_taken(pattern: str) -> None:
    check_patterns([pattern])


def test_offsets_are_code_points() -> None:
    text = "\U0001f600 é EMP-000123, EMP-000124"
    spans = find_custom(text, [CustomRecognizer(type="EMPLOYEE", pattern="EMP-[0-9]{6}", score=0.7)])
    assert [(text[span.start : span.end], span.type, span.score) for span in spans] == [
        ("EMP-000123", "EMPLOYEE", 0.7),
        ("EMP-000124", "EMPLOYEE", 0.7),
    ]


def test_a_context_word_raises_the_score_and_is_named() -> None:
    recognizer = CustomRecognizer(type="BADGE", pattern="[0-9]{4}", score=0.3, context=("badge", "numéro d'entrée"))
    far, near = find_custom("1234 one two three four five six seven badge: 5678", [recognizer], explain=True)
    assert far.score == 0.3
    assert near.score > 0.9
    assert near.explanation is not None
    assert near.explanation.context == ("badge",)


def test_a_certain_score_stays_certain() -> None:
    (span,) = find_custom("id 1", [CustomRecognizer(type="X", pattern="[0-9]", score=1.0, context=("id",))])
    assert span.score == 1.0
