"""Options that a client keeps under a name: the stored record, and what is done with it, as pure values."""

import json
from dataclasses import dataclass, field
from typing import Any, Final

from shared import keys
from shared.cipher import KeyRing
from shared.errors import TooManyTemplates
from shared.jobs.script import Command, call, pairs

MAX_TEMPLATES: Final = 200

KIND: Final = "template"


@dataclass(frozen=True, slots=True)
class Template:
    """`box`: the options that the client set, sealed by the key ring. Times are milliseconds on the store's clock."""

    client: str
    name: str
    updated_ms: int
    box: bytes = field(repr=False)

    def options(self, key_ring: KeyRing) -> dict[str, Any]:
        """Only what the client set; defaults are those of the day on which it is used. Raises UndecipherablePayload."""
        return dict(json.loads(key_ring.open(self.client, KIND, self.name, self.box)))


@dataclass(frozen=True, slots=True)
class Put:
    updated_ms: int
    is_new: bool


def seal_options(key_ring: KeyRing, client: str, name: str, options: bytes) -> bytes:
    """`options`: JSON."""
    return key_ring.seal(client, KIND, name, options)


def put_template(client: str, name: str, box: bytes) -> Command[Put]:
    """Make or replace one. The reading raises TooManyTemplates."""

    def read(reply: list[int]) -> Put:
        if reply[0] < 0:
            raise TooManyTemplates(f"You have {MAX_TEMPLATES} templates, the most; delete one first.")
        return Put(reply[1], bool(reply[0]))

    return Command(call("put_template", client, name, box, MAX_TEMPLATES), read)


def read_template(client: str, name: str) -> Command[Template | None]:
    def read(reply: list[bytes | None]) -> Template | None:
        box, updated_ms = reply
        return None if box is None or updated_ms is None else Template(client, name, int(updated_ms), box)

    return Command(call("read_template", client, name), read)


def list_templates(client: str) -> Command[tuple[tuple[str, int], ...]]:
    """Names, in order, each with the time it was last put."""

    def read(reply: Any) -> tuple[tuple[str, int], ...]:
        return tuple(sorted((name.decode(), int(moment)) for name, moment in pairs(reply).items()))

    return Command(("HGETALL", keys.template_times(client)), read)


def delete_template(client: str, name: str) -> Command[bool]:
    """False when there was none."""
    return Command(call("delete_template", client, name), bool)
