"""`python -m shared.rotate_keys`: everything in the store under the first key of ENCRYPTION_KEYS.

    ENCRYPTION_KEYS=new,old python -m shared.rotate_keys

Runs beside the service, and may be stopped and run again: each box is replaced only where it still is what was read.
What is sealed with a job's own key stays as it is; that key is wrapped anew.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import redis

from shared import keys, templates
from shared.cipher import Field, KeyRing, load_key_ring
from shared.errors import ServiceError, UndecipherablePayload
from shared.jobs.script import Argument, Command, call, pairs
from shared.jobs.store import SyncStore
from shared.redis import connect_sync
from shared.settings import get_settings
from shared.webhooks import endpoints, secrets

#: Keys that SCAN looks at in one call, and that are changed together.
_BATCH: Final = 500
Record = Mapping[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Box:
    """A field of a hash, and what it is bound to."""

    field: bytes
    client: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Kind:
    """Hashes that hold boxes. `boxes`: what is sealed in one, from its key without the prefix of the kind."""

    title: str
    prefix: str
    boxes: Callable[[str, Record], Iterator[Box]]


@dataclass(slots=True)
class Count:
    """Of boxes. `changed`: somebody wrote another one meanwhile; the next run looks at it."""

    rewrapped: int = 0
    current: int = 0
    changed: int = 0
    unreadable: int = 0

    @property
    def is_done(self) -> bool:
        return not self.changed and not self.unreadable

    def __str__(self) -> str:
        return (
            f"{self.rewrapped} under the first key now, {self.current} were before, "
            f"{self.changed} changed meanwhile, {self.unreadable} under no key of the ring"
        )


def _of_job(job_id: str, record: Record) -> Iterator[Box]:
    # Its parts have no key of their own.
    if b"wrapped_key" in record:
        yield Box(b"wrapped_key", record[b"client"].decode(), job_id, Field.KEY)


def _of_templates(client: str, record: Record) -> Iterator[Box]:
    for name in record:
        yield Box(name, client, templates.KIND, name.decode())


def _of_endpoint(place: str, record: Record) -> Iterator[Box]:
    client, _, endpoint_id = place.rpartition("/")
    if b"url" in record:
        yield Box(b"url", client, endpoints.KIND, endpoint_id)
    yield from _secrets(client, endpoint_id, record)


def _of_client_secret(client: str, record: Record) -> Iterator[Box]:
    yield from _secrets(client, secrets.CLIENT, record)


def _secrets(client: str, owner: str, record: Record) -> Iterator[Box]:
    for name in (b"secret", b"old_secret"):
        if name in record:
            yield Box(name, client, secrets.KIND, owner)


KINDS: Final = (
    Kind("jobs", keys.job(""), _of_job),
    Kind("deliveries' events", keys.event(""), _of_job),
    Kind("templates", keys.templates(""), _of_templates),
    Kind("webhook endpoints", keys.WEBHOOK_ENDPOINTS, _of_endpoint),
    Kind("clients' webhook secrets", keys.webhook_secret(""), _of_client_secret),
)


def rotate(store: SyncStore, ring: KeyRing, kind: Kind) -> Count:
    """One pass over a kind. Raises StoreUnavailable."""
    count, cursor = Count(), 0
    while True:
        scan = Command(("SCAN", cursor, "MATCH", f"{kind.prefix}*", "COUNT", _BATCH, "TYPE", "hash"), tuple)
        cursor, names = store.run(scan)
        records = store.run_all([Command(("HGETALL", name), pairs) for name in names])
        _rotate_batch(store, ring, kind, dict(zip(names, records, strict=True)), count)
        if not cursor:
            return count


def _rotate_batch(store: SyncStore, ring: KeyRing, kind: Kind, records: Mapping[bytes, Record], count: Count) -> None:
    changes: list[tuple[Argument, ...]] = []
    for name, record in records.items():
        for box in kind.boxes(name.decode().removeprefix(kind.prefix), record):
            try:
                renewed = ring.renewed(box.client, box.kind, box.name, record[box.field])
            except UndecipherablePayload:
                count.unreadable += 1
                continue
            if renewed is None:
                count.current += 1
            else:
                changes.append((name, box.field, record[box.field], renewed))
    for start in range(0, len(changes), _BATCH):
        some = changes[start : start + _BATCH]
        replaced = store.run(Command(call("replace_boxes", *chain.from_iterable(some)), int))
        count.rewrapped += replaced
        count.changed += len(some) - replaced


def main() -> int:
    """0: nothing needs the other keys any more; 1: something does, or the command could not run."""
    try:
        settings = get_settings()
        ring = load_key_ring(settings)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"rotate_keys: {error}\n")
        return 1
    try:
        counts = _passes(SyncStore(connect_sync(settings)), ring)
    except (ServiceError, redis.RedisError) as error:
        sys.stderr.write(f"rotate_keys: {error}\n")
        return 1
    return _verdict(counts, len(ring.keys) - 1)


def _passes(store: SyncStore, ring: KeyRing) -> Sequence[Count]:
    """Two: what was written while the first one ran is found by the second."""
    counts = []
    for number in (1, 2):
        counts = [rotate(store, ring, kind) for kind in KINDS]
        for kind, count in zip(KINDS, counts, strict=True):
            sys.stdout.write(f"pass {number}, {kind.title}: {count}\n")
    return counts


def _verdict(counts: Sequence[Count], others: int) -> int:
    if not all(count.is_done and not count.rewrapped for count in counts):
        sys.stdout.write("Some still need another key: run it again, and keep the keys.\n")
        return 1
    sys.stdout.write(f"Nothing in the store needs the other {others}; docs/encryption-keys.md says what else may.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
