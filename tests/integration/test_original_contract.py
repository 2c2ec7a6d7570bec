"""POST /entities against spaCy itself: an old client gets the answer that it always got."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import spacy

from shared.model_catalogue import PACKAGES
from tests.conftest import read_texts
from tests.services.stack import Stack

TEXTS = {
    "en": [
        "Angela Merkel met Emmanuel Macron in Paris on 3 May 2019; 42 people and Acme Inc. paid $5 million.",
        "No names here.",
        "🙂 Zoë O'Brien-Smith’s cousin 田中さん flew to São Paulo\r\n\tat 10 p.m. on Monday. שלום John",
        "name: JOHN SMITH\nAalborg NO 9100\n\nThe law no. 3713 (the Tax Act) of 2 March 1995 e\u0301",
    ],
    "fr": [
        "Marie Curie est née à Varsovie. M. Dupont, de la société Renault, habite à Lyon depuis 1999.",
        "L’affaire concerne Mme O’Brien\u00a0; le tribunal de grande instance de Créteil l’a jugée.",
    ],
}


@cache
def whole_pipeline(language: str) -> spacy.language.Language:
    package = next(name for name in PACKAGES[f"{language}_sm"] if spacy.util.is_package(name))
    return spacy.load(package)


def expected(text: str, language: str) -> dict[str, Any]:
    """The old service's code: the whole pipeline, then X for every character."""
    doc = whole_pipeline(language)(text)
    anonymized = list(text)
    entities = []
    for span in doc.ents:
        start, end = span.start_char, span.end_char
        entities.append({"start": start, "end": end, "type": span.label_, "text": text[start:end]})
        anonymized[start:end] = "X" * (end - start)
    return {"entities": entities, "anonymized_text": "".join(anonymized)}


def assert_as_always(stack: Stack, texts: Sequence[str], language: str) -> None:
    with ThreadPoolExecutor(16) as clients:
        answers = list(clients.map(lambda text: ask(stack, text, language), texts))
    for text, answer in zip(texts, answers, strict=True):
        assert answer == expected(text, language)


def ask(stack: Stack, text: str, language: str) -> Any:
    answer = stack.http.post("/entities", json={"text": text, "model_language": language, "model_size": "sm"})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_answers_equal_the_whole_pipelines(stack: Stack, language: str) -> None:
    assert_as_always(stack, TEXTS[language], language)


@pytest.mark.data
def test_a_hundred_english_court_paragraphs_equal_the_whole_pipelines(stack: Stack, data: Path) -> None:
    paragraphs = [
        p for text in read_texts(data / "tab" / "tab_dev_full21.jsonl") for p in text.split("\n") if p.strip()
    ]
    assert_as_always(stack, paragraphs[:100], "en")


@pytest.mark.data
def test_french_court_paragraphs_equal_the_whole_pipelines(stack: Stack, data: Path) -> None:
    file = data / "french_echr" / "echr_fr_manual_b.jsonl"
    paragraphs = [p for text in read_texts(file) for p in text.split("\n") if p.strip()]
    assert_as_always(stack, paragraphs[:100], "fr")


def test_language_and_size_have_their_old_defaults(stack: Stack) -> None:
    answer = stack.http.post("/entities", json={"text": TEXTS["en"][0]})
    assert answer.json() == expected(TEXTS["en"][0], "en")


def test_unknown_fields_are_ignored_as_they_always_were(stack: Stack) -> None:
    answer = stack.http.post("/entities", json={"text": "Paris", "colour": "blue"})
    assert answer.status_code == 200


def test_a_job_that_takes_too_long_is_handed_over(tmp_path: Path) -> None:
    stack = Stack(tmp_path, {"SYNC_WAIT_S": "0.2"})
    try:
        stack.pretend_worker("en_sm")
        answer = stack.http.post("/entities", json={"text": "Angela Merkel"})
        assert answer.status_code == 202
        job = answer.json()
        assert job["state"] == "queued"
        assert answer.headers["Location"] == job["links"]["self"]
        assert answer.headers["Retry-After"]
        stack.start_worker()
        assert stack.job(job["id"], wait_s=30)["state"] == "succeeded"
        (document,) = stack.result(job["id"])["documents"]
        assert document["anonymized_text"] == "X" * len("Angela Merkel")
    finally:
        stack.end()
