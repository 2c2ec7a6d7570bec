"""The text that Prometheus reads: of one process or of several, in its own format or in OpenMetrics."""

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from pydantic import SecretStr

from shared.metrics.names import REGISTRY


# By identity: a registry keeps collectors in a dict.
@dataclass(frozen=True, slots=True, eq=False)
class _Families(Collector):
    families: tuple[Metric, ...]

    def collect(self) -> Iterable[Metric]:
        return self.families


class _Counted(Collector):
    """What was counted here, without the names under which nothing was."""

    def collect(self) -> Iterator[Metric]:
        return (family for family in REGISTRY.collect() if family.samples)


def exposition(accept: str, folder: Path | None, families: Iterable[Metric]) -> tuple[bytes, str]:
    """The text and its media type, as `accept` wants it.

    `folder`: where the processes count, None for this one alone; `families`: what is not counted by processes.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Counted() if folder is None else _of_folder(folder))
    registry.register(_Families(tuple(families)))
    encode, media_type = choose_encoder(accept)
    return encode(registry), media_type


def may_read(token: SecretStr | None, sent: str | None) -> bool:
    """Whether METRICS_TOKEN, where it is set, is what was sent as `Authorization: Bearer`."""
    if token is None:
        return True
    scheme, _, credentials = (sent or "").partition(" ")
    expected = token.get_secret_value().encode()
    return scheme.lower() == "bearer" and hmac.compare_digest(credentials.strip().encode(), expected)


def _of_folder(folder: Path) -> Collector:
    return MultiProcessCollector(None, path=str(folder))  # type: ignore[no-untyped-call]  # prometheus_client 0.26
