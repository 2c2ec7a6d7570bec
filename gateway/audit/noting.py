"""What routes note in the audit log with: who asks is known, the route says what is done."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from gateway.access.caller import Caller
from gateway.find import is_job_id
from shared.audit import Action, Deed, Outcome, audited, note, note_of_job
from shared.jobs.script import Command, Reply


@dataclass(frozen=True, slots=True)
class Auditor:
    """One request's. `key_id` is empty without keys (AUTH=none)."""

    client: str
    key_id: str
    request_id: str

    def noted(self, command: Command[Reply], action: Action, subject: str = "", *, count: int = 0) -> Command[Reply]:
        """The same operation of the script, which notes that it was done: both or neither, in one call."""
        return audited(command, self._deed(action, subject, count))

    def asked(self, action: Action, job_id: str) -> Command[bool]:
        """To be run with what reads the job: whether there is one of the client's is noted too."""
        if not is_job_id(job_id):
            return note(self._deed(action, "", 0), Outcome.NOT_FOUND)
        return note_of_job(self._deed(action, job_id, 0))

    def done(self, action: Action, subject: str = "", *, count: int = 0) -> Command[bool]:
        """What changes nothing in the store."""
        return note(self._deed(action, subject, count))

    def _deed(self, action: Action, subject: str, count: int) -> Deed:
        return Deed(self.client, self.key_id, action, subject, self.request_id, count)


def auditor_of(request: Request) -> Auditor:
    caller = cast(Caller, request.state.caller)
    return Auditor(caller.client, caller.key_id or "", request.state.request_id)


# `async` as those of gateway/dependencies.py.
async def _auditor(request: Request) -> Auditor:
    return auditor_of(request)


Audit = Annotated[Auditor, Depends(_auditor)]
