"""What webhooks tell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from shared.webhook_url import MAX_URL_CHARS


class EventType(StrEnum):
    """The ends of a job."""

    SUCCEEDED = "job.succeeded"
    FAILED = "job.failed"
    CANCELED = "job.canceled"
    EXPIRED = "job.expired"


#: Sent to an endpoint by request, of no job.
PING: Final = "ping"

Url = Annotated[str, Field(max_length=MAX_URL_CHARS, description="https, a public host, port 443 or 8443.")]
#: Those of a request that names none.
ALL_EVENTS: Final = tuple(EventType)


def _each_once(events: tuple[EventType, ...]) -> tuple[EventType, ...]:
    if not events:
        raise ValueError("Name at least one event.")
    return tuple(dict.fromkeys(events))


# Not by min_length: pydantic would also count as missing what is there and wrong.
Events = Annotated[tuple[EventType, ...], AfterValidator(_each_once), Field(json_schema_extra={"minItems": 1})]


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, as its record stands in Redis, which outlives the job's."""

    #: The job's id, or a ping's.
    id: str
    type: str
    client: str
    state: str
    finished_ms: int
    total: int = 0
    succeeded: int = 0
    failed: int = 0
    #: Problem type of a failed job.
    problem: str | None = None
    wrapped_key: bytes | None = field(default=None, repr=False)
    #: Sealed by the job's cipher.
    metadata_box: bytes | None = field(default=None, repr=False)
    webhook_box: bytes | None = field(default=None, repr=False)
    #: Of the job's trace, where it has one (docs/traces.md).
    traceparent: str | None = None


def event_from_hash(record: Mapping[bytes, bytes]) -> Event:
    """An event from the reply to HGETALL of its key. Raises KeyError when a field is missing."""
    problem = record.get(b"problem")

    def count(name: bytes) -> int:
        return int(record.get(name, 0))

    return Event(
        id=record[b"id"].decode(),
        type=record[b"type"].decode(),
        client=record[b"client"].decode(),
        state=record[b"state"].decode(),
        finished_ms=int(record[b"finished_ms"]),
        total=count(b"total"),
        succeeded=count(b"succeeded"),
        failed=count(b"failed"),
        problem=problem.decode() if problem else None,
        wrapped_key=record.get(b"wrapped_key"),
        metadata_box=record.get(b"metadata"),
        webhook_box=record.get(b"webhook"),
        traceparent=_traceparent(record),
    )


def _traceparent(record: Mapping[bytes, bytes]) -> str | None:
    value = record.get(b"traceparent")
    return value.decode() if value else None


def joined(events: tuple[EventType, ...]) -> str:
    """As records hold them."""
    return ",".join(events)
