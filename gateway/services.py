"""What routes work with; one of it per process."""

from dataclasses import dataclass

from gateway.access.api_key import Pepper
from gateway.durability import DurableWrites
from gateway.metrics.store_metrics import StoreMetrics
from gateway.publisher import Publisher
from gateway.queue_rates import QueueRates
from gateway.served_models import ServedModels
from gateway.waiting import Wakeups
from shared.cipher import KeyRing
from shared.jobs.store import AsyncStore
from shared.settings import Settings
from shared.traces import Traces


@dataclass(frozen=True, slots=True)
class Services:
    settings: Settings
    store: AsyncStore
    key_ring: KeyRing
    wakeups: Wakeups
    publisher: Publisher
    models: ServedModels
    rates: QueueRates
    durable: DurableWrites
    store_metrics: StoreMetrics
    #: What API keys are hashed with; None: nobody needs one (AUTH=none).
    pepper: Pepper | None
    traces: Traces

    @property
    def retention_ms(self) -> int:
        return int(self.settings.retention_s * 1000)

    @property
    def hint_lost_ms(self) -> int:
        return int(self.settings.hint_lost_s * 1000)
