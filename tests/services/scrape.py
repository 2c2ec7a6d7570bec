"""What /metrics tells, as a test asks for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx2 as httpx
from prometheus_client.parser import text_string_to_metric_families

from shared.metrics.names import PREFIX


@dataclass(frozen=True, slots=True)
class Scrape:
    text: str
    samples: Mapping[tuple[str, frozenset[tuple[str, str]]], float]

    def value(self, name: str, **labels: str) -> float:
        """Of exactly these labels; 0 where nothing is told."""
        return self.samples.get((PREFIX + name, frozenset(labels.items())), 0.0)

    def total(self, name: str, **labels: str) -> float:
        """Summed over all other labels."""
        wanted = set(labels.items())
        return sum(number for (each, has), number in self.samples.items() if each == PREFIX + name and wanted <= has)

    def values_of(self, label: str) -> set[str]:
        """Every value that a label has anywhere."""
        return {value for _, labels in self.samples for name, value in labels if name == label}


def scrape(url: str, **headers: str) -> Scrape:
    """On a connection of its own, so that any process of the gateway may answer."""
    answer = httpx.get(f"{url}/metrics", headers=headers, timeout=30)
    assert answer.status_code == 200, answer.text
    families = text_string_to_metric_families(answer.text)
    samples = {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }
    return Scrape(answer.text, samples)


def scraping(port: int) -> Callable[[], Scrape]:
    return lambda: scrape(f"http://127.0.0.1:{port}")
