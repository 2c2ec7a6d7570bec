"""The order of the steps: what is found, in which language, under which options."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.options import CustomRecognizer, DenyEntry, Options
from tests.unit.test_ner import pipeline
from worker.detection.detect import Detection, DetectionRequest, detect, propagate_over_job
from worker.detection.language import LanguageNotServed


def run(text: str, language: str = "en", **options: object) -> Detection:
    pipelines = {each: pipeline(each) for each in ("en", "fr")}
    (detection,) = detect([DetectionRequest(text, language, Options.model_validate(options))], pipelines)
    return detection


def found(text: str, language: str = "en", **options: object) -> list[tuple[str, str]]:
    return [(text[each.start : each.end], each.type) for each in run(text, language, **options).spans]


FOUND = [
    ("en", "Angela Merkel lives in Berlin.", [("Angela Merkel", "PERSON"), ("Berlin", "LOCATION")]),
    ("en", "Write to jane.doe@example.com please", [("jane.doe@example.com", "EMAIL_ADDRESS")]),
    ("en", "She was born on 4 March 1956.", [("4 March 1956", "DATE_TIME")]),
    ("fr", "Mme Hélène Béraud est née à Lyon.", [("Hélène Béraud", "PERSON"), ("Lyon", "LOCATION")]),
    ("fr", "Le Dr LECOMTE a vu le patient.", [("LECOMTE", "PERSON")]),
    (
        "fr",
        "MM. A. Morel, B. Vidal et C. Roux",
        [("A. Morel", "PERSON"), ("B. Vidal", "PERSON"), ("C. Roux", "PERSON")],
    ),
    ("en", "Nothing to hide here.", []),
    ("en", "", []),
]


@pytest.mark.parametrize(("language", "text", "expected"), FOUND)
def test_what_identifies_is_found(language: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert [each for each in found(text, language) if each[1] != "TITLE"] == expected


NOT_FOUND = [
    ("en", "THE FACTS\n\nThe Court notes that the Government agrees with Article 6 § 1 of the Convention."),
    ("en", "It took two years and the Supreme Court decided."),
    ("fr", "PROCÉDURE\n\nLa Cour rappelle que le Gouvernement conteste l'article 6 § 1 de la Convention."),
    ("fr", "Patient stable, sortie prévue, ordonnance remise."),
]


@pytest.mark.parametrize(("language", "text"), NOT_FOUND)
def test_institutions_headings_and_references_identify_nobody(language: str, text: str) -> None:
    assert found(text, language) == []


def test_only_the_types_asked_for_are_given() -> None:
    text = "Angela Merkel lives in Berlin, write to am@example.com"

    assert found(text, entity_types=["EMAIL_ADDRESS"]) == [("am@example.com", "EMAIL_ADDRESS")]
    assert {type_ for _, type_ in found(text, entity_types=["PERSON", "LOCATION"])} == {"PERSON", "LOCATION"}
    assert found(text, entity_types=[]) == []


def test_thresholds_by_type_go_before_the_common_one() -> None:
    text = "Angela Merkel wrote to am@example.com"

    assert found(text, score_threshold=1.0) == []
    assert found(text, score_threshold=1.0, score_thresholds={"EMAIL_ADDRESS": 0.1}) == [
        ("am@example.com", "EMAIL_ADDRESS")
    ]


def test_an_allowed_text_stays_even_where_a_name_is_propagated() -> None:
    text = "Angela Merkel lives in Berlin. BERLIN is big."

    assert "LOCATION" not in {type_ for _, type_ in found(text, allow=["berlin"])}


def test_a_denied_text_is_hidden_whatever_the_types_asked_for() -> None:
    deny = [DenyEntry(text="Zed", type="PROJECT")]

    assert found("The zed plan", entity_types=["PERSON"], deny=deny, score_threshold=1.0) == [("zed", "PROJECT")]


def test_a_custom_recognizer_is_hidden_by_its_own_type() -> None:
    custom = [CustomRecognizer(type="BADGE", pattern=r"B-\d{4}", score=0.9)]

    assert found("The badge B-1234 was lost", recognizers=custom) == [("B-1234", "BADGE")]


def test_without_propagation_a_name_is_found_only_where_it_stands_out() -> None:
    text = "Mr John Fairley left. Later the fee was paid, FAIRLEY/2 being the account."

    assert [value for value, _ in found(text)].count("FAIRLEY") == 1
    assert "FAIRLEY" not in [value for value, _ in found(text, propagate=False)]


def test_a_score_says_why() -> None:
    detection = run("The letter of Mr Fairley", explain=True)

    (person,) = [each for each in detection.spans if each.type == "PERSON"]
    assert person.explanation is not None
    assert "a title before" in person.explanation.context
    assert person.explanation.score_after == person.score > person.explanation.score_before


LANGUAGES = [
    ("The applicant was born in 1960 and lives in Bristol.", "en", True),
    ("Le requérant est né en 1947 et vit à Orsa.", "fr", True),
    ("John Smith", "en", False),
]


@pytest.mark.parametrize(("text", "language", "is_sure"), LANGUAGES)
def test_auto_takes_one_of_the_served_languages(text: str, language: str, is_sure: bool) -> None:
    detection = run(text, "auto")

    assert detection.language == language
    assert (detection.language_confidence is not None) == is_sure


def test_a_language_that_is_not_served_is_refused() -> None:
    with pytest.raises(LanguageNotServed):
        run("Hallo", "de")


def test_requests_of_several_jobs_keep_their_own_options() -> None:
    text = "Angela Merkel lives in Berlin."
    requests = [
        DetectionRequest(text, "en", Options(entity_types=("PERSON",))),
        DetectionRequest("Le Dr Morel habite Lyon.", "fr", Options()),
        DetectionRequest(text, "en", Options(entity_types=("LOCATION",))),
    ]

    results = detect(requests, {"en": pipeline("en"), "fr": pipeline("fr")})

    assert [each.language for each in results] == ["en", "fr", "en"]
    assert [{span.type for span in results[number].spans} for number in (0, 2)] == [{"PERSON"}, {"LOCATION"}]


def test_a_name_is_found_in_all_documents_of_a_job() -> None:
    texts = ["Mr John Fairley called.", "re: fairley / FAIRLEY account"]
    options = Options()
    detections = detect([DetectionRequest(text, "en", options) for text in texts], {"en": pipeline("en")})

    spread = propagate_over_job(texts, detections, options)

    assert "FAIRLEY" in [texts[1][each.start : each.end] for each in spread[1].spans]
    assert {each.identity for row in spread for each in row.spans if each.type == "PERSON"} == {"john fairley"}


def test_long_and_short_texts_find_the_same_patterns() -> None:
    line = "Write to jane.doe@example.com or call +44 20 7946 0958 before 3 May 2011.\n\n"
    one = [(value, type_) for value, type_ in found(line) if type_ in {"EMAIL_ADDRESS", "PHONE_NUMBER"}]

    many = [each for each in found(line * 100) if each[1] in {"EMAIL_ADDRESS", "PHONE_NUMBER"}]

    assert many == one * 100


ODD = [
    "😀 Angela Merkel 👨‍👩‍👧 jane.doe@example.com",
    "שלום Angela Merkel jane.doe@example.com مرحبا",
    "Angela\u200b Merkel\r\njane.doe@example.com\t\r\n",
    "E\u0301lise Angela Merkel jane.doe@example.com",
    "\ufeffAngela Merkel jane.doe@example.com",
]


@pytest.mark.parametrize("text", ODD)
def test_offsets_are_exact_in_odd_unicode(text: str) -> None:
    assert ("jane.doe@example.com", "EMAIL_ADDRESS") in found(text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.sampled_from(
            [
                "Angela Merkel",
                "Mr",
                "JOHN",
                "a@b.com",
                "4111 1111 1111 1111",
                "\n",
                "😀",
                "3 May 2011",
                "(",
                ".",
                "é",
                "IL",
            ]
        ),
        max_size=25,
    ).map(" ".join)
)
def test_spans_lie_in_the_text_and_do_not_overlap(text: str) -> None:
    spans = run(text).spans

    assert all(0 <= each.start < each.end <= len(text) for each in spans)
    assert all(first.end <= second.start for first, second in pairwise(spans))
