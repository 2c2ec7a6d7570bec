"""The catalogue and the tables tell the same story."""

import pytest

from shared.entity_types import ENTITY_TYPES, SPACY_LABELS, EntityType
from worker.detection.patterns import find_patterns
from worker.detection.recognizers import TABLES

_TABLES_BY_TYPE = {
    name: {table.name for table in TABLES for row in table.rows if row.type == name} for name in ENTITY_TYPES
}


def test_every_type_of_a_table_is_in_the_catalogue() -> None:
    assert {row.type for table in TABLES for row in table.rows} <= set(ENTITY_TYPES)


def test_every_type_has_a_table_or_a_label_of_a_model() -> None:
    labels = set(SPACY_LABELS.values())
    for entry in ENTITY_TYPES.values():
        by_model = "spacy" in entry.recognizers
        assert _TABLES_BY_TYPE[entry.name] or by_model, entry.name
        assert not (by_model and entry.is_default) or entry.name in labels, entry.name


@pytest.mark.parametrize("entry", ENTITY_TYPES.values(), ids=lambda entry: entry.name)
def test_the_catalogue_names_just_the_tables_that_find_a_type(entry: EntityType) -> None:
    assert set(entry.recognizers) - {"spacy"} == _TABLES_BY_TYPE[entry.name]


@pytest.mark.parametrize(
    ("name", "example"),
    [(entry.name, example) for entry in ENTITY_TYPES.values() for example in entry.examples],
)
def test_every_example_is_found_with_all_types_asked_for(name: str, example: str) -> None:
    languages = ENTITY_TYPES[name].languages
    scores = [
        span.score for language in languages for span in find_patterns(example, language, None) if span.type == name
    ]
    assert max(scores, default=0.0) >= ENTITY_TYPES[name].threshold


@pytest.mark.parametrize("entry", ENTITY_TYPES.values(), ids=lambda entry: entry.name)
def test_a_type_that_a_table_finds_has_an_example(entry: EntityType) -> None:
    assert bool(entry.examples) == bool(_TABLES_BY_TYPE[entry.name])


def test_row_names_are_unique_within_their_table_and_type() -> None:
    for table in TABLES:
        names = [(row.type, row.name) for row in table.rows]
        assert len(names) == len(set(names)), table.name


def test_scores_are_probabilities() -> None:
    assert all(0.0 < row.score < 1.0 for table in TABLES for row in table.rows)
