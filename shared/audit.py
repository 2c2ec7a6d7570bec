"""The audit log: who did what to which job, as pure values. No text, no name that a client gave, only ids and counts.

A deed is noted by the call that does it, so there is never one without the other (transitions/audit.lua);
shared/audit_chain.py makes the notes a chain. Docs: docs/audit.md.
"""

from dataclasses import dataclass
from enum import StrEnum

from shared.jobs.script import Argument, Command, Reply, call


class Action(StrEnum):
    """What is noted."""

    SUBMIT = "submit"
    READ_RESULT = "read-result"
    READ_FILE = "read-file"
    READ_INPUT = "read-input"
    READ_EVENTS = "read-events"
    DEANONYMIZE = "deanonymize"
    CANCEL = "cancel"
    ERASE = "erase"
    REDELIVER = "redeliver"
    REPLAY = "replay"
    PUT_ENDPOINT = "put-endpoint"
    DELETE_ENDPOINT = "delete-endpoint"
    ENABLE_ENDPOINT = "enable-endpoint"
    DISABLE_ENDPOINT = "disable-endpoint"
    ROTATE_SECRET = "rotate-secret"  # noqa: S105  the name of a deed
    MAKE_KEY = "make-key"
    ROTATE_KEY = "rotate-key"
    REVOKE_KEY = "revoke-key"
    CHANGE_LIMITS = "change-limits"


class Outcome(StrEnum):
    """What came of it."""

    DONE = "done"
    #: Allowed, but there was nothing to do: the queue was full, the job had ended, there was no such endpoint.
    NO_EFFECT = "no-effect"
    #: No such job of this client.
    NOT_FOUND = "not-found"


@dataclass(frozen=True, slots=True)
class Deed:
    """`subject`: the id of a job or a key, or empty. `count`: documents, where it is about several."""

    client: str
    key_id: str
    action: Action
    subject: str
    request_id: str
    count: int = 0


def audited(command: Command[Reply], deed: Deed) -> Command[Reply]:
    """The same command, which notes the deed too: both in one atomic call. Only for operations of the script."""
    if command.arguments[0] != "EVALSHA":
        raise ValueError("only an operation of the script can note a deed")
    evalsha, sha, keys, *operation = command.arguments
    return Command((evalsha, sha, keys, "audited", *_words(deed), *operation), command.read)


def note(deed: Deed, outcome: Outcome = Outcome.DONE) -> Command[bool]:
    """A deed that changes nothing in the store."""
    return Command(call("note", *_words(deed), outcome), bool)


def note_of_job(deed: Deed) -> Command[bool]:
    """That a client asked for what a job holds; the outcome says whether there is such a job of it."""
    return Command(call("note_of_job", *_words(deed)), bool)


def _words(deed: Deed) -> tuple[Argument, ...]:
    return deed.client, deed.key_id, deed.action, deed.subject, deed.request_id, deed.count
