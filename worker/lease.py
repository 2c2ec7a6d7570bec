"""The leases of a claimed batch: kept alive while its texts are worked on, given back when the worker is to end."""

import threading
import time
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Final, Self

from shared.errors import StoreUnavailable
from shared.jobs.repair import release
from shared.jobs.store import SyncStore
from shared.jobs.transitions import Claimed, renew
from shared.log import get_logger
from worker.shutdown import Shutdown
from worker.unit import characters_of

#: How often it is asked whether the worker is to end.
_LOOK_EVERY_S: Final = 0.2


class Leases:
    """A context manager: a thread renews at a third of the lease, so that two renewals may fail unharmed.

    A thread and not the loop over texts, since one text of 1,000,000 characters takes seconds within spaCy. A text that
    never ends is stopped by its time limit, and then the thread is gone with its process.
    """

    def __init__(self, store: SyncStore, claimed: Sequence[Claimed], *, lease_ms: int, shutdown: Shutdown) -> None:
        self._store = store
        self._waiting = list(claimed)
        self._tokens = {each.unit: each.token for each in claimed}
        self._lease_ms = lease_ms
        self._shutdown = shutdown
        self._lock = threading.Lock()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: tuple[type[BaseException], BaseException, TracebackType]) -> None:
        self._is_over.set()
        self._thread.join()

    def slices(self, max_characters: int) -> Iterator[Sequence[Claimed]]:
        """All units in order, together as many as have so many characters; what was not begun may be given back.

        The leases of a slice end with it.
        """
        while True:
            if self._shutdown.is_asked:
                self._give_back()
            with self._lock:
                begun = self._next(max_characters)
            if not begun:
                return
            yield begun
            with self._lock:
                for each in begun:
                    self._tokens.pop(each.unit, None)

    def _next(self, max_characters: int) -> Sequence[Claimed]:
        taken = characters = 0
        for each in self._waiting:
            characters += characters_of(each)
            if taken and characters > max_characters:
                break
            taken += 1
        begun, self._waiting = self._waiting[:taken], self._waiting[taken:]
        return begun

    def _keep(self) -> None:
        renewed_at_s = time.monotonic()
        while not self._is_over.wait(min(self._lease_ms / 3000, _LOOK_EVERY_S)):
            if self._shutdown.is_asked:
                self._give_back()
            if time.monotonic() - renewed_at_s >= self._lease_ms / 3000:
                self._renew()
                renewed_at_s = time.monotonic()

    def _renew(self) -> None:
        with self._lock:
            tokens = dict(self._tokens)
        if not tokens:
            return
        try:
            lost = self._store.run(renew(tokens, lease_ms=self._lease_ms))
        except StoreUnavailable:
            get_logger().warning("lease_not_renewed", units=len(tokens))
            return
        with self._lock:
            # One that ended in between is not held any more either.
            lost_units = [unit for unit in lost if self._tokens.pop(unit, None) is not None]
        for unit in lost_units:
            get_logger().warning("lease_lost", unit=unit)

    def _give_back(self) -> None:
        """Another worker has what was not begun at once; nothing of it was tried."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
            tokens = {each.unit: self._tokens.pop(each.unit) for each in waiting if each.unit in self._tokens}
        if not tokens:
            return
        try:
            released = self._store.run(release(tokens))
        except StoreUnavailable:
            # They come back when their leases run out.
            get_logger().warning("units_not_given_back", units=len(tokens))
            return
        get_logger().info("units_given_back", units=len(released))
