"""Makes a chain of what was noted: one gateway at a time, every AUDIT_CHAIN_S."""

import asyncio
import os
import socket
from typing import Final

from shared import keys
from shared.audit_chain import Extension, Head, Mark, SignedHead, Work, chained, extend, read_work
from shared.cipher import KeyRing
from shared.clock import now_ms
from shared.errors import AuditBroken, StoreUnavailable
from shared.jobs.script import Command
from shared.jobs.store import AsyncStore
from shared.log import get_logger
from shared.settings import Settings

#: Notes of one step: about 2 ms of the event loop.
_AT_ONCE: Final = 200
_HOUR_MS: Final = 3_600_000


class Chainer:
    """`run` until it is cancelled."""

    def __init__(self, store: AsyncStore, key_ring: KeyRing, settings: Settings) -> None:
        self._store = store
        self._key_ring = key_ring
        self._settings = settings
        self._name = f"{socket.gethostname()}:{os.getpid()}"

    async def run(self) -> None:
        """Raises nothing: what is noted waits until the store and the chain are well again."""
        while True:
            await asyncio.sleep(self._settings.audit_chain_s)
            try:
                if await self._store.run(self._lock()):
                    while await self.step():
                        pass
            except StoreUnavailable:
                continue
            except AuditBroken as error:
                get_logger().error("audit_broken", exc_info=error)

    async def step(self) -> bool:
        """Chain some notes and drop what is too old; whether there is more. Raises AuditBroken, StoreUnavailable."""
        work = await self._store.run(read_work(_AT_ONCE))
        settings = self._settings
        extension = next_extension(
            work,
            self._key_ring,
            now_ms=now_ms(),
            retention_ms=int(settings.audit_retention_s * 1000),
            max_entries=settings.audit_max_entries,
        )
        if extension is None:
            return False
        answer = await self._store.run(extend(extension))
        if answer < 0:
            raise AuditBroken
        if answer:
            self._tell(extension)
        return len(work.inbox) == _AT_ONCE

    def _lock(self) -> Command[bool]:
        lock_ms = int(self._settings.audit_chain_s * 900)
        return Command(("SET", keys.AUDIT_LOCK, self._name, "NX", "PX", lock_ms), bool)

    def _tell(self, extension: Extension) -> None:
        """The log is kept elsewhere: what it says of the head tells when the chain is cut short later."""
        before = extension.before
        if before is None:
            get_logger().warning("audit_begun", sequence=extension.entries[0].sequence)
        elif extension.is_anchor:
            last = before.open(self._key_ring).last
            get_logger().info(
                "audit_anchored",
                sequence=last.sequence,
                hash=last.hash,
                key_id=before.signature.key_id,
                signature=before.signature_base64,
            )


def next_extension(
    work: Work, key_ring: KeyRing, *, now_ms: int, retention_ms: int, max_entries: int
) -> Extension | None:
    """What is to be written next; None: nothing. Raises AuditBroken when the head is not signed by the ring."""
    head = work.head.open(key_ring) if work.head else Head()
    ids = tuple(inbox_id for inbox_id, _ in work.inbox)
    entries = chained(head.last, [note for _, note in work.inbox])
    too_many = work.length + len(entries) - max_entries
    dropped = [
        entry
        for number, entry in enumerate(work.oldest)
        if number < too_many or entry.note.time_ms < now_ms - retention_ms
    ]
    if not entries and not dropped:
        return None
    base = Mark(dropped[-1].sequence, dropped[-1].hash) if dropped else head.base
    last = Mark(entries[-1].sequence, entries[-1].hash) if entries else head.last
    return Extension(
        before=work.head,
        after=SignedHead.of(Head(base, last, now_ms), key_ring),
        inbox_ids=ids,
        entries=entries,
        first_kept=base.sequence + 1,
        is_anchor=work.head is not None and head.signed_ms // _HOUR_MS != now_ms // _HOUR_MS,
    )
