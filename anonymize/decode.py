"""JSON of the service into dataclasses; unknown fields are left out, so that a newer service breaks no client."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from anonymize.errors import UnexpectedAnswer

Value = TypeVar("Value")
_Reader = Callable[[Any], Any]


def decoded(kind: type[Value], value: object) -> Value:
    """Raises UnexpectedAnswer, without what was there."""
    reader: _Reader = _reader(cast(Any, kind))
    result: Value = reader(value)
    return result


@cache
def _reader(kind: Any) -> _Reader:
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any:
        read: _Reader = _as_it_is
    elif origin is UnionType:
        read = _or_none(_reader(next(each for each in arguments if each is not NoneType)))
    elif origin is tuple:
        read = _many(_reader(arguments[0]))
    elif is_dataclass(kind):
        read = _record(kind)
    elif kind is datetime:
        read = _made(datetime.fromisoformat, str)
    elif isinstance(kind, type) and issubclass(kind, StrEnum):
        read = _made(kind, str)
    elif kind is float:
        read = _made(float, int | float)
    else:
        read = _checked(dict if origin is not None else kind)
    return read


def _as_it_is(value: Any) -> Any:
    return value


def _or_none(inner: _Reader) -> _Reader:
    return lambda value: None if value is None else inner(value)


def _checked(kind: Any) -> _Reader:
    def read(value: Any) -> Any:
        # bool is a kind of int, and never meant as one.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise _unexpected(kind)
        return value

    return read


def _made(make: Callable[[Any], Any], kind: Any) -> _Reader:
    check = _checked(kind)

    def read(value: Any) -> Any:
        try:
            return make(check(value))
        except ValueError:
            raise _unexpected(make) from None

    return read


def _many(inner: _Reader) -> _Reader:
    check = _checked(list)
    return lambda value: tuple(inner(each) for each in check(value))


def _record(kind: Any) -> _Reader:
    hints = get_type_hints(kind)
    rows = [
        (each.name, _reader(hints[each.name]), each.default is MISSING and each.default_factory is MISSING)
        for each in fields(kind)
    ]

    def read(value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise _unexpected(kind)
        found = {}
        for name, inner, is_required in rows:
            if name in value:
                found[name] = inner(value[name])
            elif is_required:
                raise UnexpectedAnswer(f"the answer is not this service's: {kind.__name__} without {name}")
        return kind(**found)

    return read


def _unexpected(kind: Any) -> UnexpectedAnswer:
    return UnexpectedAnswer(f"the answer is not this service's: no {getattr(kind, '__name__', kind)} where one belongs")
