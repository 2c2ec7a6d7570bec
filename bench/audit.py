"""`python -m bench.audit`: what the audit log costs a request, a gateway, and the store's memory."""

import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from gateway.audit.chainer import next_extension
from gateway.audit.verification import verify
from shared.api_keys import ClientLimits, put_limits
from shared.audit import Action, Deed, audited
from shared.audit_chain import extend, read_work
from shared.cipher import KeyRing
from shared.jobs.script import Command
from shared.jobs.store import SyncStore
from shared.jobs.transitions import cancel
from tests.services.valkey import Server

_RING: Final = KeyRing((b"k" * 32,))
_ENTRIES: Final = 20_000
_ROUNDS: Final = 5


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            client: Any = server.client()
            _measure(SyncStore(client), client)
        finally:
            server.end()
    return 0


def _measure(store: SyncStore, client: Any) -> None:
    # Small operations: what is added is not lost in what they do. The one writes anyway, the other does not.
    writing, reading = put_limits("some-client", ClientLimits(burst=1)), cancel(_job(0), retention_ms=1)
    for name, command in (("writes", writing), ("reads", reading)):
        plain, noted = _best_us(store, command), _best_us(store, audited(command, _deed(0)))
        sys.stdout.write(f"an operation that {name}: {plain:.0f} us, with its note {noted:.0f} us\n")
    before = client.info("memory")["used_memory"]
    for start in range(0, _ENTRIES, 1_000):
        store.run_all([_noted(number) for number in range(start, start + 1_000)])
    begin, chained = time.perf_counter(), 0
    while work := store.run(read_work(200)):
        step = next_extension(work, _RING, now_ms=int(time.time() * 1000), retention_ms=10**12, max_entries=10**9)
        if step is None:
            break
        store.run(extend(step))
        chained += len(step.entries)
    chain_us = (time.perf_counter() - begin) / chained * 1e6
    size = (client.info("memory")["used_memory"] - before) / _ENTRIES
    begin = time.perf_counter()
    verdict = verify(store.run, _RING, {})
    verify_us = (time.perf_counter() - begin) / verdict.entries * 1e6
    for line in (
        f"chaining: {chain_us:.0f} us an entry, beside the requests",
        f"verifying: {verify_us:.0f} us an entry",
        f"memory: {size:.0f} bytes an entry",
    ):
        sys.stdout.write(f"{line}\n")


def _best_us(store: SyncStore, command: Command[Any]) -> float:
    def once() -> float:
        begin = time.perf_counter()
        for _ in range(2_000):
            store.run(command)
        return (time.perf_counter() - begin) / 2_000 * 1e6

    return min(once() for _ in range(_ROUNDS))


def _noted(number: int) -> Command[Any]:
    return audited(cancel(_job(number), retention_ms=1), _deed(number))


def _deed(number: int) -> Deed:
    return Deed("some-client", "ak_0123456789abcdef", Action.CANCEL, _job(number), f"req_{number:024x}")


def _job(number: int) -> str:
    return f"job_{number:032x}"


if __name__ == "__main__":
    sys.exit(main())
