"""Faults that users reported of the peers, by thread number (P: Presidio's), each held not to be ours."""

import pytest

from shared.options import Options
from tests.unit.test_detect import found, run
from tests.unit.test_ner import fill_vocabulary, pipeline
from worker.detection.detect import DetectionRequest, detect
from worker.detection.overlaps import resolve
from worker.detection.span import Span


def covered(text: str, language: str = "en") -> str:
    """The text with every hidden character overwritten."""
    hidden = {place for each in run(text, language).spans for place in range(each.start, each.end)}
    return "".join("#" if place in hidden else letter for place, letter in enumerate(text))


def test_p888_p1156_p1925_a_second_entity_that_overlaps_does_not_leak() -> None:
    first, second = Span(0, 12, "PERSON", 0.85, "spacy"), Span(8, 30, "EMAIL_ADDRESS", 1.0, "contact")

    (united,) = resolve([first, second])

    assert (united.start, united.end, united.type) == (0, 30, "EMAIL_ADDRESS")


def test_p951_an_e_mail_address_is_not_a_url_too() -> None:
    assert found("Write to jane.doe@mail.example.com now") == [("jane.doe@mail.example.com", "EMAIL_ADDRESS")]


CAPITALS = [
    ("en", "THE LETTER WAS SENT BY MR JOHN FAIRLEY YESTERDAY", "FAIRLEY"),
    ("en", "Signed: ANNA KOWALSKA", "ANNA KOWALSKA"),
    ("fr", "PATIENT : MARTIN DURAND", "MARTIN DURAND"),
    ("fr", "Vu par le Dr LAURENT LECOMTE", "LAURENT LECOMTE"),
    ("fr", "DURAND Hélène, suivie en consultation", "DURAND Hélène"),
]


@pytest.mark.parametrize(("language", "text", "name"), CAPITALS)
def test_p1354_names_in_all_caps_are_found(language: str, text: str, name: str) -> None:
    assert name not in covered(text, language)


LOG_LINES = [
    "2024-03-01 12:00:01 INFO request handled in 12 ms status=200",
    "ERROR [pool-3-thread-7] retry 4 of 5 failed, backoff=1600",
    "order 84-221 weighs 12.5 kg",
    "x = 5; y = 22; total: 27",
]


@pytest.mark.parametrize("text", LOG_LINES)
def test_p786_p999_p1173_numbers_and_log_lines_hold_no_persons(text: str) -> None:
    assert [each for each in found(text) if each[1] in {"PERSON", "LOCATION", "NRP"}] == []


def test_p1102_p1276_the_same_person_has_the_same_identity() -> None:
    text = "Mr John Fairley called. Fairley was told that JOHN FAIRLEY must pay."

    identities = {each.identity for each in run(text).spans if each.type == "PERSON"}

    assert identities == {"john fairley"}


def test_p957_p1571_p1805_a_long_text_is_not_cut() -> None:
    text = "Nothing of note happened there.\n\n" * 4_000 + "Write to jane.doe@example.com, says Angela Merkel."

    assert {("jane.doe@example.com", "EMAIL_ADDRESS"), ("Angela Merkel", "PERSON")} <= set(found(text))


def test_p198_p896_p2033_the_vocabulary_does_not_grow_with_the_texts() -> None:
    nlp = pipeline("en")
    fill_vocabulary(nlp)
    before = len(nlp.vocab.strings)

    detect(
        [DetectionRequest(f"Ghx{number}tal met Brw{number}lin.", "en", Options()) for number in range(300)], {"en": nlp}
    )

    assert len(nlp.vocab.strings) == before


def test_p1212_organisations_are_on_by_default() -> None:
    assert ("Siemens AG", "ORGANIZATION") in found("She works for Siemens AG in Munich.")


def test_p1470_an_allow_list_by_request_is_obeyed() -> None:
    assert found("Paris is big", allow=["Paris"]) == []


def test_p701_a_score_moves_with_its_evidence() -> None:
    bare, titled = run("So Fairley wrote."), run("So Mr Fairley wrote.")

    scores = [[each.score for each in each_run.spans if each.type == "PERSON"] for each_run in (bare, titled)]
    assert max(scores[1]) > max([*scores[0], 0.0])


def test_pasteguard_145_offsets_are_code_points_behind_emoji() -> None:
    text = "👩‍💻🎉 Angela Merkel"

    (person,) = [each for each in run(text).spans if each.type == "PERSON"]
    assert text[person.start : person.end] == "Angela Merkel"


HOSTILE = [
    "Mr " + "A. " * 3_000,
    "Aa " * 3_000,
    "MM. " + "A. B, " * 3_000,
    "de " * 3_000,
    "(" * 9_000,
    "A-" * 4_000,
    "d'" * 4_000,
]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("text", HOSTILE, ids=[each[:8] for each in HOSTILE])
def test_a_hostile_text_does_not_stall_the_names(text: str, language: str) -> None:
    """Catastrophic backtracking would run into the test's time limit."""
    spans = run(text, language).spans

    assert all(0 <= each.start < each.end <= len(text) for each in spans)
