"""A collector of OpenTelemetry traces: an HTTP server on 127.0.0.1 that takes OTLP's protobuf."""

import gzip
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1 import trace_pb2


@dataclass(frozen=True, slots=True)
class CollectedSpan:
    service: str
    name: str
    kind: str
    trace_id: str
    id: str
    #: "" of the first one of a trace.
    parent_id: str
    #: Ids of spans.
    links: tuple[str, ...]
    start_ns: int
    end_ns: int
    attributes: Mapping[str, object]
    is_error: bool
    events: int

    def is_within(self, other: "CollectedSpan") -> bool:
        return (self.trace_id, self.parent_id) == (other.trace_id, other.id)


class Collector:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spans: list[CollectedSpan] = []
        self._bytes: list[bytes] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def spans(self) -> list[CollectedSpan]:
        with self._lock:
            return list(self._spans)

    def of_job(self, job_id: str, name: str = "") -> list[CollectedSpan]:
        """Spans that name the job, in the order of their beginning."""
        found = [each for each in self.spans if each.attributes.get("job.id") == job_id and each.name.startswith(name)]
        return sorted(found, key=lambda span: span.start_ns)

    def of_trace(self, trace_id: str) -> list[CollectedSpan]:
        return sorted((each for each in self.spans if each.trace_id == trace_id), key=lambda span: span.start_ns)

    @property
    def received(self) -> bytes:
        """All that came, heads and bodies."""
        with self._lock:
            return b"\n".join(self._bytes)

    def end(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _take(self, path: str, head: bytes, body: bytes) -> int:
        with self._lock:
            self._bytes += [head, body]
        if path != "/v1/traces":
            return 404
        request = ExportTraceServiceRequest.FromString(body)
        with self._lock:
            for resource in request.resource_spans:
                service = str(_attributes(resource.resource.attributes)["service.name"])
                self._spans += [_span(service, span) for scope in resource.scope_spans for span in scope.spans]
        return 200

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        take = self._take

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                self.send_response(take(self.path, bytes(self.headers), body))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        return Handler


def _span(service: str, span: trace_pb2.Span) -> CollectedSpan:
    return CollectedSpan(
        service=service,
        name=span.name,
        kind=trace_pb2.Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"),
        trace_id=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        links=tuple(link.span_id.hex() for link in span.links),
        start_ns=span.start_time_unix_nano,
        end_ns=span.end_time_unix_nano,
        attributes=_attributes(span.attributes),
        is_error=span.status.code == trace_pb2.Status.STATUS_CODE_ERROR,
        events=len(span.events),
    )


def _attributes(pairs: Iterable[KeyValue]) -> dict[str, object]:
    found: dict[str, object] = {}
    for each in pairs:
        found[each.key] = getattr(each.value, str(each.value.WhichOneof("value")))
    return found
