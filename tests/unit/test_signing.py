"""Signing keys that come from the key ring."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shared.cipher import KeyRing
from shared.signing import SigningKind, public_keys, sign, sign_with_all

PINNED_ID, PINNED_KEY = "838fc0aef5a0231b", "66e3e706f869b3e42eac9f895620c3ca130633516a61becec3ce168976584eab"
RING = KeyRing((b"1" * 32, b"2" * 32))


def test_the_same_ring_signs_with_the_same_keys_in_every_process_and_release() -> None:
    # A value that must never change: receivers have pinned theirs.
    (key,) = public_keys(KeyRing((b"1" * 32,)), SigningKind.WEBHOOK)
    assert (key.id, key.raw.hex()) == (PINNED_ID, PINNED_KEY)


def test_the_first_key_signs_and_is_named() -> None:
    signature = sign(RING, SigningKind.RECEIPT, b"message")
    first, second = public_keys(RING, SigningKind.RECEIPT)
    assert signature.key_id == first.id != second.id
    Ed25519PublicKey.from_public_bytes(first.raw).verify(signature.value, b"message")
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(first.raw).verify(signature.value, b"another message")


def test_every_key_signs_so_that_whoever_knows_one_can_verify() -> None:
    signatures = sign_with_all(RING, SigningKind.WEBHOOK, b"message")
    for signature, key in zip(signatures, public_keys(RING, SigningKind.WEBHOOK), strict=True):
        assert signature.key_id == key.id
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signature.value, b"message")


def test_each_kind_has_keys_of_its_own() -> None:
    kinds = [public_keys(RING, kind)[0].raw for kind in SigningKind]
    assert len(set(kinds)) == len(kinds)
