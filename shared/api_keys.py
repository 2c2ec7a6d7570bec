"""API keys and clients' limits: the records, and what is done with them, as pure values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from shared import keys
from shared.errors import KeyNotFound
from shared.jobs.script import Argument, Command, call, pairs

#: `last_used` is written at most so often, so that a busy key costs no write a request.
USED_EVERY_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class ApiKey:
    """Times are milliseconds on the store's clock."""

    id: str
    client: str
    name: str
    scopes: tuple[str, ...]
    created_ms: int
    expires_ms: int | None
    last_used_ms: int | None
    #: Until when the secret before the last rotation counts.
    old_secret_until_ms: int | None
    revoked_ms: int | None


@dataclass(frozen=True, slots=True)
class ClientLimits:
    """Of one client; None: as the service's settings say, 0: none."""

    rate_per_s: float | None = None
    burst: int | None = None
    max_jobs: int | None = None
    characters_per_minute: int | None = None


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a client may still ask, after this request."""

    is_allowed: bool
    burst: int
    #: Seconds in which the whole burst grows again.
    window_s: int
    remaining: int
    #: Seconds until the whole burst is there again.
    reset_s: int
    #: Seconds until the next request may come; 0 where it may.
    retry_s: int


@dataclass(frozen=True, slots=True)
class Entered:
    """Who has the key, if the digest of the secret is one of `digests`: compare in constant time."""

    client: str
    scopes: tuple[str, ...]
    digests: tuple[str, ...] = field(repr=False)
    #: None: no limit.
    allowance: Allowance | None


def enter(key_id: str, digest: str, *, rate_per_s: float, burst: int) -> Command[Entered | None]:
    """Look a key up and count a request of its client, in one call; None where no such key counts.

    The rate is the client's unless it has one of its own; 0: none.
    """

    def read(reply: list[Any]) -> Entered | None:
        if not reply:
            return None
        client, scopes, digests, allowance = reply
        return Entered(
            client.decode(),
            _words(scopes),
            tuple(each.decode() for each in digests),
            Allowance(bool(allowance[0]), *allowance[1:]) if allowance else None,
        )

    return Command(call("enter", key_id, digest, USED_EVERY_MS, repr(rate_per_s), burst), read)


def create_key(
    key_id: str, client: str, *, name: str, scopes: Sequence[str], digest: str, expires_ms: int | None
) -> Command[ApiKey]:
    words = (key_id, client, name, " ".join(scopes), digest, "" if expires_ms is None else expires_ms)
    return Command(call("create_key", *words), lambda reply: _key(pairs(reply)))


def list_keys() -> Command[tuple[ApiKey, ...]]:
    """All of them, those that were revoked too, oldest first."""
    return Command(call("list_keys"), lambda reply: tuple(_key(pairs(each)) for each in reply))


def read_key(key_id: str) -> Command[ApiKey]:
    """Reading the reply raises KeyNotFound; one that was revoked is found."""
    return Command(("HGETALL", keys.api_key(key_id)), _found)


def rotate_key(key_id: str, digest: str, *, overlap_ms: int) -> Command[ApiKey]:
    """A new secret; the old one counts for `overlap_ms`. Reading the reply raises KeyNotFound."""
    return Command(call("rotate_key", key_id, digest, overlap_ms), _found)


def revoke_key(key_id: str) -> Command[ApiKey]:
    """From now on it counts no more. Reading the reply raises KeyNotFound."""
    return Command(call("revoke_key", key_id), _found)


def put_limits(client: str, limits: ClientLimits) -> Command[None]:
    """These and no others are the client's own."""
    known = {name: getattr(limits, name) for name in ClientLimits.__dataclass_fields__}
    words: list[Argument] = [word for name, value in known.items() if value is not None for word in (name, repr(value))]
    return Command(call("put_limits", client, *words), lambda _: None)


def read_limits(client: str) -> Command[ClientLimits]:
    def read(reply: Any) -> ClientLimits:
        known = pairs(reply)
        rate = known.get(b"rate_per_s")
        return ClientLimits(
            rate_per_s=None if rate is None else float(rate),
            burst=_number(known, b"burst"),
            max_jobs=_number(known, b"max_jobs"),
            characters_per_minute=_number(known, b"characters_per_minute"),
        )

    return Command(("HGETALL", keys.limits(client)), read)


def _found(reply: Any) -> ApiKey:
    if not reply:
        raise KeyNotFound
    return _key(pairs(reply))


def _key(record: Mapping[bytes, bytes]) -> ApiKey:
    return ApiKey(
        id=record[b"id"].decode(),
        client=record[b"client"].decode(),
        name=record[b"name"].decode(),
        scopes=_words(record[b"scopes"]),
        created_ms=int(record[b"created_ms"]),
        expires_ms=_number(record, b"expires_ms"),
        last_used_ms=_number(record, b"last_used_ms"),
        old_secret_until_ms=_number(record, b"old_until_ms"),
        revoked_ms=_number(record, b"revoked_ms"),
    )


def _words(value: bytes) -> tuple[str, ...]:
    return tuple(value.decode().split())


def _number(record: Mapping[bytes, bytes], name: bytes) -> int | None:
    return int(record[name]) if name in record else None
