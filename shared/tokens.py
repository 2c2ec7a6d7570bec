"""What `encrypt` writes and `deanonymize` reads: values as tokens that their client alone can turn back.

A token is `<TYPE:siv:BODY>`; the body, in base64url without padding, is key id (4 bytes), tweak (8), synthetic IV (16),
ciphertext: AES-SIV (RFC 5297). Type and tweak are authenticated: a token whose type was changed does not open.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from shared.derived_keys import derive
from shared.errors import TokenInvalid, TokenKeyUnknown

#: Tells the keys of a rotation apart; the service has a handful of keys.
KEY_ID_BYTES: Final = 4
#: Keeps the tokens of two scopes apart; 64 bits: no client has as many scopes.
TWEAK_BYTES: Final = 8
#: AES-256-SIV takes two keys of 32 bytes (RFC 5297).
_SIV_KEY_BYTES: Final = 64
_HEADER_BYTES: Final = KEY_ID_BYTES + TWEAK_BYTES
#: With the type and the body as groups.
_TOKEN: Final = re.compile(r"<([A-Z][A-Z0-9_]{0,63}):siv:([A-Za-z0-9_-]+)>", re.ASCII)


@dataclass(frozen=True, slots=True, repr=False)
class TokenKey:
    """A client's AES-SIV key and the id by which tokens name it. Never printed: it has no repr."""

    id: bytes
    siv: bytes

    @classmethod
    def for_client(cls, service_key: bytes, client_id: str) -> "TokenKey":
        """One for all scopes: what a client encrypted in any job it can read back.

        Raises ValueError if the service key has less than 32 bytes.
        """
        return cls(derive(service_key, KEY_ID_BYTES, "key id"), derive(service_key, _SIV_KEY_BYTES, "siv", client_id))


@dataclass(frozen=True, slots=True, repr=False)
class DecryptionKeys:
    """What `deanonymize` needs of one client: the AES-SIV key of every service key, by its id."""

    siv_by_id: dict[bytes, bytes]

    @classmethod
    def for_client(cls, service_keys: Sequence[bytes], client_id: str) -> "DecryptionKeys":
        """All keys that may have written this client's tokens: the one in use and those it followed.

        Raises ValueError if a service key has less than 32 bytes.
        """
        keys = (TokenKey.for_client(service_key, client_id) for service_key in service_keys)
        return cls({key.id: key.siv for key in keys})


def seal_token(value: str, entity_type: str, key: TokenKey, tweak: bytes) -> str:
    """The token of a value: the same for the same value, type and tweak. The value must not be empty."""
    plaintext = value.encode("utf-8", "surrogatepass")
    sealed = AESSIV(key.siv).encrypt(plaintext, [entity_type.encode("ascii"), tweak])
    body = base64.urlsafe_b64encode(key.id + tweak + sealed).rstrip(b"=").decode("ascii")
    return f"<{entity_type}:siv:{body}>"


def deanonymize(text: str, keys: DecryptionKeys) -> str:
    """The text with every token replaced by the value it stands for, to the byte.

    Raises TokenKeyUnknown or TokenInvalid at the first token that cannot be opened, with its place in code points.
    """
    return _TOKEN.sub(lambda match: _open(match, keys), text)


def _open(match: re.Match[str], keys: DecryptionKeys) -> str:
    body = _body(match[2])
    if body is None or len(body) <= _HEADER_BYTES:
        raise _invalid(match)
    key_id, tweak, sealed = body[:KEY_ID_BYTES], body[KEY_ID_BYTES:_HEADER_BYTES], body[_HEADER_BYTES:]
    siv = keys.siv_by_id.get(key_id)
    if siv is None:
        raise TokenKeyUnknown(f"The token at position {match.start()} was written with a key that is not known here.")
    try:
        plaintext = AESSIV(siv).decrypt(sealed, [match[1].encode("ascii"), tweak])
    except (InvalidTag, ValueError):
        raise _invalid(match) from None
    return plaintext.decode("utf-8", "surrogatepass")


def _invalid(match: re.Match[str]) -> TokenInvalid:
    return TokenInvalid(f"The token at position {match.start()} was changed, or is not yours.")


def _body(encoded: str) -> bytes | None:
    """None where it is not base64url as `seal_token` writes it: one body, one token."""
    try:
        body = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except binascii.Error:
        return None
    return body if base64.urlsafe_b64encode(body).rstrip(b"=").decode("ascii") == encoded else None
