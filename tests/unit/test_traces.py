"""Where traces go, and that nothing is made where nobody wants them. Whole traces: tests/integration/test_traces.py."""

import pytest

from shared.settings import Settings, get_settings
from shared.traces import NEW_TRACE, OFF, Kind, stage
from shared.traces.export import endpoint_of
from shared.traces.opening import open_traces


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("http://collector:4318", "http://collector:4318/v1/traces"),
        ("http://collector:4318/", "http://collector:4318/v1/traces"),
        ("https://collector.example/otlp/v1/traces", "https://collector.example/otlp/v1/traces"),
        ("http://[::1]:4318", "http://[::1]:4318/v1/traces"),
    ],
)
def test_a_url_without_a_path_gets_the_usual_one(url: str, endpoint: str) -> None:
    assert endpoint_of(url) == endpoint


@pytest.mark.parametrize("url", ["collector:4318", "ftp://collector", "http://", "grpc://collector:4317", "yes"])
def test_what_is_no_url_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("TRACES_URL", url)
    get_settings.cache_clear()
    with pytest.raises(ValueError, match="TRACES_URL") as refusal:
        get_settings()
    get_settings.cache_clear()
    assert url not in str(refusal.value)


def test_without_a_url_nothing_is_made() -> None:
    assert open_traces(Settings(traces_url=""), "test") is OFF
    with OFF.span("request", Kind.SERVER, parent=NEW_TRACE) as span, stage("ner") as step:
        span.note({"a": 1})
        step.fail("poison")
        assert (span.traceparent, span.trace_id, step.traceparent) == (None, None, None)
    assert OFF.begin("run", parent=NEW_TRACE, attributes={}).traceparent is None
