"""Everything that can be looked into: each function gives a name of the place and what stands there."""

import os
import re
import socket
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2 as httpx
import pytest

from tests.services.process_tree import command_line, descendants
from tests.services.processes import eventually

Place = tuple[str, bytes]


def values_of(client: Any) -> Iterator[Place]:
    """Every key of every type, with all that it holds; and as DUMP has it."""
    for key in client.scan_iter():
        kind = client.type(key)
        place = f"{kind.decode()} {key!r}"
        yield place, key
        yield f"DUMP of {place}", client.dump(key) or b""
        match kind:
            case b"string":
                yield place, client.get(key) or b""
            case b"hash":
                yield from ((place, name + b" " + value) for name, value in client.hgetall(key).items())
            case b"list":
                yield from ((place, value) for value in client.lrange(key, 0, -1))
            case b"set":
                yield from ((place, value) for value in client.smembers(key))
            case b"zset":
                yield from ((place, value) for value in client.zrange(key, 0, -1))
            case b"stream":
                for _, fields in client.xrange(key):
                    yield from ((place, name + b" " + value) for name, value in fields.items())
            case b"none":
                # It has expired since.
                pass
            case _:
                pytest.fail(f"{place}: a type that this test does not read")


def files_of(folder: Path) -> Iterator[Place]:
    for path in folder.rglob("*"):
        # The append-only file's parts come and go while it is written anew.
        with suppress(FileNotFoundError):
            if path.is_file():
                yield str(path.relative_to(folder)), path.name.encode() + b"\n" + path.read_bytes()


def processes() -> Iterator[Place]:
    """Command lines (which are what processes call themselves, too) and environments."""
    for process in descendants(os.getpid()):
        yield f"/proc/{process}/cmdline", command_line(process)
        for name in ("environ", "comm"):
            with suppress(OSError):
                yield f"/proc/{process}/{name}", Path(f"/proc/{process}/{name}").read_bytes()


def write_dumps(client: Any) -> None:
    """The append-only file anew, and an RDB file, both without compression."""
    client.config_set("rdbcompression", "no")
    client.bgrewriteaof()

    def is_done() -> bool:
        state = client.info("persistence")
        return not state["aof_rewrite_in_progress"] and not state["aof_rewrite_scheduled"]

    eventually(is_done, what="the append-only file is written anew")
    assert client.info("persistence")["aof_last_bgrewrite_status"] == "ok"
    client.save()


_WORD = re.compile(rb'"((?:[^"\\]|\\.)*)"')


class Wire:
    """Every command that reaches Redis (MONITOR), with what soon goes: Celery's messages and events among it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = socket.create_connection((parts.hostname or "", parts.port or 0))
        self._socket.sendall(f"AUTH {parts.password}\r\nMONITOR\r\n".encode())
        self._heard = bytearray()
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()
        eventually(lambda: self._heard.count(b"+OK") >= 2, what="MONITOR is on")

    def heard(self) -> dict[str, bytes]:
        """All commands by their first three words (EVALSHA: its operation)."""
        found: dict[str, list[bytes]] = {}
        for line in bytes(self._heard).splitlines():
            words = _WORD.findall(line)[:4]
            named = words[3:] if words[:1] == [b"EVALSHA"] else words[1:2]
            found.setdefault(b" ".join([*words[:1], *named])[:80].decode("ascii", "replace"), []).append(line)
        return {f"command {name}": b"\n".join(lines) for name, lines in found.items()}

    def end(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.join()
        self._socket.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while piece := self._socket.recv(1 << 20):
                self._heard += piece


def flower_of(http: httpx.Client, *, closed: Collection[str] = ()) -> Iterator[Place]:
    """Every page and every answer of its API, but those that a proxy before it closes."""

    def seen(path: str) -> Place:
        answer = http.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return f"Flower {path}", f"{answer.headers}\n{answer.text}".encode()

    # Asked first: without it Flower knows no worker.
    yield seen("api/workers?refresh=1")
    workers = http.get("api/workers").json()
    tasks: Mapping[str, Any] = http.get("api/tasks").json()
    assert workers, "Flower knows the workers"
    assert tasks, "Flower knows the tasks"
    for path in {"", "workers", "tasks", "broker", "metrics", "healthcheck"}.difference(closed):
        yield seen(path)
    for path in ("api/tasks", "api/workers?status=1", "api/queues/length", "api/task/types"):
        yield seen(path)
    yield from (seen(f"worker/{name}") for name in workers)
    for task in tasks:
        yield seen(f"task/{task}")
        yield seen(f"api/task/info/{task}")
    for name in set(re.findall(r'src="[^"]*?(static/[^"?]+)', http.get("tasks").text)):
        yield seen(name)
