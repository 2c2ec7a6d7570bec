"""docs/entity-types.md."""

from collections.abc import Iterator
from typing import Final

from shared.entity_types import COUNTRIES, DEFAULT_THRESHOLD, ENTITY_TYPES, SPACY_LABELS
from worker.catalogue.table import code, table
from worker.detection.recognizers import TABLES

_HEAD: Final = """# Entity types

Made by `make docs` from `shared/entity_types.py` and the recognizers' tables. A running service gives the same as
JSON: `GET /v1/entity-types`. `options.entity_types` names those that are looked for; without it, all but those [on
request](#on-request).

A span that scores less than its type's threshold is dropped; it is {threshold} unless the table says otherwise, and
`options.score_thresholds` sets another ([what a score is](engine.md#scores)). Where a type has countries, its
values are a country's own, and `options.countries` chooses among them: {countries}.
"""
_FORMS: Final = """
## Forms

What the tables of `worker/detection/recognizers/` know. Score: of the form alone, before its check, context words
and the rest of [the evidence](engine.md#scores) count; so a row with a low one is found only where something speaks
for it. Names, places and organisations are found by spaCy's models too, whose labels become ours: {labels}; others
keep their name.
"""


def page() -> str:
    """In Markdown."""
    labels = ", ".join(f"{code(theirs)} {code(ours)}" for theirs, ours in SPACY_LABELS.items() if theirs != ours)
    parts = [
        _HEAD.format(threshold=DEFAULT_THRESHOLD, countries=", ".join(COUNTRIES)),
        "## By default\n",
        *table(_COLUMNS, _types(is_default=True)),
        "\n## On request\n",
        "Labels of the models that identify nobody by themselves.\n",
        *table(_COLUMNS, _types(is_default=False)),
        _FORMS.format(labels=labels),
        *table(("type", "recognizer", "form", "countries", "language", "check", "score", "specified in"), _forms()),
    ]
    return "\n".join(parts) + "\n"


_COLUMNS: Final = ("type", "what", "languages", "countries", "found by", "threshold", "examples")


def _types(*, is_default: bool) -> Iterator[tuple[str, ...]]:
    for each in ENTITY_TYPES.values():
        if each.is_default is is_default:
            yield (
                code(each.name),
                each.description,
                ", ".join(each.languages),
                ", ".join(each.countries),
                ", ".join(each.recognizers),
                "" if each.threshold == DEFAULT_THRESHOLD else str(each.threshold),
                ", ".join(map(code, each.examples)),
            )


def _forms() -> Iterator[tuple[str, ...]]:
    rows = [(row, table_) for table_ in TABLES for row in table_.rows]
    names = list(ENTITY_TYPES)
    for row, family in sorted(rows, key=lambda each: names.index(each[0].type)):
        yield (
            code(row.type),
            family.name,
            row.name,
            "by prefix" if row.countries_of else ", ".join(family.countries_of(row)),
            row.language or "",
            row.check.name if row.check else "",
            f"{row.score:g}",
            row.source,
        )
