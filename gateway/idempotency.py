"""`Idempotency-Key`: the same key with the same request is the same job (draft-ietf-httpapi-idempotency-key-header-07).

Neither key nor request is kept, but HMACs of them with a key that is derived (HKDF, RFC 5869) from the key ring.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.services import Services
from shared.errors import FieldError, IdempotencyInFlight, IdempotencyMismatch, InvalidRequest
from shared.jobs.idempotency import Answer, Mark, forget, reserve

_POINTER: Final = "/headers/Idempotency-Key"
_MAX_LENGTH: Final = 255
#: Visible ASCII. A quoted string is that of RFC 8941: a backslash in it stands before a quote or itself.
_BARE: Final = re.compile(r"[\x21\x23-\x7e][\x21-\x7e]*")
_QUOTED: Final = re.compile(r'"((?:[\x21\x23-\x5b\x5d-\x7e]|\\["\\])+)"')
_ESCAPED: Final = re.compile(r"\\(.)")
_CONTEXT: Final = b"anonymization-api idempotency"
_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Begun:
    """What a request is to do: submit this job, or, for a replay, answer with it."""

    job_id: str
    is_replay: bool


def parse_key(header: str) -> str:
    """The key of a header's value, bare or a quoted string. Raises InvalidRequest."""
    quoted = _QUOTED.fullmatch(header)
    key = _ESCAPED.sub(r"\1", quoted[1]) if quoted else header
    if len(key) > _MAX_LENGTH or not (quoted or _BARE.fullmatch(header)):
        wanted = f"Must be 1 to {_MAX_LENGTH} visible ASCII characters, bare or as a quoted string."
        raise InvalidRequest(errors=(FieldError(_POINTER, wanted),))
    return key


async def begin(header: str | None, client: str, request: bytes, new_job_id: str, services: Services) -> Begun:
    """Reserve the key for `new_job_id`, or the earlier job's id. `request`: what must be the same again, as the body.

    Raises InvalidRequest, IdempotencyMismatch, IdempotencyInFlight, StoreUnavailable.
    """
    if header is None:
        return Begun(new_job_id, is_replay=False)
    marks = _marks(parse_key(header), client, request, services.key_ring.keys)
    kept_ms = int(services.settings.idempotency_s * 1000)
    reservation = await services.store.run(reserve(client, marks, new_job_id, kept_ms=kept_ms))
    if reservation.answer is Answer.MISMATCH:
        raise IdempotencyMismatch
    if reservation.answer is Answer.IN_FLIGHT:
        raise IdempotencyInFlight
    return Begun(reservation.job_id, is_replay=reservation.answer is Answer.REPLAYED)


async def abandon(header: str | None, client: str, job_id: str, services: Services) -> None:
    """Free the key of a request that was refused after `begin`, so that a corrected one may use it.

    A job that was stored all the same keeps its key. Raises StoreUnavailable.
    """
    if header is None:
        return
    marks = _marks(parse_key(header), client, b"", services.key_ring.keys)
    await services.store.run(forget(client, [mark.digest for mark in marks], job_id))


def _marks(key: str, client: str, request: bytes, ring_keys: tuple[bytes, ...]) -> list[Mark]:
    digest = hashlib.sha256(request).digest()
    return [
        Mark(_hmac(each, b"key", client, key.encode()), _hmac(each, b"request", client, digest)) for each in ring_keys
    ]


def _hmac(ring_key: bytes, use: bytes, client: str, message: bytes) -> str:
    return hmac.digest(_derived(ring_key), b"\x00".join((use, client.encode(), message)), "sha256").hex()


@lru_cache(maxsize=16)
def _derived(ring_key: bytes) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, None, _CONTEXT).derive(ring_key)
