"""The operators: a table from name to function. One that cannot do its work gives None, and `<TYPE>` is written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from shared import operators as parameters
from shared.operators import Operator
from shared.options import Options
from worker.anonymization import placeholders
from worker.anonymization.date_reading import Convention, convention_of
from worker.anonymization.dates import shift_dates
from worker.anonymization.encrypt import encrypt
from worker.anonymization.generalize import generalize
from worker.anonymization.identities import Occurrence
from worker.anonymization.pseudonyms.assign import Pseudonyms, assign
from worker.anonymization.scope import KeysByDocument, ScopeKeys, keyed_digest, keyed_number

#: Digits of a number that must agree between jobs without a register: 10,000 values collide with p < 1e-7.
_CLIENT_NUMBER_SIZE = 10**15


@dataclass(frozen=True, slots=True)
class Setting:
    """What is settled for the whole job before the first replacement is written."""

    #: By document.
    keys: Mapping[int, ScopeKeys]
    #: By document: which comes first in "03/04/2004".
    conventions: tuple[Convention, ...]
    pseudonyms: Pseudonyms


def prepare(
    occurrences: Sequence[Sequence[Occurrence]], options: Options, keys: ScopeKeys, languages: Sequence[str]
) -> Setting:
    """Whatever must know all documents at once: the conventions of dates and who gets which pseudonym."""
    by_document = KeysByDocument(keys)
    conventions = tuple(
        convention_of((each.text for each in row if each.type == "DATE_TIME"), language)
        for row, language in zip(occurrences, languages, strict=True)
    )
    asking = {name for name, operator in options.operators.items() if isinstance(operator, parameters.Pseudonym)}
    named = set(options.operators)
    hidden = [
        [each for each in row if each.type in asking or ("default" in asking and each.type not in named)]
        for row in occurrences
    ]
    return Setting(by_document, conventions, assign(hidden, by_document, conventions))


def apply(operator: Operator, occurrence: Occurrence, setting: Setting) -> tuple[str, str]:
    """The name of the operator that was applied in the end, and what it wrote."""
    written = OPERATORS[operator.name](operator, occurrence, setting)
    if written is None:
        return parameters.Replace().name, placeholders.typed(occurrence.type)
    return operator.name, written


def _mask(operator: parameters.Mask, occurrence: Occurrence, _setting: Setting) -> str:
    text = occurrence.text
    count = len(text) if operator.count is None else min(operator.count, len(text))
    masked = operator.character * count
    return text[: len(text) - count] + masked if operator.from_end else masked + text[count:]


def _replace(operator: parameters.Replace, occurrence: Occurrence, setting: Setting) -> str:
    if operator.value is not None:
        return operator.value
    if not operator.numbered:
        return placeholders.typed(occurrence.type)
    return _numbered(occurrence, setting)


def _numbered(occurrence: Occurrence, setting: Setting) -> str:
    keys, identity = setting.keys[occurrence.document], occurrence.identity
    number = identity.number
    if keys.scope == "client":
        number = keyed_number(keys.hash, "number", identity.type, identity.key) % _CLIENT_NUMBER_SIZE
    return placeholders.numbered(occurrence.type, number)


def _redact(_operator: object, _occurrence: Occurrence, _setting: Setting) -> str:
    return ""


def _hash(_operator: object, occurrence: Occurrence, setting: Setting) -> str:
    key = setting.keys[occurrence.document].hash
    return placeholders.hashed(occurrence.type, keyed_digest(key, "hash", occurrence.type, occurrence.identity.key))


def _encrypt(_operator: object, occurrence: Occurrence, setting: Setting) -> str:
    return encrypt(occurrence.text, occurrence.type, setting.keys[occurrence.document])


def _pseudonym(_operator: object, occurrence: Occurrence, setting: Setting) -> str:
    made = setting.pseudonyms.of(occurrence)
    # A type without pseudonyms still must not mix two values.
    return made if made is not None else _numbered(occurrence, setting)


def _date_shift(operator: parameters.DateShift, occurrence: Occurrence, setting: Setting) -> str | None:
    days = shift_days(setting.keys[occurrence.document], operator.max_days)
    return shift_dates(occurrence.text, days, setting.conventions[occurrence.document])


def shift_days(keys: ScopeKeys, max_days: int) -> int:
    """The scope's shift: from `max_days` back to `max_days` ahead, never none."""
    number = keyed_number(keys.date, "shift", str(max_days)) % (2 * max_days)
    return number - max_days if number < max_days else number - max_days + 1


def _generalize(operator: parameters.Generalize, occurrence: Occurrence, setting: Setting) -> str | None:
    return generalize(occurrence, operator, setting.conventions[occurrence.document])


def _keep(_operator: object, occurrence: Occurrence, _setting: Setting) -> str:
    return occurrence.text


#: Each function takes the parameters of its own operator.
OPERATORS: Mapping[str, Callable[[Any, Occurrence, Setting], str | None]] = MappingProxyType(
    {
        "mask": _mask,
        "replace": _replace,
        "redact": _redact,
        "hash": _hash,
        "encrypt": _encrypt,
        "pseudonym": _pseudonym,
        "date_shift": _date_shift,
        "generalize": _generalize,
        "keep": _keep,
    }
)
