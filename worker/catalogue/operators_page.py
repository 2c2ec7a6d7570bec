"""docs/operators.md."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args

from shared.entity_types import ENTITY_TYPES
from shared.operators import Operator
from worker.catalogue.examples import found, replacement, value_of, written
from worker.catalogue.table import code, table

_HEAD: Final = """# Operators

Made by `make docs` from `shared/operators.py` and from what the code does with the examples of
`shared/entity_types.py`.

What becomes of a value that was found. `options.operators` names one by entity type, and `default` serves the rest:
`{"default": {"name": "replace"}, "PERSON": {"name": "pseudonym"}, "IBAN_CODE": {"name": "mask", "count": 18}}`.
Unknown names and parameters are a 422. `options.scope` (`document`, `job`, `client`) is within what equal values
agree.
"""
_UNABLE: Final = """
Where an operator cannot do its work (a date that nobody can read, a type without a coarser form), `<TYPE>` is
written, and the entity's `operator` says `replace`; a `pseudonym` of a type without any is a numbered placeholder.
After all is written the output is searched for the originals: `residual`. The reasons behind pseudonyms: [decision
5](decisions/0005-pseudonyms.md); `encrypt` is taken back by `POST /v1/deanonymize` ([API](api.md)).
"""
#: In the catalogue's own words, so that it is found without a model.
_SENTENCE: Final = (
    "Mrs Ann Field, aged 45, wrote on 12 January 2004: jane.doe@example.com, +44 20 7946 0958. Mrs Field left."
)
_KEEP: Final = {"name": "keep"}
_SHOWN: Final[tuple[Mapping[str, object], ...]] = (
    {"default": {"name": "replace"}},
    {"default": {"name": "replace", "numbered": True}},
    {"default": {"name": "replace", "value": "[...]"}},
    {"default": {"name": "mask"}},
    {"default": {"name": "mask", "character": "#", "count": 4}},
    {"default": {"name": "redact"}},
    {"default": _KEEP, "PERSON": {"name": "hash"}},
    {"default": _KEEP, "PERSON": {"name": "encrypt"}},
    {"default": {"name": "pseudonym"}},
    {"default": _KEEP, "DATE_TIME": {"name": "date_shift"}},
    {"default": _KEEP, "DATE_TIME": {"name": "generalize"}, "AGE": {"name": "generalize", "age_band_years": 5}},
)
#: JSON Schema's type -> in words.
_KINDS: Final = {
    "boolean": "true or false",
    "integer": "from {minimum}",
    "string": "a text of at most {maxLength} characters",
}
#: Those that know a type's own form.
_BY_FORM: Final = ("pseudonym", "date_shift", "generalize")


def page() -> str:
    """In Markdown."""
    parts = [
        _HEAD,
        *table(("operator", "what it writes"), ((code(name), each.__doc__ or "") for name, each in _operators())),
        "\n## Parameters\n",
        *table(("operator", "parameter", "values", "default", "meaning"), _parameters()),
        _UNABLE,
        "## One sentence\n",
        f"`{_SENTENCE}`\n",
        *table(("operators", "becomes"), _sentences()),
        "\n## By type\n",
        "What the operators that know a type's own form write for an example; empty: they cannot, see above.\n",
        *table(("type", "value", *map(code, _BY_FORM)), _by_type()),
    ]
    return "\n".join(parts) + "\n"


def _operators() -> Iterator[tuple[str, Any]]:
    for each in get_args(get_args(Operator)[0]):
        yield each.model_fields["name"].default, each


def _parameters() -> Iterator[tuple[str, ...]]:
    for operator, each in _operators():
        for name, schema in each.model_json_schema()["properties"].items():
            if name != "name":
                default = "" if schema["default"] is None else code(json.dumps(schema["default"]))
                yield code(operator), code(name), _values(schema), default, schema["description"]


def _values(schema: Mapping[str, Any]) -> str:
    schema = next((each for each in schema.get("anyOf", ()) if each["type"] != "null"), schema)
    if "enum" in schema:
        return " or ".join(map(code, schema["enum"]))
    if "maximum" in schema:
        return f"{schema['minimum']} to {schema['maximum']}"
    if schema.get("maxLength") == 1:
        return "one character"
    return _KINDS[schema["type"]].format(**schema)


def _sentences() -> Iterator[tuple[str, ...]]:
    spans = found(_SENTENCE)
    for operators in _SHOWN:
        yield code(json.dumps(operators)), code(written(_SENTENCE, spans, operators))


def _by_type() -> Iterator[tuple[str, ...]]:
    for entry in ENTITY_TYPES.values():
        example = value_of(entry)
        if example is not None:
            text, span, _ = example
            made = (replacement(entry, name) for name in _BY_FORM)
            yield code(entry.name), code(text[span.start : span.end]), *(code(each) if each else "" for each in made)
