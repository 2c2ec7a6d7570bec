"""What the service under test takes where the document can only describe it; schemathesis loads this file as its hooks.

A model is served or not, a host may be called or not, a moment has passed or not: a schema cannot know. Each narrowing
says why it is needed; all else is made from the published document as it is.
"""

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

import schemathesis
from hypothesis import strategies as st

from shared.entity_types import ENTITY_TYPES

#: A place that takes webhooks.
_WEBHOOK_URL: Final = os.environ["CONTRACT_WEBHOOK_URL"]
#: The stack's worker serves these, and knows how to tell them apart.
_LANGUAGE: Final = {"enum": ["en", "fr", "auto"]}
_SIZE: Final = {"enum": ["sm"]}
#: The catalogue's, or one that `deny` or `recognizers` of the same request name.
_TYPES: Final = sorted(ENTITY_TYPES)
_URL: Final = {"enum": [_WEBHOOK_URL, f"{_WEBHOOK_URL}/hook?of=contract"]}

#: JSON Pointer below `components/schemas` -> what stands there instead.
_NARROWED: Final[Mapping[str, Mapping[str, Any]]] = {
    "/EntitiesRequest/properties/model_language": _LANGUAGE,
    "/EntitiesRequest/properties/model_size": _SIZE,
    **{f"/{name}/properties/language": _LANGUAGE for name in ("JobRequest", "FileJobRequest")},
    **{f"/{name}/properties/model_size": _SIZE for name in ("JobRequest", "FileJobRequest")},
    **{f"/{name}/properties/entity_types/anyOf/0/items": {"enum": _TYPES} for name in ("Options", "RequestedOptions")},
    **{
        f"/{name}/properties/operators/propertyNames": {"enum": ["default", *_TYPES]}
        for name in ("Options", "RequestedOptions")
    },
    **{
        f"/{name}/properties/score_thresholds/patternProperties": {
            f"^({'|'.join(_TYPES)})$": {"type": "number", "minimum": 0, "maximum": 1}
        }
        for name in ("Options", "RequestedOptions")
    },
    # RE2's dialect, and no pattern that matches nothing.
    "/CustomRecognizer/properties/pattern": {"type": "string", "format": "re2"},
    "/JobWebhook/properties/url": _URL,
    "/EndpointRequest/properties/url": _URL,
    # The options of csv and json; what is sent is the document's own example of a name, a .txt.
    "/FileJobRequest/properties/file": {"type": "object", "maxProperties": 0},
}
#: As above, for parameters, by their names.
_NARROWED_PARAMETERS: Final[Mapping[str, Mapping[str, Any]]] = {
    # From a second to 30 days, which the pattern cannot say.
    "Cancel-After": {"type": "string", "format": "cancel-after"},
    "cursor": {"enum": ["MQ", "MTAw"]},
}
_FORMATS: Final = {
    "re2": st.sampled_from(["[A-Z]{2}-[0-9]{4}", r"\bRoom \d+\b", "(?i)ticket [a-z]+"]),
    "cancel-after": st.sampled_from(["60", "90s", "5m", "1h30m"]),
    # A deadline in the past is refused.
    "date-time": st.integers(60, 86_400).map(lambda s: (datetime.now(UTC) + timedelta(seconds=s)).isoformat()),
    # A text file.
    "binary": st.text(st.characters(codec="utf-8", categories=["L", "N", "Zs"]), min_size=1),
}
_numbers = count()

for _name, _values in _FORMATS.items():
    schemathesis.openapi.format(_name, _values)


@schemathesis.hook
def before_load_schema(context: Any, raw_schema: dict[str, Any]) -> None:
    for pointer, schema in _NARROWED.items():
        *steps, last = pointer[1:].split("/")
        place: Any = raw_schema["components"]["schemas"]
        for step in steps:
            place = place[int(step) if isinstance(place, list) else step]
        assert last in place, f"the document has no {pointer} any more"
        place[last] = dict(schema)
    for operation in (each for methods in raw_schema["paths"].values() for each in methods.values()):
        for parameter in operation.get("parameters", ()):
            parameter["schema"] = dict(_NARROWED_PARAMETERS.get(parameter["name"], parameter["schema"]))


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """A key of each request's own: the same key for another body is refused."""
    key = (case.headers or {}).get("Idempotency-Key")
    if key and not key.startswith('"'):
        case.headers["Idempotency-Key"] = f"{next(_numbers)}-{key}"[:255]
