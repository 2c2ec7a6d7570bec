"""The traces of a process, as its settings want them."""

from shared.settings import Settings
from shared.traces import OFF, Traces


def open_traces(settings: Settings, process: str) -> Traces:
    """`process`: "gateway", "worker", ... Raises ValueError where TRACES_URL is set without its packages."""
    if not settings.traces_url:
        return OFF
    try:
        # Only where traces are wanted: the packages are an extra, and take time to load.
        from shared.traces.export import ExportedTraces  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ValueError(
            f"TRACES_URL is set, and the package {error.name} is missing: pip install -r requirements/traces.txt"
        ) from None
    return ExportedTraces(settings.traces_url, f"anonymization-{process}")
