"""The keys of one scope: what makes hashes, pseudonyms, tokens and date shifts agree within it and nowhere else."""

import hmac
from dataclasses import dataclass, replace
from typing import Literal

from shared.derived_keys import derive, joined
from shared.tokens import TWEAK_BYTES, TokenKey

Scope = Literal["document", "job", "client"]


@dataclass(frozen=True, slots=True, repr=False)
class ScopeKeys:
    """Subkeys of one scope, each for one use. Never printed: it has no repr."""

    scope: Scope
    hash: bytes
    pseudonym: bytes
    date: bytes
    #: The client's, whatever the scope.
    token_key: TokenKey
    #: Authenticated with every token of the scope, so that equal values differ between scopes.
    tweak: bytes

    @classmethod
    def for_scope(cls, service_key: bytes, client_id: str, job_id: str, scope: Scope) -> "ScopeKeys":
        """The keys of a client, of a job of a client, or (see `of_document`) of each document of it.

        Raises ValueError if the service key has less than 32 bytes.
        """
        bound = ("client", client_id) if scope == "client" else (scope, client_id, job_id)
        return cls(
            scope=scope,
            hash=derive(service_key, 32, "hash", *bound),
            pseudonym=derive(service_key, 32, "pseudonym", *bound),
            date=derive(service_key, 32, "date", *bound),
            token_key=TokenKey.for_client(service_key, client_id),
            tweak=derive(service_key, TWEAK_BYTES, "tweak", *bound),
        )

    def of_document(self, index: int) -> "ScopeKeys":
        """The keys of one document: its own where the scope is the document, else those of the scope."""
        if self.scope != "document":
            return self
        mark = str(index)
        return replace(
            self,
            hash=keyed_digest(self.hash, "document", mark),
            pseudonym=keyed_digest(self.pseudonym, "document", mark),
            date=keyed_digest(self.date, "document", mark),
            tweak=keyed_digest(self.hash, "document tweak", mark)[:TWEAK_BYTES],
        )


class KeysByDocument(dict[int, ScopeKeys]):
    """The keys of each document, derived when first asked for: most operators need none."""

    def __init__(self, keys: ScopeKeys) -> None:
        super().__init__()
        self._keys = keys

    def __missing__(self, index: int) -> ScopeKeys:
        derived = self[index] = self._keys.of_document(index)
        return derived

    def __repr__(self) -> str:
        return "KeysByDocument()"


def keyed_number(key: bytes, *parts: str) -> int:
    """256 bits that only a holder of the key can tell from chance; the same for the same parts."""
    return int.from_bytes(keyed_digest(key, *parts), "big")


def keyed_digest(key: bytes, *parts: str) -> bytes:
    """HMAC-SHA256 over the parts, each with its length before it so that no two lists of parts look alike."""
    return hmac.digest(key, joined(parts), "sha256")
