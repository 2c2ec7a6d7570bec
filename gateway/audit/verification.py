"""Whether the audit log is as it was signed: what was altered, taken out, moved, put in, or cut off at the end."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from shared.audit_chain import Entry, Head, Mark, SignedHead, link, read_anchors, read_page
from shared.cipher import KeyRing
from shared.errors import AuditBroken
from shared.jobs.script import Command
from shared.signing import SigningKind, public_keys

Run = Callable[[Command[Any]], Any]

_PAGE: Final = 1_000


class Fault(StrEnum):
    """What is wrong at a place of the chain."""

    ALTERED = "altered"
    MISSING = "missing"
    #: Put in, or moved.
    OUT_OF_ORDER = "out-of-order"
    #: The end of the chain is not where the head, or what was known of it earlier, has it.
    CUT_OFF = "cut-off"
    BEYOND_HEAD = "beyond-head"
    #: Every entry fits the one before, but they are not those that were signed.
    REWRITTEN = "rewritten"
    HEAD_MISSING = "head-missing"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Finding:
    """`sequence`: the entry, or the place where one should be."""

    fault: Fault
    sequence: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """`first` to `last`: the entries that were looked at; `waiting`: notes that stand in no chain yet."""

    entries: int
    first: int
    last: int
    anchors: int
    waiting: int
    findings: tuple[Finding, ...]


def entries_of(run: Run) -> Iterator[Entry]:
    """All of the chain, oldest first."""
    after = 0
    while page := run(read_page(after, _PAGE)).entries:
        yield from page
        after = page[-1].sequence


def verify(run: Run, key_ring: KeyRing, known_elsewhere: Mapping[int, str]) -> Verdict:
    """`known_elsewhere`: hashes by number that were kept outside of the store, as the gateway's log has them."""
    page = run(read_page(0, _PAGE))
    findings: list[Finding] = []
    head = _opened(page.head, key_ring, findings)
    if page.head is None:
        findings += [Finding(Fault.HEAD_MISSING, 0)] * bool(page.entries or known_elsewhere)
    known = {**_anchors(run, key_ring, findings), **known_elsewhere}
    last, entries = head.base, 0
    while page.entries:
        for entry in page.entries:
            findings += _faults(entry, last, known)
            if entry.sequence > last.sequence:
                last = Mark(entry.sequence, entry.hash)
        entries += len(page.entries)
        page = run(read_page(last.sequence, _PAGE))
        head = _opened(page.head, key_ring, []) if page.head else head
    findings += _faults_of_end(last, head, known)
    return Verdict(entries, head.base.sequence + 1, last.sequence, len(known), page.waiting, tuple(findings))


def _opened(signed: SignedHead | None, key_ring: KeyRing, findings: list[Finding]) -> Head:
    try:
        return signed.open(key_ring) if signed else Head()
    except AuditBroken:
        findings.append(Finding(Fault.SIGNATURE, 0))
        return signed.unverified() if signed else Head()


def _anchors(run: Run, key_ring: KeyRing, findings: list[Finding]) -> dict[int, str]:
    """Those of keys that are in the ring no more tell nothing; the head, signed since, tells it all."""
    known = {}
    for anchor in run(read_anchors()):
        try:
            last = anchor.open(key_ring).last
        except AuditBroken:
            if anchor.signature.key_id in {key.id for key in public_keys(key_ring, SigningKind.AUDIT)}:
                findings.append(Finding(Fault.SIGNATURE, anchor.unverified().last.sequence))
            continue
        known[last.sequence] = last.hash
    return known


def _faults(entry: Entry, last: Mark, known: Mapping[int, str]) -> list[Finding]:
    if entry.sequence > last.sequence + 1:
        return [Finding(Fault.MISSING, last.sequence + 1)]
    if entry.sequence <= last.sequence:
        return [Finding(Fault.OUT_OF_ORDER, entry.sequence)]
    if link(last.hash, entry.sequence, entry.note) != entry.hash:
        return [Finding(Fault.ALTERED, entry.sequence)]
    if known.get(entry.sequence, entry.hash) != entry.hash:
        return [Finding(Fault.REWRITTEN, entry.sequence)]
    return []


def _faults_of_end(last: Mark, head: Head, known: Mapping[int, str]) -> list[Finding]:
    furthest = max((head.last.sequence, *known))
    if last.sequence < furthest:
        return [Finding(Fault.CUT_OFF, last.sequence + 1)]
    if last.sequence > head.last.sequence:
        return [Finding(Fault.BEYOND_HEAD, head.last.sequence + 1)]
    return [] if last.hash == head.last.hash else [Finding(Fault.REWRITTEN, last.sequence)]
