"""The store's figures for a scrape, read at most every few seconds whoever asks."""

import time
from typing import Final

from prometheus_client.metrics_core import Metric

from gateway.metrics.families import store_families
from shared.errors import StoreUnavailable
from shared.jobs.figures import read_figures
from shared.jobs.store import AsyncStore
from shared.presence import alive, read_announcements
from shared.settings import Settings

_KEPT_S: Final = 2.0


class StoreMetrics:
    def __init__(self, store: AsyncStore, settings: Settings) -> None:
        self._store = store
        self._lost_ms = int(settings.worker_lost_s * 1000)
        self._known: list[Metric] = []
        self._read_at = float("-inf")

    async def read(self) -> list[Metric]:
        """With `store_up` 0, and nothing else, where the store does not answer."""
        if time.monotonic() - self._read_at > _KEPT_S:
            try:
                figures, announcements = await self._store.run_all([read_figures(), read_announcements()])
            except StoreUnavailable:
                return store_families(None, ())
            self._known = store_families(figures, alive(announcements, figures.now_ms, self._lost_ms))
            self._read_at = time.monotonic()
        return self._known
