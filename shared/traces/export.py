"""Traces by OpenTelemetry, sent as OTLP over HTTP. Spans are made by hand: ready-made instrumentation records paths,
queries, statements of the store, and messages of exceptions."""

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.traces import CURRENT, NEW_TRACE, Attributes, Kind, Span, Traces, end_with

#: A process that ends waits so long for a collector.
_CLOSE_S: Final = 2.0
_NS_PER_MS: Final = 1_000_000
_W3C: Final = TraceContextTextMapPropagator()


class ExportedSpan(Span):
    __slots__ = ("recorded",)

    def __init__(self, recorded: trace.Span) -> None:
        self.recorded = recorded

    @property
    def traceparent(self) -> str:
        context = self.recorded.get_span_context()
        return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"

    @property
    def trace_id(self) -> str:
        return f"{self.recorded.get_span_context().trace_id:032x}"

    def name(self, name: str) -> None:
        self.recorded.update_name(name)

    def note(self, attributes: Attributes) -> None:
        self.recorded.set_attributes(attributes)

    def fail(self, kind: str) -> None:
        self.recorded.set_attribute("error.type", kind)
        self.recorded.set_status(Status(StatusCode.ERROR))

    def end(self) -> None:
        self.recorded.end()


class ExportedTraces(Traces):
    """Sends in batches from a thread, which begins with the first span of a process: it may be made before a fork."""

    is_on = True

    def __init__(self, url: str, service: str) -> None:
        self._url = endpoint_of(url)
        self._service = service
        self._lock = threading.Lock()
        self._process_id = 0
        self._provider: TracerProvider | None = None
        # Kept: to ask the provider for it takes as long as to make a span.
        self._tracer: trace.Tracer = trace.NoOpTracer()

    @contextmanager
    def span(
        self, name: str, kind: Kind = Kind.INTERNAL, *, parent: str | None = None, attributes: Attributes | None = None
    ) -> Iterator[Span]:
        span = self._start(name, kind, None if parent is None else _context_of(parent), attributes)
        with ExitStack() as undo:
            undo.push(partial(end_with, span))
            undo.enter_context(self.within(span))
            yield span

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
        return self._start(name, kind, _context_of(parent), attributes, links, start_ms)

    def tell(
        self, name: str, start_ms: int, end_ms: int, *, parent: str, attributes: Attributes, failure: str | None = None
    ) -> None:
        span = self._start(name, Kind.INTERNAL, _context_of(parent), attributes, (), start_ms)
        if failure is not None:
            span.fail(failure)
        span.recorded.end(end_ms * _NS_PER_MS)

    @contextmanager
    def within(self, span: Span) -> Iterator[None]:
        token = CURRENT.set(self)
        try:
            if not isinstance(span, ExportedSpan):
                yield
                return
            # Its own way to record what was raised would write the message and the traceback down.
            with trace.use_span(span.recorded, record_exception=False, set_status_on_exception=False):
                yield
        finally:
            CURRENT.reset(token)

    def close(self) -> None:
        with self._lock:
            provider, self._provider = self._provider, None
        if provider is None or self._process_id != os.getpid():
            return
        # Its own limit is 30 s, which nobody can set.
        ending = threading.Thread(target=provider.shutdown, name="traces", daemon=True)
        ending.start()
        ending.join(_CLOSE_S)

    def _start(
        self,
        name: str,
        kind: Kind,
        context: Context | None,
        attributes: Attributes | None,
        links: Sequence[str] = (),
        start_ms: int | None = None,
    ) -> ExportedSpan:
        linked = [trace.get_current_span(_context_of(each)).get_span_context() for each in links]
        recorded = self._tracer_here().start_span(
            name,
            context,
            SpanKind[kind],
            attributes,
            [Link(each) for each in linked if each.is_valid],
            None if start_ms is None else start_ms * _NS_PER_MS,
        )
        return ExportedSpan(recorded)

    def _tracer_here(self) -> trace.Tracer:
        with self._lock:
            if self._provider is None or self._process_id != os.getpid():
                self._provider, self._process_id = self._new_provider(), os.getpid()
                self._tracer = self._provider.get_tracer("anonymization-api")
            return self._tracer

    def _new_provider(self) -> TracerProvider:
        # Ended by `close`: at the exit of Python it would wait for 30 s.
        provider = TracerProvider(resource=Resource.create({"service.name": self._service}), shutdown_on_exit=False)
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(self._url)))
        return provider


def endpoint_of(url: str) -> str:
    """As OpenTelemetry has it: a collector takes traces at /v1/traces, where its URL does not say another place."""
    return url if urlsplit(url).path.strip("/") else url.rstrip("/") + "/v1/traces"


def _context_of(traceparent: str) -> Context:
    """Of the traceparent alone: what a client puts into tracestate or baggage goes no further."""
    if traceparent == NEW_TRACE:
        return Context()
    return _W3C.extract({"traceparent": traceparent}, Context())
