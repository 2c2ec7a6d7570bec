"""Values as tokens that their client, and nobody else, can turn back: AES-SIV (RFC 5297).

A token is `<TYPE:siv:BODY>`; the body is key id (4 bytes), tweak (8), synthetic IV (16), ciphertext. Type and tweak
are authenticated: a token whose type was changed does not open.
"""

import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from worker.anonymization import placeholders
from worker.anonymization.scope import KEY_ID_BYTES, TWEAK_BYTES, DecryptionKeys, ScopeKeys

_HEADER_BYTES = KEY_ID_BYTES + TWEAK_BYTES


class TokenError(ValueError):
    """A token cannot be turned back. The message never holds any of the text."""

    def __init__(self, reason: str, position: int) -> None:
        super().__init__(f"{reason}, at position {position}")
        #: Where the token begins, in code points.
        self.position = position


class TokenKeyUnknown(TokenError):
    """The token names a key that the service no longer holds."""

    def __init__(self, position: int) -> None:
        super().__init__("a token was written with a key that is not known here", position)


class TokenInvalid(TokenError):
    """The token was changed, or belongs to another client."""

    def __init__(self, position: int) -> None:
        super().__init__("a token was changed or is not this client's", position)


def encrypt(value: str, entity_type: str, keys: ScopeKeys) -> str:
    """The token of a value: the same for the same value and type within the scope. The value must not be empty."""
    plaintext = value.encode("utf-8", "surrogatepass")
    sealed = AESSIV(keys.siv).encrypt(plaintext, [entity_type.encode("ascii"), keys.tweak])
    return placeholders.token(entity_type, keys.key_id + keys.tweak + sealed)


def deanonymize(text: str, keys: DecryptionKeys) -> str:
    """The text with every token replaced by the value it stands for, to the byte.

    Raises TokenKeyUnknown or TokenInvalid at the first token that cannot be opened.
    """
    return placeholders.TOKEN.sub(lambda match: _open(match, keys), text)


def _open(match: re.Match[str], keys: DecryptionKeys) -> str:
    body = placeholders.token_body(match[2])
    if body is None or len(body) <= _HEADER_BYTES:
        raise TokenInvalid(match.start())
    key_id, tweak, sealed = body[:KEY_ID_BYTES], body[KEY_ID_BYTES:_HEADER_BYTES], body[_HEADER_BYTES:]
    siv = keys.siv_by_id.get(key_id)
    if siv is None:
        raise TokenKeyUnknown(match.start())
    try:
        plaintext = AESSIV(siv).decrypt(sealed, [match[1].encode("ascii"), tweak])
    except (InvalidTag, ValueError):
        raise TokenInvalid(match.start()) from None
    return plaintext.decode("utf-8", "surrogatepass")
