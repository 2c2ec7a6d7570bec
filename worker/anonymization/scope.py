"""The keys of one scope: what makes hashes, pseudonyms, tokens and date shifts agree within it and nowhere else."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

Scope = Literal["document", "job", "client"]

#: A shorter service key is refused: HKDF spreads what is there, it adds nothing.
MIN_SERVICE_KEY_BYTES = 32
#: Tells the keys of a rotation apart in a token; the service has a handful of keys.
KEY_ID_BYTES = 4
#: Keeps the tokens of two scopes apart; 64 bits: no client has as many scopes.
TWEAK_BYTES = 8
#: AES-256-SIV takes two keys of 32 bytes (RFC 5297).
_SIV_KEY_BYTES = 64
_SALT = b"anonymization-api/1"


@dataclass(frozen=True, slots=True, repr=False)
class ScopeKeys:
    """Subkeys of one scope, each for one use. Never printed: it has no repr."""

    scope: Scope
    hash: bytes
    pseudonym: bytes
    date: bytes
    #: The client's, whatever the scope: what a client encrypted in any job it can read back.
    siv: bytes
    key_id: bytes
    #: Authenticated with every token of the scope, so that equal values differ between scopes.
    tweak: bytes

    @classmethod
    def for_scope(cls, service_key: bytes, client_id: str, job_id: str, scope: Scope) -> "ScopeKeys":
        """The keys of a client, of a job of a client, or (see `of_document`) of each document of it.

        Raises ValueError if the service key has less than 32 bytes.
        """
        _check_length(service_key)
        bound = ("client", client_id) if scope == "client" else (scope, client_id, job_id)
        return cls(
            scope=scope,
            hash=_derive(service_key, 32, "hash", *bound),
            pseudonym=_derive(service_key, 32, "pseudonym", *bound),
            date=_derive(service_key, 32, "date", *bound),
            siv=_derive(service_key, _SIV_KEY_BYTES, "siv", client_id),
            key_id=_derive(service_key, KEY_ID_BYTES, "key id"),
            tweak=_derive(service_key, TWEAK_BYTES, "tweak", *bound),
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


@dataclass(frozen=True, slots=True, repr=False)
class DecryptionKeys:
    """What `deanonymize` needs of one client: the AES-SIV key of every service key, by its id."""

    siv_by_id: dict[bytes, bytes]

    @classmethod
    def for_client(cls, service_keys: Sequence[bytes], client_id: str) -> "DecryptionKeys":
        """All keys that may have written this client's tokens: the one in use and those it followed."""
        for service_key in service_keys:
            _check_length(service_key)
        return cls(
            {
                _derive(key, KEY_ID_BYTES, "key id"): _derive(key, _SIV_KEY_BYTES, "siv", client_id)
                for key in service_keys
            }
        )


def keyed_number(key: bytes, *parts: str) -> int:
    """256 bits that only a holder of the key can tell from chance; the same for the same parts."""
    return int.from_bytes(keyed_digest(key, *parts), "big")


def keyed_digest(key: bytes, *parts: str) -> bytes:
    """HMAC-SHA256 over the parts, each with its length before it so that no two lists of parts look alike."""
    return hmac.digest(key, _joined(parts), "sha256")


def _check_length(service_key: bytes) -> None:
    if len(service_key) < MIN_SERVICE_KEY_BYTES:
        raise ValueError(f"a service key needs at least {MIN_SERVICE_KEY_BYTES} bytes")


def _derive(key: bytes, length: int, *parts: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=_SALT, info=_joined(parts)).derive(key)


def _joined(parts: Sequence[str]) -> bytes:
    # surrogatepass: JSON can carry a lone surrogate, and it must not stop a document.
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)
