"""Ed25519 signatures of the service: each key of the ring has a signing key of its own for each kind of message.

Derived (HKDF, RFC 5869), so that there is nothing more to keep: who has ENCRYPTION_KEYS has them.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.cipher import KeyRing

_SEED_BYTES: Final = 32
_ID_HEX_DIGITS: Final = 16


class SigningKind(StrEnum):
    """What is signed; a key for one kind signs nothing of another."""

    WEBHOOK = "webhook"
    RECEIPT = "receipt"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Signature:
    key_id: str
    value: bytes


@dataclass(frozen=True, slots=True)
class PublicKey:
    """`raw`: the 32 bytes of RFC 8032; `id` is made from them."""

    id: str
    raw: bytes


def sign(key_ring: KeyRing, kind: SigningKind, message: bytes) -> Signature:
    """By the first key of the ring."""
    return _signed(_private_key(key_ring.keys[0], kind), message)


def sign_with_all(key_ring: KeyRing, kind: SigningKind, message: bytes) -> tuple[Signature, ...]:
    """By every key of the ring: whoever knows one of them can verify while the ring is changed."""
    return tuple(_signed(_private_key(key, kind), message) for key in key_ring.keys)


def verify(key_ring: KeyRing, kind: SigningKind, message: bytes, signature: Signature) -> bool:
    """Whether a key of the ring made it."""
    known = next((key for key in public_keys(key_ring, kind) if key.id == signature.key_id), None)
    if known is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(known.raw).verify(signature.value, message)
    except InvalidSignature:
        return False
    return True


def public_keys(key_ring: KeyRing, kind: SigningKind) -> tuple[PublicKey, ...]:
    """Of every key of the ring, in its order."""
    return tuple(_public_key(_private_key(key, kind)) for key in key_ring.keys)


def _private_key(ring_key: bytes, kind: SigningKind) -> Ed25519PrivateKey:
    context = f"anonymization-api ed25519 {kind}".encode()
    return Ed25519PrivateKey.from_private_bytes(HKDF(SHA256(), _SEED_BYTES, None, context).derive(ring_key))


def _public_key(private: Ed25519PrivateKey) -> PublicKey:
    raw = private.public_key().public_bytes_raw()
    return PublicKey(hashlib.sha256(raw).hexdigest()[:_ID_HEX_DIGITS], raw)


def _signed(private: Ed25519PrivateKey, message: bytes) -> Signature:
    return Signature(_public_key(private).id, private.sign(message))
