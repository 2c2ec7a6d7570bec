"""Spans to text: offsets, order, numbers, overlaps, and that errors hold no text."""

import pytest

from shared.options import Options
from tests.unit.anonymizing import SERVICE_KEY, run, text_of
from worker.anonymization.anonymize import anonymize
from worker.anonymization.scope import ScopeKeys
from worker.detection.span import Span

KEYS = ScopeKeys.for_scope(SERVICE_KEY, "client", "job", "job")
NUMBERED = {"default": {"name": "replace", "numbered": True}}


@pytest.mark.parametrize(
    "text",
    [
        "[PERSON|Ann] met [PERSON|Zoë] in [LOCATION|Orléans].",
        "[PERSON|Ann][LOCATION|Rome]",
        "👩‍⚕️ [PERSON|Ann]\r\n\t[LOCATION|שלום]\u200b[PERSON|e\u0301lan]",
        "nobody",
        "",
    ],
)
@pytest.mark.parametrize("name", ["mask", "replace", "redact", "hash", "encrypt", "pseudonym", "keep"])
def test_each_entity_says_where_it_stood_and_where_its_replacement_stands(text: str, name: str) -> None:
    document = run([text], {"default": {"name": name}})[0]
    original = text
    for mark in ("[PERSON|", "[LOCATION|", "]"):
        original = original.replace(mark, "")
    rest_before, rest_after = [], []
    before = after = 0
    for entity in document.entities:
        assert original[entity.start : entity.end] == entity.text
        rest_before.append(original[before : entity.start])
        rest_after.append(document.text[after : entity.anonymized_start])
        before, after = entity.end, entity.anonymized_end
    assert [*rest_before, original[before:]] == [*rest_after, document.text[after:]]


def test_spans_may_come_in_any_order() -> None:
    text, spans = "Ann and Bob", [Span(8, 11, "PERSON", 1, "t"), Span(0, 3, "PERSON", 1, "t")]
    assert anonymize([(text, spans)], Options(), KEYS, ["en"])[0].text == "<PERSON> and <PERSON>"


@pytest.mark.parametrize(
    "borders", [[(0, 5), (4, 8)], [(0, 10), (2, 4)], [(3, 3)], [(4, 2)], [(0, 99)], [(-3, 2)], [(0, 4), (0, 4)]]
)
def test_overlapping_empty_or_outlying_spans_are_an_error_without_text(borders: list[tuple[int, int]]) -> None:
    spans = [Span(start, end, "PERSON", 1, "t") for start, end in borders]
    with pytest.raises(ValueError, match="span") as caught:
        anonymize([("Confidential", spans)], Options(), KEYS, ["en"])
    assert "onfid" not in str(caught.value)


def test_numbers_are_given_in_the_order_of_appearance_per_type_over_the_documents() -> None:
    texts = [
        "[PERSON|Zed Young] [LOCATION|Rome] [PERSON|Ann Lee]",
        "[PERSON|Ann Lee] [LOCATION|Oslo] [PERSON|Mr Young]",
    ]
    assert [document.text for document in run(texts, NUMBERED)] == [
        "<PERSON_1> <LOCATION_1> <PERSON_2>",
        "<PERSON_2> <LOCATION_2> <PERSON_1>",
    ]


def test_numbers_begin_anew_in_each_document_of_document_scope() -> None:
    texts = ["[PERSON|Zed Young] [PERSON|Ann Lee]", "[PERSON|Ann Lee]"]
    assert [document.text for document in run(texts, NUMBERED, scope="document")] == [
        "<PERSON_1> <PERSON_2>",
        "<PERSON_1>",
    ]


def test_a_client_s_numbers_agree_between_jobs() -> None:
    first = text_of("[PERSON|Ann Lee] [PERSON|Zed Young]", NUMBERED, scope="client", job="a").split()
    second = text_of("[PERSON|Zed Young] [PERSON|Bo Ek] [PERSON|Ann Lee]", NUMBERED, scope="client", job="b").split()
    assert first == [second[2], second[0]]
    assert len(set(second)) == 3


@pytest.mark.parametrize(
    "forms",
    [
        ["John Smith", "Mr Smith", "JOHN SMITH", "John Smith's", "Smith"],
        ["Hélène Béart", "Helene Beart", "HÉLÈNE BÉART", "Mme Béart"],
        ["Jean-Pierre Dupont", "Jean Pierre Dupont", "M. Dupont", "Jean\u2011Pierre Dupont"],
        ["Jo\u200bhn Smith", "John Smith"],
    ],
)
def test_forms_of_one_name_share_a_number(forms: list[str]) -> None:
    text = " ".join(f"[PERSON|{form}]" for form in forms)
    assert set(text_of(text, NUMBERED).split()) == {"<PERSON_1>"}


def test_two_people_of_one_surname_have_two_numbers() -> None:
    assert text_of("[PERSON|John Smith] [PERSON|Mary Smith]", NUMBERED) == "<PERSON_1> <PERSON_2>"


@pytest.mark.parametrize(
    ("entity_type", "first", "second"),
    [
        ("CREDIT_CARD", "4111 1111 1111 1111", "4111-1111-1111-1111"),
        ("IBAN_CODE", "GB82 WEST 1234 5698 7654 32", "gb82west12345698765432"),
        ("US_SSN", "536-90-4399", "536904399"),
    ],
)
def test_separators_do_not_make_another_number(entity_type: str, first: str, second: str) -> None:
    text = f"[{entity_type}|{first}] [{entity_type}|{second}]"
    deny = [{"text": "x", "type": entity_type}]
    assert text_of(text, NUMBERED, deny=deny) == f"<{entity_type}_1> <{entity_type}_1>"


def test_dates_that_differ_only_in_separators_are_two_values() -> None:
    assert text_of("[DATE_TIME|1/11/2004] [DATE_TIME|11/1/2004]", NUMBERED) == "<DATE_TIME_1> <DATE_TIME_2>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<[PERSON|PERSON_1]> [PERSON|Ann]", "<PERSON_1> <PERSON>"),
        ("[PERSON|<PERSON>] [PERSON|Ann]", "<PERSON> <PERSON>"),
        ("[PERSON|Ann <PERSON> Bob]", "<PERSON> <PERSON> <PERSON>"),
        ("<PHONE_[PERSON|NUMBER_12> Ann]", "<PHONE_NUMBER_12> <PERSON>"),
        (
            "<PERSON:hash:[DATE_TIME|00112233445566778899aabbccddeeff]>",
            "<PERSON:hash:00112233445566778899aabbccddeeff>",
        ),
        ("<LOCATION:[PERSON|siv:AbC-_9]>", "<LOCATION:siv:AbC-_9>"),
        ("in <[LOCATION|COUNTRY]>", "in <COUNTRY>"),
        # angle brackets alone make no placeholder
        ("<[PERSON|SMITH]>", "<<PERSON>>"),
        ("<[PERSON|PERSON_SMITH]>", "<<PERSON>>"),
        ("<[PERSON|PERSON_1234567890123456]>", "<<PERSON>>"),
        ("<[PERSON|Person]>", "<<PERSON>>"),
    ],
)
def test_what_an_earlier_run_hid_stays_and_its_neighbours_do_not(text: str, expected: str) -> None:
    deny = [{"text": "x", "type": "PHONE_NUMBER"}]
    assert text_of(text, {"default": {"name": "replace"}}, deny=deny) == expected


def test_an_explanation_is_passed_on() -> None:
    spans = [Span(0, 3, "PERSON", 0.5, "people")]
    entity = anonymize([("Ann", spans)], Options(), KEYS, ["en"])[0].entities[0]
    assert (entity.score, entity.recognizer, entity.explanation) == (0.5, "people", None)
