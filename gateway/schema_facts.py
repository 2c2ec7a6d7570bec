"""What pydantic's schemas do not say of requests: rules between fields, and what only a running service can judge.

A `format` without a standard (RFC 8927 and JSON Schema leave such names to us) says where to look values up; a client
that does not know it reads a string.
"""

from collections.abc import Mapping
from typing import Any, Final

#: As `check_text` has it: something that is not white space, and no NUL.
_READABLE: Final = {"pattern": r"^[^\u0000]*[^\s\u0000][^\u0000]*$"}
_LANGUAGE: Final = {"format": "served-language"}
_SIZE: Final = {"format": "served-model-size"}
_ENTITY_TYPE: Final = {"format": "entity-type"}
_NAMED_TYPES: Final = {"propertyNames": _ENTITY_TYPE, "additionalProperties": False}
_ONE_OF_TWO: Final = {
    "oneOf": [
        {"required": ["text"], "properties": {"text": {"type": "string"}}},
        {"required": ["documents"], "properties": {"documents": {"type": "array"}}},
    ]
}
#: Below the engine's options, with and without a template.
_OPTIONS: Final[Mapping[str, Mapping[str, Any]]] = {
    "/properties/entity_types/anyOf/0/items": _ENTITY_TYPE,
    "/properties/score_thresholds": _NAMED_TYPES,
    "/properties/operators": {"propertyNames": {"anyOf": [{"const": "default"}, _ENTITY_TYPE]}},
}

#: JSON Pointer below `components/schemas` -> what is added there.
SCHEMA_FACTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "/EntitiesRequest/properties/text": _READABLE,
    "/EntitiesRequest/properties/model_language": _LANGUAGE,
    "/EntitiesRequest/properties/model_size": _SIZE,
    "/JobRequest": _ONE_OF_TWO,
    "/JobRequest/properties/text/anyOf/0": _READABLE,
    "/DeanonymizeRequest": _ONE_OF_TWO,
    "/DeanonymizeRequest/properties/text/anyOf/0": _READABLE,
    **{f"/{name}/properties/language": _LANGUAGE for name in ("JobRequest", "FileJobRequest")},
    **{f"/{name}/properties/model_size": _SIZE for name in ("JobRequest", "FileJobRequest")},
    **{f"/{name}{place}": fact for name in ("Options", "RequestedOptions") for place, fact in _OPTIONS.items()},
    "/CustomRecognizer/properties/pattern": {"format": "re2"},
    "/Replace": {
        "not": {
            "required": ["value", "numbered"],
            "properties": {"value": {"type": "string"}, "numbered": {"const": True}},
        }
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
