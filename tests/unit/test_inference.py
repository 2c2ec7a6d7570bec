"""The network on plain arrays finds spaCy's entities, token for token; what it does not know is left to spaCy."""

from typing import Any

import numpy as np
import pytest
import spacy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from tests.unit.test_ner import pipeline
from worker.detection.inference import network as network_module
from worker.detection.inference import transitions, words
from worker.detection.inference.network import Entity, EntityNetwork, network_of
from worker.detection.ner import find_names

EXAMPLES = [
    "Angela Merkel met Barack Obama in Berlin on 3 May 2011.",
    "Mme Hélène Béraud, née à Lyon, travaille chez Renault depuis 1998.",
    "  \n\n Angela\n\nMerkel   of the   European   Union \t",
    "On Monday, Acme Ltd paid £2,500 (about 3,000 euros) to John\u00a0O’Brien-Smith’s bank.",
    "UNITED STATES OF AMERICA v. JOHN DOE, no. 36110/97, 12 U.S.C. § 1701 et seq.",
    "😀 Zoë 👨‍👩‍👧 שלום Ángel e\u0301 🇫🇷 Paris",
    "Paris",
    "x",
    "",
    "\n",
]
FRAGMENTS = [
    *["Angela", "Merkel", "New", "York", "Mr", "J.", "O'Neill", "Acme", "Ltd", "Hôtel", "Béraud", "de", "la", "Lyon"],
    *["the", "of", "and", "said", "in", "on", "3", "May", "2011", "£2,500", "50%", "first", "Monday", "36110/97"],
    *[
        "\n",
        "  ",
        ".",
        ",",
        "(",
        ")",
        '"',
        "’s",
        "-",
        "😀",
        "É",
        "XQZWV",
        "UNITED",
        "NATIONS",
        "euros",
        "two",
        "French",
    ],
]


def by_spacy(nlp: Language, docs: list[Doc]) -> list[list[Entity]]:
    """The entities that the component sets, everything else left out."""
    ner: Any = nlp.get_pipe("ner")
    return [[(each.start, each.end, each.label_) for each in doc.ents] for doc in ner.pipe(docs)]


def network(nlp: Language) -> EntityNetwork:
    found = network_of(nlp)
    assert found is not None
    return found


def compare(nlp: Language, texts: list[str]) -> list[list[Entity]]:
    found = network(nlp).entities([nlp.make_doc(text) for text in texts])
    assert found == by_spacy(nlp, [nlp.make_doc(text) for text in texts])
    return found


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_entities_are_those_of_spacy(language: str) -> None:
    found = compare(pipeline(language), [*EXAMPLES, " ".join(EXAMPLES), "\n".join(EXAMPLES) * 40])

    assert sum(map(len, found)) > 100
    assert found[EXAMPLES.index("")] == []


@pytest.mark.parametrize("language", ["en", "fr"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts=st.lists(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map(" ".join), min_size=1, max_size=12))
def test_the_entities_of_any_texts_are_those_of_spacy(language: str, texts: list[str]) -> None:
    compare(pipeline(language), texts)


def test_a_text_has_the_same_entities_alone_and_among_others() -> None:
    nlp = pipeline("en")
    docs = [nlp.make_doc(text) for text in EXAMPLES]

    assert [network(nlp).entities([doc])[0] for doc in docs] == network(nlp).entities(docs)
    assert network(nlp).entities([]) == []


def test_a_text_longer_than_one_stretch_has_the_same_entities(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_module, "_TOKENS_AT_ONCE", 7)

    assert any(compare(pipeline("en"), EXAMPLES))


@pytest.fixture
def altered() -> Language:
    """A pipeline that sees entities everywhere, most of them long."""
    nlp = spacy.load(pipeline("en").path, exclude=["tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer"])
    ner: Any = nlp.get_pipe("ner")
    last = ner.model.layers[-1]
    bias = last.get_param("b").copy()
    names = np.array([ner.moves.get_class_name(number)[0] for number in range(ner.moves.n_moves)])
    bias[names == "O"] -= 12
    bias[names == "I"] += 6
    last.set_param("b", bias)
    return nlp


def test_long_and_many_entities_are_those_of_spacy(altered: Language) -> None:
    (found,) = compare(altered, ["\n".join(EXAMPLES) * 5])

    assert max(end - start for start, end, _ in found) > transitions._IN_STEP


def test_entities_longer_than_those_followed_in_step_are_those_of_spacy(
    altered: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transitions, "_IN_STEP", 1)

    assert any(compare(altered, EXAMPLES))


@pytest.mark.parametrize("every", [2, 3, 7])
def test_no_entity_crosses_a_sentence_start_that_is_set(altered: Language, every: int) -> None:
    texts = [text for text in EXAMPLES if text]

    def with_starts() -> list[Doc]:
        docs = [altered.make_doc(text) for text in texts]
        for doc in docs:
            for token in doc:
                token.is_sent_start = token.i % every == 0
        return docs

    found = network(altered).entities(with_starts())

    assert found == by_spacy(altered, with_starts())
    assert found != network(altered).entities([altered.make_doc(text) for text in texts])


def test_words_that_are_remembered_and_words_that_are_not_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "MOST_WORDS", 5)
    fresh = EntityNetwork(pipeline("en"))
    docs = [pipeline("en").make_doc(text) for text in EXAMPLES]

    once, again = fresh.entities(docs), fresh.entities(docs)

    assert once == again == network(pipeline("en")).entities(docs)


def test_no_more_words_are_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "MOST_WORDS", 5)
    nlp = pipeline("en")
    fresh = EntityNetwork(nlp)

    for text in EXAMPLES:
        fresh.entities([nlp.make_doc(text)])

    assert len(fresh._words._keys) == 5


def with_a_beam(nlp: Language) -> None:
    nlp.add_pipe("beam_ner", name="ner").add_label("PERSON")  # type: ignore[attr-defined]  # typed as any component


def with_rules(nlp: Language) -> None:
    nlp.add_pipe("entity_ruler", name="ner")


def with_a_listener(nlp: Language) -> None:
    nlp.add_pipe("tok2vec")
    model = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96, "upstream": "tok2vec"}
    config = {"model": {"tok2vec": model}}
    nlp.add_pipe("ner", config=config).add_label("PERSON")  # type: ignore[attr-defined]  # typed as any component


def with_another_activation(nlp: Language) -> None:
    encode = {"@architectures": "spacy.MishWindowEncoder.v2", "width": 96, "window_size": 1, "depth": 2}
    embed = {
        "@architectures": "spacy.MultiHashEmbed.v2",
        "width": 96,
        "attrs": ["NORM"],
        "rows": [100],
        "include_static_vectors": False,
    }
    model = {"tok2vec": {"@architectures": "spacy.Tok2Vec.v2", "embed": embed, "encode": encode}}
    nlp.add_pipe("ner", config={"model": model}).add_label("PERSON")  # type: ignore[attr-defined]  # as above


@pytest.mark.parametrize("build", [with_a_beam, with_rules, with_a_listener, with_another_activation])
def test_a_recognizer_of_another_form_is_left_to_spacy(build: Any) -> None:
    nlp = spacy.blank("en")
    build(nlp)
    nlp.initialize()

    assert network_of(nlp) is None


def test_names_are_found_by_a_recognizer_of_another_form() -> None:
    nlp = spacy.blank("en")
    rules: Any = nlp.add_pipe("entity_ruler", name="ner")
    rules.add_patterns([{"label": "PERSON", "pattern": "Zed Fairley"}])

    (found,) = find_names(["Here is Zed Fairley."], nlp)

    assert [(each.start, each.end, each.type) for each in found] == [(8, 19, "PERSON")]
