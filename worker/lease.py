"""Keeps the leases of a batch alive while its texts are worked on."""

import threading
from collections.abc import Sequence
from types import TracebackType

from shared.errors import StoreUnavailable
from shared.jobs.store import SyncStore
from shared.jobs.transitions import Claimed, renew
from shared.log import get_logger


class LeaseKeeper:
    """A context manager: a thread renews at a third of the lease, so that two renewals may fail unharmed.

    A thread and not the loop over texts, since one text of 1,000,000 characters takes seconds within spaCy. A text that
    never ends is stopped by Celery's time limit, and then the thread is gone with its process.
    """

    def __init__(self, store: SyncStore, claimed: Sequence[Claimed], *, lease_ms: int) -> None:
        self._store = store
        self._leases = {each.unit: each.token for each in claimed}
        self._lease_ms = lease_ms
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._renew, name="lease", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: tuple[type[BaseException], BaseException, TracebackType]) -> None:
        self._is_over.set()
        self._thread.join()

    def _renew(self) -> None:
        while not self._is_over.wait(self._lease_ms / 3000):
            try:
                lost = self._store.run(renew(self._leases, lease_ms=self._lease_ms))
            except StoreUnavailable:
                get_logger().warning("lease_not_renewed", units=len(self._leases))
                continue
            for unit in lost:
                get_logger().warning("lease_lost", unit=unit)
                del self._leases[unit]
