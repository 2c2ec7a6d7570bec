"""What pydantic's schemas do not say: rules between fields, and of texts, whose faults have words of their own."""

from collections.abc import Mapping
from typing import Any, Final, get_args

from shared.operators import Operator, Replace

OPERATORS: Final = get_args(get_args(Operator)[0])
#: As `check_text` has it: something that is not white space, and no NUL.
_READABLE: Final = {"pattern": r"^[^\u0000]*[^\s\u0000][^\u0000]*$"}
_ONE_OF_TWO: Final = {
    "oneOf": [
        {"required": ["text"], "properties": {"text": {"type": "string"}}},
        {"required": ["documents"], "properties": {"documents": {"type": "array"}}},
    ]
}
_ENTITY_TYPE: Final = {"pattern": "^[A-Z][A-Z0-9_]{0,63}$"}
#: Below the engine's options, with and without a template.
_OPTIONS: Final[Mapping[str, Mapping[str, Any]]] = {
    "/properties/score_thresholds": {"additionalProperties": False},
    "/properties/operators": {"propertyNames": {"anyOf": [{"const": "default"}, _ENTITY_TYPE]}},
}

#: JSON Pointer below `components/schemas` -> what is added there.
SCHEMA_FACTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "/EntitiesRequest/properties/text": _READABLE,
    "/JobRequest": _ONE_OF_TWO,
    "/JobRequest/properties/text/anyOf/0": _READABLE,
    "/DeanonymizeRequest": _ONE_OF_TWO,
    "/DeanonymizeRequest/properties/text/anyOf/0": _READABLE,
    # A file is put together again by code points.
    "/FileJobRequest/properties/options": {"properties": {"offset_unit": {"const": "codepoint"}}},
    **{f"/{name}{place}": fact for name in ("Options", "RequestedOptions") for place, fact in _OPTIONS.items()},
    # An operator is told by its name.
    **{f"/{operator.__name__}": {"required": ["name"]} for operator in OPERATORS if operator is not Replace},
    "/Replace": {
        "required": ["name"],
        "not": {
            "required": ["value", "numbered"],
            "properties": {"value": {"type": "string"}, "numbered": {"const": True}},
        },
    },
    "/JobWebhook/properties/url": {"format": "uri"},
    "/EndpointRequest/properties/url": {"format": "uri"},
}


def add_facts(schemas: dict[str, Any]) -> None:
    """Puts them into the schemas. Raises KeyError where one has lost its place."""
    for pointer, fact in SCHEMA_FACTS.items():
        place: Any = schemas
        for step in pointer[1:].split("/"):
            place = place[int(step) if isinstance(place, list) else step]
        place.update(fact)
