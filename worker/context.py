"""What a worker process works with."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.cipher import KeyRing
from shared.jobs.store import SyncStore
from shared.model_catalogue import AUTO, BULK
from shared.settings import Settings
from shared.traces import OFF, Traces
from worker.pipelines import LoadedModel
from worker.shutdown import Shutdown

if TYPE_CHECKING:
    from spacy.language import Language


@dataclass(frozen=True, slots=True)
class Context:
    settings: Settings
    store: SyncStore
    key_ring: KeyRing
    models: dict[str, LoadedModel]
    #: Names the process in the job record.
    worker: str
    #: Names the worker that the process is a child of.
    node: str
    shutdown: Shutdown
    traces: Traces = OFF

    @property
    def lease_ms(self) -> int:
        return int(self.settings.lease_s * 1000)

    @property
    def retention_ms(self) -> int:
        return int(self.settings.retention_s * 1000)

    @property
    def small_lanes(self) -> tuple[str, ...]:
        """The lanes of small jobs for which this process has the models."""
        sizes = dict.fromkeys(model.served.size for model in self.models.values())
        return (*self.models, *(f"{AUTO}_{size}" for size in sizes))

    def pipelines(self, lane: str) -> "dict[str, Language]":
        """By language: the lane's own, or all of its size where languages are to be guessed."""
        language, _, size = lane.removesuffix(BULK).partition("_")
        served = {model.served.language: model.nlp for model in self.models.values() if model.served.size == size}
        return served if language == AUTO else {language: self.models[f"{language}_{size}"].nlp}
