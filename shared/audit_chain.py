"""The audit log's chain: each entry holds the SHA-256 of itself and the one before, and the service signs the last.

Only the head is signed (ed25519), so that a change of ENCRYPTION_KEYS needs nothing but the old key in the ring until
the next entry. What a writer of Redis alters, takes out, moves or puts in then does not lead to the signed head.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, Self

from shared import keys
from shared.cipher import KeyRing
from shared.derived_keys import joined
from shared.errors import AuditBroken
from shared.jobs.script import Argument, Command, call, pairs
from shared.signing import Signature, SigningKind, sign, verify

#: Before the first entry.
_NOTHING: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the chain: the hash of the entry with this number."""

    sequence: int = 0
    hash: str = _NOTHING


@dataclass(frozen=True, slots=True)
class Head:
    """What the chain holds: entries after `base` (older ones were dropped) up to `last`."""

    base: Mark = Mark()
    last: Mark = Mark()
    #: When it was signed, milliseconds.
    signed_ms: int = 0


@dataclass(frozen=True, slots=True)
class SignedHead:
    """`statement`: the head as JSON, exactly as it was signed."""

    statement: str
    signature: Signature

    @classmethod
    def of(cls, head: Head, key_ring: KeyRing) -> Self:
        statement = json.dumps(asdict(head))
        return cls(statement, sign(key_ring, SigningKind.AUDIT, statement.encode()))

    def open(self, key_ring: KeyRing) -> Head:
        """Raises AuditBroken when no key of the ring made the signature."""
        if not verify(key_ring, SigningKind.AUDIT, self.statement.encode(), self.signature):
            raise AuditBroken("The head of the audit log is not signed by a key of ENCRYPTION_KEYS.")
        return self.unverified()

    def unverified(self) -> Head:
        """What it says, whoever said it."""
        known = json.loads(self.statement)
        return Head(Mark(**known["base"]), Mark(**known["last"]), known["signed_ms"])

    @property
    def signature_base64(self) -> str:
        return base64.b64encode(self.signature.value).decode()

    def as_json(self) -> str:
        shown = {"key_id": self.signature.key_id, "value": self.signature_base64}
        return json.dumps({"statement": self.statement, "signature": shown})


@dataclass(frozen=True, slots=True)
class Note:
    """What was noted, as shared/audit.py tells it; `time_ms` on the store's clock."""

    time_ms: int
    client: str
    key_id: str
    action: str
    subject: str
    request_id: str
    outcome: str
    count: int


@dataclass(frozen=True, slots=True)
class Entry:
    sequence: int
    note: Note
    hash: str


@dataclass(frozen=True, slots=True)
class Work:
    """What a chainer finds: the head, notes in the inbox by id, the oldest entries, the length of the chain."""

    head: SignedHead | None
    inbox: tuple[tuple[str, Note], ...]
    oldest: tuple[Entry, ...]
    length: int


@dataclass(frozen=True, slots=True)
class Page:
    """Entries in order with the head of the same moment."""

    head: SignedHead | None
    entries: tuple[Entry, ...]
    #: Notes that stand in no chain yet.
    waiting: int


@dataclass(frozen=True, slots=True)
class Extension:
    """A head and the entries that lead to it from the one before."""

    before: SignedHead | None
    after: SignedHead
    inbox_ids: tuple[str, ...]
    entries: tuple[Entry, ...]
    first_kept: int
    #: Whether `before` is the last of its hour.
    is_anchor: bool = field(default=False)


def link(before: str, sequence: int, note: Note) -> str:
    """The hash of an entry: SHA-256, in hex, over the hash before and every field with its length."""
    values = [str(getattr(note, each.name)) for each in fields(Note)]
    return hashlib.sha256(joined((before, str(sequence), *values))).hexdigest()


def chained(last: Mark, notes: Sequence[Note]) -> tuple[Entry, ...]:
    """The notes as entries that follow `last`."""
    entries = []
    for sequence, note in enumerate(notes, last.sequence + 1):
        last = Mark(sequence, link(last.hash, sequence, note))
        entries.append(Entry(sequence, note, last.hash))
    return tuple(entries)


def read_work(limit: int) -> Command[Work]:
    def read(reply: list[Any]) -> Work:
        head, inbox, oldest, length = reply
        notes = tuple((entry_id.decode(), _inbox_note(entry_id, flat)) for entry_id, flat in inbox)
        return Work(_head(head), notes, tuple(_entry(*each) for each in oldest), length)

    return Command(call("read_audit_work", limit), read)


def extend(extension: Extension) -> Command[int]:
    """1: done; 0: another chainer was first; -1: the chain is not as the head has it."""
    before, after = extension.before, extension.after
    links: list[Argument] = []
    for inbox_id, entry in zip(extension.inbox_ids, extension.entries, strict=True):
        links += [inbox_id, entry.note.time_ms, entry.hash]
    first = extension.entries[0].sequence if extension.entries else 2**53 - 1
    return Command(
        call(
            "extend_audit",
            before.statement if before else "",
            *(after.statement, after.signature.key_id, after.signature_base64),
            before.as_json() if before and extension.is_anchor else "",
            extension.first_kept,
            first,
            *links,
        ),
        int,
    )


def read_page(after: int, limit: int) -> Command[Page]:
    """Entries with a number above `after`."""

    def read(reply: list[Any]) -> Page:
        head, entries, waiting = reply
        return Page(_head(head), tuple(_entry(*each) for each in entries), waiting)

    return Command(call("read_audit", after, limit), read)


def read_anchors() -> Command[tuple[SignedHead, ...]]:
    """The heads of the hours, oldest first."""

    def read(reply: list[bytes]) -> tuple[SignedHead, ...]:
        found = [json.loads(each) for each in reply]
        return tuple(
            _signed(each["statement"], each["signature"]["key_id"], each["signature"]["value"]) for each in found
        )

    return Command(("LRANGE", keys.AUDIT_ANCHORS, 0, -1), read)


def _head(reply: Sequence[bytes | None]) -> SignedHead | None:
    if reply[0] is None:
        return None
    return _signed(*((value or b"").decode() for value in reply))


def _signed(statement: str, key_id: str, signature: str) -> SignedHead:
    return SignedHead(statement, Signature(key_id, base64.b64decode(signature)))


def _inbox_note(entry_id: bytes, flat: Any) -> Note:
    return _note(int(entry_id.partition(b"-")[0]), pairs(flat))


def _entry(entry_id: bytes, flat: Any) -> Entry:
    found = pairs(flat)
    note = _note(int(found.get(b"time_ms", 0)), found)
    return Entry(int(entry_id.partition(b"-")[0]), note, found.get(b"hash", b"").decode())


def _note(time_ms: int, found: Any) -> Note:
    """A field that is not there is empty: an altered entry is to be told of, not to stop those who look."""

    def value(name: str) -> str:
        return str(found.get(name.encode(), b"").decode("utf-8", "replace"))

    count = value("count")
    return Note(
        time_ms=time_ms,
        client=value("client"),
        key_id=value("key_id"),
        action=value("action"),
        subject=value("subject"),
        request_id=value("request_id"),
        outcome=value("outcome"),
        count=int(count) if count.isascii() and count.isdigit() else -1,
    )
