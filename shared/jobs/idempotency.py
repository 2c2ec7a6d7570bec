"""Which job a client's Idempotency-Key stands for, as pure values (draft-ietf-httpapi-idempotency-key-header-07)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shared.jobs.script import Command, call

#: A request that reserved its key so long ago and submitted nothing is taken for dead.
IN_FLIGHT_MS: Final = 30_000


class Answer(StrEnum):
    """What a key was found to stand for."""

    #: Reserved for the caller, who is to submit the job.
    NEW = "new"
    #: The job was submitted before.
    REPLAYED = "replayed"
    #: Another request with this key is about to submit the job.
    IN_FLIGHT = "in_flight"
    #: Another request had the key.
    MISMATCH = "mismatch"


@dataclass(frozen=True, slots=True)
class Mark:
    """A client's key and its request, as HMACs in hex by one key of the ring."""

    digest: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Reservation:
    answer: Answer
    #: The job that the key stands for: the caller's own, or an earlier one.
    job_id: str


def reserve(
    client: str, marks: Sequence[Mark], job_id: str, *, kept_ms: int, in_flight_ms: int = IN_FLIGHT_MS
) -> Command[Reservation]:
    """Reserve a key for a job, or find out what it stands for; the first of `marks` is the one that is written."""

    def read(reply: list[bytes]) -> Reservation:
        answer, known_id = reply
        return Reservation(Answer(answer.decode()), known_id.decode())

    words = [word for mark in marks for word in (mark.digest, mark.fingerprint)]
    return Command(call("reserve_key", client, job_id, kept_ms, in_flight_ms, *words), read)


def forget(client: str, digests: Sequence[str], job_id: str) -> Command[bool]:
    """Free a key whose request was refused; False when it stands for another job, or its job was submitted."""
    return Command(call("forget_key", client, job_id, *digests), bool)
