"""A client of server-sent events, as much of one as the tests need (WHATWG HTML, 9.2)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2 as httpx


@dataclass(frozen=True, slots=True)
class Event:
    """`kind` is "" for a comment."""

    kind: str
    id: str
    data: dict[str, Any]


class EventSource:
    """One open stream."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.iter_lines()

    def events(self) -> Iterator[Event]:
        """Comments too, until the stream is closed."""
        fields: dict[str, str] = {}
        for line in self._lines:
            if line.startswith(":"):
                yield Event("", "", {"comment": line[1:].strip()})
            elif line:
                name, _, value = line.partition(":")
                fields[name] = value.removeprefix(" ")
            elif fields:
                yield Event(fields["event"], fields["id"], json.loads(fields["data"]))
                fields = {}

    def next(self) -> Event:
        """The next event that is no comment."""
        return next(event for event in self.events() if event.kind)


@contextmanager
def listen(http: httpx.Client, job_id: str, *, last_event_id: str | None = None) -> Iterator[EventSource]:
    headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last_event_id} if last_event_id else {})
    with http.stream("GET", f"/v1/jobs/{job_id}/events", headers=headers) as response:
        yield EventSource(response)
