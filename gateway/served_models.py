"""Which models live workers serve, from their announcements; kept for a moment so that a submit costs no round trip."""

import time
from dataclasses import dataclass
from typing import Final

from shared.errors import FieldError, InvalidRequest, ModelUnavailable, NoWorker
from shared.jobs.store import AsyncStore
from shared.model_catalogue import AUTO, PACKAGES, model_key, parse_models
from shared.presence import Announcement, ServedModel, alive, read_announcements, read_time
from shared.settings import Settings

_KEPT_S: Final = 1.0
#: A lane whose workers are gone for less than this will probably be served again: 503, not 422.
_REMEMBERED_MS: Final = 3_600_000
#: Messages under way a process: one it works on, one it will find next.
_HINTS_A_PROCESS: Final = 2


@dataclass(frozen=True, slots=True)
class Served:
    """Workers alive at one moment, and lanes whose workers are away."""

    workers: tuple[Announcement, ...]
    missing_lanes: frozenset[str]

    @property
    def lanes(self) -> frozenset[str]:
        return frozenset(lane for worker in self.workers for lane in worker.lanes)

    @property
    def models(self) -> tuple[ServedModel, ...]:
        """Each model once, by key."""
        by_key = {model.key: model for worker in self.workers for model in worker.models}
        return tuple(by_key[key] for key in sorted(by_key))

    def processes(self, lane: str) -> int:
        return sum(worker.processes for worker in self.workers if lane in worker.lanes)

    def max_hints(self, lane: str) -> int:
        """Messages that are enough for every process of this lane to have one."""
        return _HINTS_A_PROCESS * self.processes(lane)


class ServedModels:
    """Reads and judges announcements by the store's clock."""

    def __init__(self, store: AsyncStore, settings: Settings) -> None:
        self._store = store
        self._lost_ms = int(settings.worker_lost_s * 1000)
        expected = parse_models(settings.models)
        self._expected = frozenset(model.key for model in expected) | {model_key(AUTO, m.size) for m in expected}
        self._known = Served((), frozenset())
        self._read_at = float("-inf")

    async def now(self) -> Served:
        """Raises StoreUnavailable."""
        if time.monotonic() - self._read_at > _KEPT_S:
            return await self.read()
        return self._known

    async def read(self) -> Served:
        """As `now`, never from memory. Raises StoreUnavailable."""
        now_ms, announcements = await self._store.run_all([read_time(), read_announcements()])
        self._known = self._judge(now_ms, announcements)
        self._read_at = time.monotonic()
        return self._known

    async def lane(self, language: str, size: str, *, fields: tuple[str, str]) -> tuple[str, Served]:
        """The lane for a language ("auto" too) and a size; `fields` are the request's names for the two.

        Raises InvalidRequest for a language or size that does not exist, ModelUnavailable for one that nobody serves,
        NoWorker for one whose workers are away, StoreUnavailable.
        """
        served = await self.now()
        lane = model_key(language, size)
        if lane in served.lanes:
            return lane, served
        known = {tuple(key.split("_", 1)) for key in (*PACKAGES, *served.lanes, *served.missing_lanes, *self._expected)}
        _check_known(language, size, known, fields)
        if lane in served.missing_lanes or lane in self._expected:
            raise NoWorker
        names = ", ".join(f"{model.language} {model.size}" for model in served.models) or "none"
        raise ModelUnavailable(
            f"No worker serves language {language} in size {size}. Served now (language, size): {names}."
        )

    def _judge(self, now_ms: int, announcements: tuple[Announcement, ...]) -> Served:
        living = alive(announcements, now_ms, self._lost_ms)
        lately = [each for each in announcements if now_ms - each.announced_ms <= _REMEMBERED_MS]
        lanes = frozenset(lane for each in living for lane in each.lanes)
        return Served(living, frozenset(lane for each in lately for lane in each.lanes) - lanes)


def _check_known(language: str, size: str, known: set[tuple[str, ...]], fields: tuple[str, str]) -> None:
    languages = {pair[0] for pair in known} | {AUTO}
    sizes = {pair[1] for pair in known}
    faults = []
    if language not in languages:
        faults.append(FieldError(f"/{fields[0]}", f"Not a language of this service: {_listed(languages)}."))
    if size not in sizes:
        faults.append(FieldError(f"/{fields[1]}", f"Not a model size of this service: {_listed(sizes)}."))
    if faults:
        raise InvalidRequest(errors=tuple(faults))


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))
