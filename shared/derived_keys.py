"""Keys for one use and one owner, derived (HKDF, RFC 5869) from a key of the service."""

from collections.abc import Sequence
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

#: A shorter service key is refused: HKDF spreads what is there, it adds nothing.
MIN_SERVICE_KEY_BYTES: Final = 32

_SALT: Final = b"anonymization-api/1"


def derive(service_key: bytes, length: int, *parts: str) -> bytes:
    """`length` bytes that belong to these parts. Raises ValueError if the service key has less than 32 bytes."""
    if len(service_key) < MIN_SERVICE_KEY_BYTES:
        raise ValueError(f"a service key needs at least {MIN_SERVICE_KEY_BYTES} bytes")
    return HKDF(algorithm=SHA256(), length=length, salt=_SALT, info=joined(parts)).derive(service_key)


def joined(parts: Sequence[str]) -> bytes:
    """The parts, each with its length before it so that no two lists of parts look alike."""
    # surrogatepass: JSON can carry a lone surrogate, and it must not stop a document.
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)
