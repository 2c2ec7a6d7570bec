"""Users of Redis or Valkey with the least rights that each process works with, as a table.

Rights are checked within the script too (`shared/jobs/transitions/`): a process that was taken over can touch no more
than its user. `tests/integration/test_redis_users.py` finds the table neither too narrow nor too wide.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

ADMIN: Final = "admin"


class User(StrEnum):
    GATEWAY = "gateway"
    WORKER = "worker"
    COURIER = "courier"
    FLOWER = "flower"


@dataclass(frozen=True, slots=True)
class Rights:
    """Patterns of keys and of channels, and commands beside those that everyone has."""

    keys: tuple[str, ...]
    readable_keys: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()


#: Of every user. `@dangerous` are KEYS, FLUSHALL, SORT, RESTORE, DEBUG, CONFIG, MONITOR, ACL and their like. Scans do
#: not heed the patterns of keys; EVAL is EVALSHA without its saving.
_COMMANDS: Final = (
    "-@all +@read +@write +@pubsub +@transaction -@dangerous -@admin -scan -randomkey -dbsize"
    " +ping +hello +auth +select +quit +reset +client|setinfo +client|setname +client|id +time"
).split()
_SCRIPT: Final = ("+evalsha", "+script|load", "+script|exists")
#: Celery's queues, bindings and unacknowledged messages; its broadcasts and events.
_QUEUES: Final = ("celery:*",)
#: PSUBSCRIBE, which kombu uses, is allowed for a pattern that stands here as it is sent: of database 0.
_BROADCASTS: Final = (
    "celery:/*",
    "celery:/0.celery.pidbox",
    "celery:/0.celeryev/*",
    "celery:/0.celeryev/worker.*",
    "celery:/0.celeryev/worker.#",
)
#: What is written with a delivery: by the worker when its job ends, by the courier when it is made.
_DELIVERIES: Final = ("aa:attempts:*", "aa:deliver*", "aa:endpoint-deliveries:*", "aa:event:*", "aa:webhook-*")
_CHANGES: Final = ("aa:job-*",)

RIGHTS: Final[Mapping[User, Rights]] = {
    User.GATEWAY: Rights(keys=("aa:*", *_QUEUES), channels=_CHANGES, commands=(*_SCRIPT, "+waitaof")),
    # All of a job, and nothing of API keys, limits of clients, templates or idempotency keys.
    User.WORKER: Rights(
        keys=(
            *("aa:active:*", "aa:audit*", "aa:blame:*", "aa:characters:*", "aa:dead*", "aa:expiries", "aa:file:*"),
            *("aa:found:*", "aa:hints:*", "aa:job:*", "aa:jobs:*", "aa:lane*", "aa:long:*", "aa:lost:*", "aa:output:*"),
            *("aa:payload:*", "aa:rate:*", "aa:receipt:*", "aa:reconciler", "aa:replay:*", "aa:result:*"),
            *("aa:rewrite-*", "aa:running", "aa:sequence", "aa:store", "aa:totals", "aa:workers"),
            *_DELIVERIES,
            *_QUEUES,
        ),
        channels=(*_CHANGES, *_BROADCASTS),
        # Erased keys leave the append-only file by a rewrite (worker/rewriting.py).
        commands=(*_SCRIPT, "+bgrewriteaof", "+info"),
    ),
    # Webhooks alone: no text, no result, no API key.
    User.COURIER: Rights(
        keys=(*_DELIVERIES, "aa:job:*", "aa:totals", *_QUEUES), channels=_BROADCASTS, commands=_SCRIPT
    ),
    # Looks at queues and events, and asks workers; it can put nothing into a queue.
    User.FLOWER: Rights(
        keys=(
            *("celery:_kombu.binding*", "celery:*.reply.celery.pidbox*", "celery:celeryev*"),
            # Every consumer of kombu tries to be the one that looks for lost messages.
            "celery:unacked_mutex",
        ),
        readable_keys=("celery:anonymize.*", "celery:celery*", "celery:webhooks*", "celery:unacked*"),
        channels=_BROADCASTS,
        # kombu has a script of its own for bindings.
        commands=_SCRIPT,
    ),
}


def acl_line(user: User, password: str) -> str:
    """One line of an ACL file or of a server's configuration; the password stands in it as its hash."""
    rights = RIGHTS[user]
    keys = [f"~{pattern}" for pattern in rights.keys] + [f"%R~{pattern}" for pattern in rights.readable_keys]
    channels = [f"&{pattern}" for pattern in rights.channels]
    return _line(user, password, ["resetchannels", *keys, *channels, *_COMMANDS, *rights.commands])


def new_passwords() -> dict[str, str]:
    """A random one for the administrator and for each user, by name."""
    return {name: secrets.token_urlsafe(32) for name in (ADMIN, *User)}


def acl_file(passwords: Mapping[str, str]) -> list[str]:
    """The lines of an ACL file: who names no user may do nothing, the administrator all, the others what they need.

    The administrator is for operators, backups and `python -m shared.rotate_keys`.
    """
    return [
        # Off: nobody can be it. But version 8 reads its own append-only file as this user, and skips every transaction
        # where it has no rights: after a restart the store was empty (tests/compose/test_recovery.py).
        "user default reset off ~* &* +@all",
        _line(ADMIN, passwords[ADMIN], ["~*", "&*", "+@all"]),
        *(acl_line(user, passwords[user]) for user in User),
    ]


def _line(name: str, password: str, rights: list[str]) -> str:
    return " ".join(("user", name, "reset", "on", f"#{hashlib.sha256(password.encode()).hexdigest()}", *rights))
