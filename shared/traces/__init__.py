"""Traces of requests through gateway, queue, worker and courier (docs/traces.md).

What stands here makes none, at no cost; `opening.py` gives the kind that does where TRACES_URL is set.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from enum import StrEnum
from typing import Final

#: Ids, counts, names of our own: never text, and no path, query, header or address.
Attributes = Mapping[str, str | int | float | bool]
#: As the parent of a span: a trace of its own.
NEW_TRACE: Final = ""


class Kind(StrEnum):
    """As OpenTelemetry has them."""

    INTERNAL = "INTERNAL"
    SERVER = "SERVER"
    CLIENT = "CLIENT"
    PRODUCER = "PRODUCER"
    CONSUMER = "CONSUMER"


class Span:
    """One that nobody records."""

    __slots__ = ()

    @property
    def traceparent(self) -> str | None:
        """What the next process goes on from (W3C Trace Context); None: nothing is recorded."""
        return None

    @property
    def trace_id(self) -> str | None:
        return None

    def name(self, name: str) -> None:
        """Another name than the one it began with."""

    def note(self, attributes: Attributes) -> None:
        """More of what is known of it."""

    def fail(self, kind: str) -> None:
        """It went wrong; `kind`: a problem type or the name of an exception's class."""

    def end(self) -> None:
        """Of one that was begun by `Traces.begin`."""


def end_with(span: Span, kind: type[BaseException] | None, _error: object, _trace: object) -> None:
    """For ExitStack.push: the span ends, and failed where something was raised."""
    if kind is not None:
        span.fail(kind.__name__)
    span.end()


class Traces:
    """Those of a process that makes none."""

    is_on = False

    def span(
        self, name: str, kind: Kind = Kind.INTERNAL, *, parent: str | None = None, attributes: Attributes | None = None
    ) -> AbstractContextManager[Span]:
        """A span that others are made within. `parent`: a traceparent, NEW_TRACE, or None: the current span."""
        del name, kind, parent, attributes
        return _NOTHING

    def begin(
        self,
        name: str,
        kind: Kind = Kind.INTERNAL,
        *,
        parent: str,
        attributes: Attributes,
        links: Sequence[str] = (),
        start_ms: int | None = None,
    ) -> Span:
        """A span that nothing is within, until its `end`. `links`: traceparents of others that it belongs to."""
        del name, kind, parent, attributes, links, start_ms
        return _NO_SPAN

    def tell(
        self, name: str, start_ms: int, end_ms: int, *, parent: str, attributes: Attributes, failure: str | None = None
    ) -> None:
        """A span that is over already."""

    @contextmanager
    def within(self, span: Span) -> Iterator[None]:
        """What is made here is within `span`; and `stage` makes spans of these traces."""
        del span
        yield

    def close(self) -> None:
        """Send what waits, for at most a few seconds."""


_NO_SPAN: Final = Span()
_NOTHING: Final = nullcontext(_NO_SPAN)
OFF: Final = Traces()
#: What `stage` makes spans of. A variable of the context and no parameter: detection takes texts and options alone.
CURRENT: Final[ContextVar[Traces]] = ContextVar("traces", default=OFF)


def stage(name: str) -> AbstractContextManager[Span]:
    """A step of the work at hand, where that is traced."""
    return CURRENT.get().span(name)
