"""The output is searched for originals; each case says which stretches of the output must be reported."""

import pytest

from tests.unit.anonymizing import run
from worker.anonymization.anonymize import AnonymizedDocument

REPLACE = {"default": {"name": "replace"}}


def remaining(document: AnonymizedDocument) -> list[str]:
    return [document.text[each.start : each.end] for each in document.residual]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("[PERSON|John Smith] and John Smith", ["John Smith"]),
        ("[PERSON|John Smith] and JOHN SMITH, john smith", ["JOHN SMITH", "john smith"]),
        ("[PERSON|Hélène] and Helene, HÉLÈNE, He\u0301le\u0300ne", ["Helene", "HÉLÈNE", "He\u0301le\u0300ne"]),
        ("[PERSON|Jean-Pierre] and Jean\u2011Pierre", ["Jean\u2011Pierre"]),
        ("[PERSON|O'Brien] and O\u2019Brien's", ["O\u2019Brien"]),
        ("[PERSON|John Smith] and John\n Smith", ["John\n Smith"]),
        ("[PERSON|John] and Jo\u200bhn", ["Jo\u200bhn"]),
        ("[PERSON|John] and Jo\u00adhn", ["Jo\u00adhn"]),
        ("[LOCATION|İzmir] İzmir Izmir izmir", ["İzmir", "Izmir", "izmir"]),
        ("[LOCATION|Straße] STRASSE", ["STRASSE"]),
        ("İİİ [PERSON|Zed] İ Zed", ["Zed"]),
        ("[EMAIL_ADDRESS|a@b.org] x a@b.org.", ["a@b.org"]),
        ("[PERSON|Jean] [PERSON|Jean Paul] Jean Paul Jean", ["Jean Paul", "Jean"]),
        # not: part of a word, short, in a placeholder
        ("[PERSON|Ann] Annex, Joanne, Ann", ["Ann"]),
        ("[PERSON|Al] Alan", []),
        ("[AGE|34] 34 euros", []),
        ("[PERSON|J] J", []),
        ("[PERSON|Person] and [LOCATION|Location]", []),
    ],
)
def test_what_still_stands_is_reported_where_it_stands(text: str, left: list[str]) -> None:
    assert remaining(run([text], REPLACE)[0]) == left


def test_a_value_of_one_document_is_looked_for_in_all_of_the_job() -> None:
    texts = ["[PERSON|John Smith] came", "then John Smith left"]
    assert [remaining(document) for document in run(texts, REPLACE)] == [[], ["John Smith"]]
    assert [remaining(document) for document in run(texts, REPLACE, scope="document")] == [[], []]


def test_half_a_character_stops_no_check() -> None:
    texts = ["[PERSON|Zo\ud800e] came", "then Zo\ud800e left, and Zoe"]
    assert [remaining(document) for document in run(texts, REPLACE)] == [[], ["Zo\ud800e"]]


def test_what_was_kept_or_allowed_is_no_leak() -> None:
    operators = {"PERSON": {"name": "replace"}, "LOCATION": {"name": "keep"}}
    assert run(["[LOCATION|Paris] Paris"], operators)[0].residual == ()
    assert run(["[PERSON|Paris] met [LOCATION|Paris]"], operators)[0].residual == ()
    assert run(["[PERSON|Paris] met PARIS"], operators, allow=["paris"])[0].residual == ()


def test_a_pseudonym_that_is_somebody_s_name_is_no_leak() -> None:
    text = "[PERSON|Ann] [LOCATION|Rome]"
    operators = {"PERSON": {"name": "replace", "value": "Rome"}, "LOCATION": {"name": "replace", "value": "Ann"}}
    assert run([text], operators)[0].residual == ()


def test_a_mask_that_covers_too_little_is_no_whole_value() -> None:
    document = run(["[PERSON|Jonathan] Jonathan"], {"PERSON": {"name": "mask", "count": 2}})[0]
    assert document.text == "**nathan Jonathan"
    assert remaining(document) == ["Jonathan"]


def test_a_value_that_a_redaction_puts_together_is_found() -> None:
    document = run(["[LOCATION|Rome] Ro[PERSON|Zed]me"], {"default": {"name": "redact"}})[0]
    assert remaining(document) == ["Rome"]


def test_the_report_holds_no_text() -> None:
    residual = run(["[PERSON|John Smith] John Smith"], REPLACE)[0].residual[0]
    assert "John" not in repr(residual)
    assert residual.type == "PERSON"
