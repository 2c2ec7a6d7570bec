"""An entry of the audit log as outsiders see it."""

from dataclasses import asdict

from pydantic import BaseModel, Field

from shared.audit_chain import Entry
from shared.clock import rfc3339


class EntryView(BaseModel):
    sequence: int
    time: str
    client: str
    key_id: str = Field(description="Empty without keys (AUTH=none).")
    action: str
    subject: str = Field(description="The job or the key that it was done to, where there is one.")
    request_id: str
    outcome: str = Field(description="`done`, `no-effect` or `not-found`.")
    count: int = Field(description="Documents, where it is about several.")
    hash: str = Field(description="SHA-256 of this entry and the one before.")


def entry_view(entry: Entry) -> EntryView:
    found = asdict(entry.note)
    return EntryView(sequence=entry.sequence, time=rfc3339(found.pop("time_ms")) or "", hash=entry.hash, **found)
