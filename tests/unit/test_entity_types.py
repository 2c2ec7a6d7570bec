"""The catalogue and the tables tell the same story."""

import pytest

from shared.entity_types import ENTITY_TYPES, SPACY_LABELS, EntityType
from tests.unit.finding import found_without_model
from worker.detection.phone_numbers import COUNTRIES as PHONE_COUNTRIES
from worker.detection.propagation import NAMED
from worker.detection.recognizers import TABLES
from worker.detection.right_types import UNSURE

_TABLES_BY_TYPE = {
    name: {table.name for table in TABLES for row in table.rows if row.type == name} for name in ENTITY_TYPES
}
#: Recognizers that are no tables, by the types that they find.
_RULES = {"name_forms": {"PERSON", "ORGANIZATION"}, "nationalities": {"NRP"}, "amounts": {"MONEY"}}
#: What repeats a value that something else found: names, and codes of one shape.
_REPEATED = NAMED | {"ID_CODE"}


def _recognizers_of(name: str) -> set[str]:
    """All recognizer names that a span of the type can carry, but for "spacy"."""
    found = _TABLES_BY_TYPE[name] | {rule for rule, types in _RULES.items() if name in types}
    return found | ({"propagation"} if name in _REPEATED else set())


def test_every_type_of_a_table_is_in_the_catalogue() -> None:
    assert {row.type for table in TABLES for row in table.rows} <= set(ENTITY_TYPES)


def test_every_type_has_a_recognizer() -> None:
    labels = {*SPACY_LABELS.values(), *_LABELS_OF_THE_MODELS}
    for entry in ENTITY_TYPES.values():
        by_model = "spacy" in entry.recognizers
        assert _recognizers_of(entry.name) or by_model, entry.name
        assert not by_model or entry.name in labels, entry.name


#: Of en_core_web and fr_core_news, where they keep their name.
_LABELS_OF_THE_MODELS = frozenset(
    "MONEY QUANTITY CARDINAL ORDINAL PERCENT LAW EVENT PRODUCT WORK_OF_ART LANGUAGE MISC".split()
)


@pytest.mark.parametrize("entry", ENTITY_TYPES.values(), ids=lambda entry: entry.name)
def test_the_catalogue_names_just_the_recognizers_that_its_spans_carry(entry: EntityType) -> None:
    # A name keeps its recognizer when it turns out to be of another type.
    own = {entry.name} | (UNSURE if entry.name in UNSURE else set())
    assert set(entry.recognizers) - {"spacy"} == set().union(*map(_recognizers_of, own))


@pytest.mark.parametrize(
    ("name", "example"),
    [(entry.name, example) for entry in ENTITY_TYPES.values() for example in entry.examples],
)
def test_every_example_is_found_without_a_model(name: str, example: str) -> None:
    spans = [span for language in ENTITY_TYPES[name].languages for span in found_without_model(example, name, language)]
    assert spans
    assert {span.recognizer for span in spans} <= set(ENTITY_TYPES[name].recognizers)


@pytest.mark.parametrize("entry", ENTITY_TYPES.values(), ids=lambda entry: entry.name)
def test_a_type_that_is_found_without_a_model_has_an_example(entry: EntityType) -> None:
    assert bool(entry.examples) == bool(_recognizers_of(entry.name))


@pytest.mark.parametrize("entry", ENTITY_TYPES.values(), ids=lambda entry: entry.name)
def test_the_catalogue_names_just_the_countries_that_the_tables_have(entry: EntityType) -> None:
    rows = [(table, row) for table in TABLES for row in table.rows if row.type == entry.name]
    countries = {country for table, row in rows for country in table.countries_of(row)}
    assert set(entry.countries) == countries | (PHONE_COUNTRIES if any(row.countries_of for _, row in rows) else set())


def test_money_is_hidden_by_default_in_both_languages() -> None:
    assert ENTITY_TYPES["MONEY"].is_default
    assert ENTITY_TYPES["MONEY"].languages == ("en", "fr")


def test_row_names_are_unique_within_their_table_and_type() -> None:
    for table in TABLES:
        names = [(row.type, row.name) for row in table.rows]
        assert len(names) == len(set(names)), table.name


def test_scores_are_probabilities() -> None:
    assert all(0.0 < row.score < 1.0 for table in TABLES for row in table.rows)
