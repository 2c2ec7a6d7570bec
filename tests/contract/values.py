"""What the service under test takes where the document can only describe it; schemathesis loads this file as its hooks.

A model is served or not, a host may be called or not, a moment has passed or not: a schema cannot know. Each narrowing
says why it is needed; all else is made from the published document as it is.
"""

import os
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

import schemathesis
from hypothesis import strategies as st
from schemathesis.generation.meta import TestPhase

from gateway.openapi import operations
from shared.entity_types import COUNTRIES, ENTITY_TYPES
from tests.services.documented import resolved, undocumented_headers

#: A place that takes webhooks.
_WEBHOOK_URL: Final = os.environ["CONTRACT_WEBHOOK_URL"]
#: Jobs that have ended: of a text, of documents, of a file; a delivery of one of them; a key that nobody asks with.
_JOBS: Final = os.environ["CONTRACT_JOBS"].split(",")
_DELIVERY: Final = os.environ["CONTRACT_DELIVERY"]
_KEY_ID: Final = os.environ["CONTRACT_KEY_ID"]
#: The one that all ask with: it must outlive every case.
_OWN_KEY_ID: Final = os.environ["CONTRACT_OWN_KEY_ID"]
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
    **{f"/{name}/properties/countries/anyOf/0/items": {"enum": COUNTRIES} for name in ("Options", "RequestedOptions")},
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
}
#: Cursors that GET /v1/jobs could have given.
_PAGES: Final = ("/v1/jobs", "cursor")
_CURSOR: Final = {"enum": ["MQ", "MTAw"]}
#: What stands in a path where the case has a value that could be one, so that most requests are of things that are
#: there. A pattern alone would seldom name one, and an enumeration would make every other name a wrong one.
_NAMES: Final[Mapping[str, Sequence[str]]] = {
    "job_id": _JOBS,
    "delivery_id": [_DELIVERY],
    "endpoint_id": ["crm", "B-2"],
    "name": ["tickets", "b.2"],
    "key_id": [_KEY_ID],
    "client": ["spare"],
}
_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}", re.ASCII)
_FORMATS: Final = {
    "re2": st.sampled_from(["[A-Z]{2}-[0-9]{4}", r"\bRoom \d+\b", "(?i)ticket [a-z]+"]),
    "cancel-after": st.sampled_from(["60", "90s", "5m", "1h30m"]),
    # A deadline in the past is refused.
    "date-time": st.integers(60, 86_400).map(lambda s: (datetime.now(UTC) + timedelta(seconds=s)).isoformat()),
    # A text file.
    "binary": st.text(st.characters(codec="utf-8", categories=["L", "N", "Zs"]), min_size=1),
}
_NO_KEY_ID: Final = f"ak_{'0' * 16}"
#: With a number before it, it is still one.
_LONGEST_KEY: Final = 245
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
    for _, path, operation in operations(raw_schema):
        for parameter in operation.get("parameters", ()):
            narrowed = _NARROWED_PARAMETERS.get(parameter["name"], parameter["schema"])
            parameter["schema"] = dict(_CURSOR if (path, parameter["name"]) == _PAGES else narrowed)


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """A key of each request's own, for the same key for another body is refused; and names of what is there."""
    key = (case.headers or {}).get("Idempotency-Key")
    if key and len(key) < _LONGEST_KEY:
        quote, rest = ('"', key[1:]) if key.startswith('"') else ("", key)
        case.headers["Idempotency-Key"] = f"{quote}{next(_numbers)}-{rest}"
    for parameter, value in (case.path_parameters or {}).items():
        if value == _OWN_KEY_ID:
            case.path_parameters[parameter] = _NO_KEY_ID
    # A sequence of requests names what it made itself; and what others look for is not deleted.
    if case.meta is None or case.meta.phase.name is TestPhase.STATEFUL or case.method == "DELETE":
        return
    for parameter, value in (case.path_parameters or {}).items():
        if parameter in _NAMES and _NAME.fullmatch(str(value)):
            case.path_parameters[parameter] = _NAMES[parameter][next(_numbers) % len(_NAMES[parameter])]


@schemathesis.check
def documented_headers(context: Any, response: Any, case: Any) -> None:
    """Each header of an answer stands in the document; the built-in check looks the other way round."""
    described = case.operation.definition.raw["responses"].get(str(response.status_code))
    if described is not None and case.method == case.operation.method.upper():
        unknown = undocumented_headers(response.headers, resolved(described, case.operation.schema.raw_schema))
        assert not unknown, f"the document does not have the headers {unknown}"


#: Needs a job that killed its worker as often as it was tried; tests/chaos has some.
_NEVER_DONE: Final = {"POST /v1/dead-letters/{job_id}/replay"}


@schemathesis.check
class EveryOperationIsDone:
    """Each operation succeeds at least once: a run in which some only say no shows little of them."""

    def __init__(self) -> None:
        self._refused: set[str] = set()
        self._done: set[str] = set()

    def after_response(self, _: Any, response: Any, case: Any) -> None:
        self._refused.add(case.operation.label)
        if response.status_code < 300 and case.method == case.operation.method.upper():
            self._done.add(case.operation.label)

    def after_run(self, _: Any) -> None:
        missing = self._refused - self._done - _NEVER_DONE
        assert not missing, f"never done: {sorted(missing)}"
