"""What was erased is gone from the append-only file too, within AOF_REWRITE_S."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared import keys
from shared.jobs.reads import erase
from shared.jobs.store import SyncStore
from shared.settings import Settings
from tests.integration.job_store import put
from tests.services.processes import eventually
from tests.services.valkey import Server
from worker.rewriting import rewrite_when_due

KEY = b"\x00a wrapped key that is nowhere else\xff"
DUE = Settings(aof_rewrite_s=0.001)
LATER = Settings(aof_rewrite_s=3600)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    yield server
    server.end()


def on_disk(server: Server) -> bool:
    return any(KEY in path.read_bytes() for path in server.append_only_folder.iterdir())


def erased(server: Server) -> SyncStore:
    """A store in which a job was put and erased, and the file remembers both."""
    store = SyncStore(server.client())
    put(store.run, wrapped_key=KEY)
    store.run(erase("job_1", b"client\n{}", receipt_ms=60_000, retention_ms=60_000))
    assert on_disk(server), "or this test shows nothing"
    return store


def rewrites(server: Server) -> int:
    info: Any = server.client().info("persistence")
    return int(info["aof_rewrites"])


def gone(server: Server, store: SyncStore) -> bool:
    rewrite_when_due(store, DUE)
    return not on_disk(server) and not server.client().exists(keys.REWRITE_WANTED, keys.REWRITE_ASKED)


def test_the_key_of_an_erased_job_is_gone_from_the_disk(server: Server) -> None:
    store = erased(server)
    eventually(lambda: gone(server, store), what="the file is written anew")
    assert rewrites(server) == 1
    rewrite_when_due(store, DUE)
    assert rewrites(server) == 1, "nothing more was erased"


def test_many_erasures_are_one_rewrite_and_it_is_not_made_at_once(server: Server) -> None:
    store = erased(server)
    since = server.client().get(keys.REWRITE_WANTED)
    put(store.run, "job_2")
    store.run(erase("job_2", b"client\n{}", receipt_ms=60_000, retention_ms=60_000))
    assert server.client().get(keys.REWRITE_WANTED) == since, "the first one counts"
    rewrite_when_due(store, LATER)
    assert rewrites(server) == 0


def test_a_rewrite_that_died_with_the_store_is_made_again(server: Server) -> None:
    store = erased(server)
    server.client().config_set("rdb-key-save-delay", 2_000_000)
    rewrite_when_due(store, DUE)
    server.kill()
    server.start_again()
    assert on_disk(server)
    store = SyncStore(server.client())
    eventually(lambda: gone(server, store), what="the file is written anew after all")


def test_what_is_erased_while_the_file_is_written_wants_another_rewrite(server: Server) -> None:
    store = erased(server)
    server.client().config_set("rdb-key-save-delay", 300_000)
    rewrite_when_due(store, DUE)
    put(store.run, "job_2")
    store.run(erase("job_2", b"client\n{}", receipt_ms=60_000, retention_ms=60_000))
    rewrite_when_due(store, DUE)
    assert rewrites(server) == 1, "one after the other"
    server.client().config_set("rdb-key-save-delay", 0)
    eventually(lambda: gone(server, store), what="both are gone")
    assert rewrites(server) == 2


def test_a_store_without_a_file_is_asked_for_nothing(server: Server) -> None:
    store = erased(server)
    server.client().config_set("appendonly", "no")
    rewrite_when_due(store, DUE)
    assert not server.client().exists(keys.REWRITE_WANTED, keys.REWRITE_ASKED)
    assert rewrites(server) == 0
