"""Each operator on single values: what it writes, and that it says what it did."""

import pytest

from shared.operators import Operator
from shared.options import Options
from tests.unit.anonymizing import run, text_of
from worker.anonymization.operators import OPERATORS
from worker.anonymization.placeholders import PLACEHOLDER


def test_every_operator_of_the_interface_has_a_function() -> None:
    named = {
        kind.model_fields["name"].default
        for kind in Operator.__origin__.__args__  # type: ignore[attr-defined]  # typing's own attribute
    }
    assert named == set(OPERATORS)


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, "**** of 12345"),
        ({"character": "X"}, "XXXX of 12345"),
        ({"count": 2}, "**ne of 12345"),
        ({"count": 2, "from_end": True}, "Ja** of 12345"),
        ({"count": 9}, "**** of 12345"),
        ({"character": "█", "count": 1}, "█ane of 12345"),
    ],
)
def test_mask_overwrites_from_either_end(parameters: dict[str, object], expected: str) -> None:
    assert text_of("[PERSON|Jane] of 12345", {"PERSON": {"name": "mask", **parameters}}) == expected


@pytest.mark.parametrize("value", ["Zoë", "e\u0301lan", "👩\u200d⚕️ Ann", "שלום", "a\tb"])
def test_mask_keeps_the_length_in_code_points(value: str) -> None:
    assert text_of(f"<[PERSON|{value}]>", {"PERSON": {"name": "mask"}}) == f"<{'*' * len(value)}>"


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ({"name": "replace"}, "<PERSON> and <PERSON> and <PERSON>"),
        ({"name": "replace", "value": "[somebody]"}, "[somebody] and [somebody] and [somebody]"),
        ({"name": "replace", "value": ""}, " and  and "),
        ({"name": "replace", "numbered": True}, "<PERSON_1> and <PERSON_2> and <PERSON_1>"),
        ({"name": "redact"}, " and  and "),
        ({"name": "keep"}, "John Smith and Ann Lee and Mr Smith"),
    ],
)
def test_the_plain_operators(operator: dict[str, object], expected: str) -> None:
    text = "[PERSON|John Smith] and [PERSON|Ann Lee] and [PERSON|Mr Smith]"
    assert text_of(text, {"default": operator}) == expected


def test_each_type_has_its_own_operator_and_default_serves_the_rest() -> None:
    operators = {"PERSON": {"name": "mask"}, "default": {"name": "redact"}}
    assert text_of("[PERSON|Ann] in [LOCATION|Rome].", operators) == "*** in ."


def test_without_a_default_a_type_is_replaced() -> None:
    assert text_of("[PERSON|Ann] in [LOCATION|Rome].", {"PERSON": {"name": "mask"}}) == "*** in <LOCATION>."


def test_hashes_are_equal_for_equal_values_within_the_scope_only() -> None:
    text = "[PERSON|John Smith] [PERSON|JOHN  SMITH] [PERSON|Jon Smith]"
    first, second, other = text_of(text, {"default": {"name": "hash"}}).split()
    assert first == second != other
    assert PLACEHOLDER.fullmatch(first)
    assert first != text_of("[PERSON|John Smith]", {"default": {"name": "hash"}}, job="another")
    assert first != text_of("[PERSON|John Smith]", {"default": {"name": "hash"}}, key=b"another key" * 3)


def test_a_client_s_hashes_agree_between_jobs_and_not_between_clients() -> None:
    def of(job: str, client: str) -> str:
        return text_of("[PERSON|John Smith]", {"default": {"name": "hash"}}, scope="client", job=job, client=client)

    assert of("a", "c") == of("b", "c") != of("a", "d")


def test_equal_texts_of_two_types_do_not_share_a_hash() -> None:
    person, place = text_of("[PERSON|Paris] [LOCATION|Paris]", {"default": {"name": "hash"}}).split()
    assert person.removeprefix("<PERSON") != place.removeprefix("<LOCATION")


@pytest.mark.parametrize("operator", ["date_shift", "generalize"])
def test_what_an_operator_cannot_do_is_replaced_and_reported_so(operator: str) -> None:
    document = run(["[DATE_TIME|the other day] [PERSON|Ann]"], {"default": {"name": operator}})[0]
    assert document.text == "<DATE_TIME> <PERSON>"
    assert [entity.operator for entity in document.entities] == ["replace", "replace"]


def test_a_type_without_pseudonyms_gets_numbers() -> None:
    text = "[EVENT|Expo 58], [EVENT|Expo 67], [EVENT|EXPO 58]"
    assert text_of(text, {"default": {"name": "pseudonym"}}, deny=[{"text": "x", "type": "EVENT"}]) == (
        "<EVENT_1>, <EVENT_2>, <EVENT_1>"
    )


def test_the_default_of_all_options_is_to_replace() -> None:
    assert Options().operators["default"].name == "replace"
