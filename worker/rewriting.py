"""Has the store write its append-only file anew, so that what was erased is gone from the disk too."""

from typing import Any

from shared import keys
from shared.errors import StoreUnavailable
from shared.jobs.script import Command
from shared.jobs.store import SyncStore
from shared.log import get_logger
from shared.presence import read_time
from shared.settings import Settings


def rewrite_when_due(store: SyncStore, settings: Settings) -> None:
    """One look. An erased key is gone from the file within AOF_REWRITE_S. Raises StoreUnavailable."""
    wanted, asked = store.run(Command(("MGET", keys.REWRITE_WANTED, keys.REWRITE_ASKED), tuple))
    if asked is not None:
        _look_after(asked, store)
    # The rewrite itself takes time, and one that fails is tried again: hence half of it.
    elif wanted is not None and store.run(read_time()) - int(wanted) >= settings.aof_rewrite_s * 500:
        _ask(int(wanted), store)


def _ask(since_ms: int, store: SyncStore) -> None:
    server, state = store.run(_info("server")), store.run(_info("persistence"))
    if not state["aof_enabled"]:
        store.run(Command(("DEL", keys.REWRITE_WANTED), bool))
        return
    if _is_rewriting(state):
        # One that began before the erasure may be of no use.
        return
    # Before the store begins: what is erased from now on wants a rewrite of its own.
    store.run(Command(("SET", keys.REWRITE_ASKED, f"{since_ms} {server['run_id']}"), bool))
    store.run(Command(("DEL", keys.REWRITE_WANTED), bool))
    try:
        store.run(Command(("BGREWRITEAOF",), bool))
    except StoreUnavailable:
        store.run(Command(("SET", keys.REWRITE_WANTED, since_ms), bool))
        store.run(Command(("DEL", keys.REWRITE_ASKED), bool))
        raise
    get_logger().info("append_only_file_rewritten_for_erasure")


def _look_after(asked: bytes, store: SyncStore) -> None:
    since_ms, _, run_id = asked.decode().partition(" ")
    state = store.run(_info("persistence"))
    if _is_rewriting(state):
        return
    is_done = state["aof_last_bgrewrite_status"] == "ok" and store.run(_info("server"))["run_id"] == run_id
    if not is_done:
        get_logger().warning("append_only_file_not_rewritten")
        store.run(Command(("SET", keys.REWRITE_WANTED, since_ms), bool))
    store.run(Command(("DEL", keys.REWRITE_ASKED), bool))


def _is_rewriting(state: dict[str, Any]) -> bool:
    return bool(state["aof_rewrite_in_progress"] or state["aof_rewrite_scheduled"])


def _info(section: str) -> Command[dict[str, Any]]:
    return Command(("INFO", section), dict)
