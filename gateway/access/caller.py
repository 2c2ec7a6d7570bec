"""Who asks."""

from dataclasses import dataclass
from typing import Final

from gateway.access.scopes import Scope

ANONYMOUS_CLIENT: Final = "anonymous"


@dataclass(frozen=True, slots=True)
class Caller:
    """`client`: whose jobs it sees. `key_id`: by which key; None without keys (AUTH=none)."""

    client: str
    key_id: str | None
    scopes: frozenset[Scope]

    @property
    def name(self) -> str:
        """For receipts and the audit log: the key, or the client where there is none."""
        return self.key_id or self.client


#: Everybody's, with AUTH=none.
ANONYMOUS: Final = Caller(ANONYMOUS_CLIENT, None, frozenset(Scope))
