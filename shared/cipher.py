"""Encryption at rest: AES-256-GCM with a data key a job, wrapped by the service's key ring.

The associated data of every box binds client, job and field, so that a box moved to another place does not open
(NIST SP 800-38D). A box is `nonce (12) || ciphertext || tag (16)`; a wrapped key has its ring key's id (4) before it.
"""

import base64
import hashlib
import os
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.errors import UndecipherablePayload
from shared.settings import Settings

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
KEY_ID_BYTES: Final = 4
KEY_FILE: Final = "encryption.key"


class Field(StrEnum):
    """What a box holds; part of its associated data."""

    KEY = "key"
    PAYLOAD = "payload"
    #: What detection found, until the whole job is named and replaced.
    FOUND = "found"
    RESULT = "result"
    #: An uploaded file, in pieces; and the one that is given back.
    FILE = "file"
    OUTPUT = "output"
    METADATA = "metadata"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class JobCipher:
    """Seals and opens the fields of one job."""

    client: str
    job_id: str
    data_key: bytes = field(repr=False)

    def seal(self, field: Field, plain: bytes, part: str = "0") -> bytes:
        """`part`: which piece of the field, where it has several."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self.data_key).encrypt(nonce, plain, _bound(self.client, self.job_id, field, part))

    def open(self, field: Field, box: bytes, part: str = "0") -> bytes:
        """Raises UndecipherablePayload when the box was altered or belongs elsewhere."""
        return _open(self.data_key, box, _bound(self.client, self.job_id, field, part))


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The service's keys: the first wraps, all unwrap. `repr` shows none of them."""

    keys: tuple[bytes, ...]

    def __repr__(self) -> str:
        return f"KeyRing({len(self.keys)} keys)"

    def new_job(self, client: str, job_id: str) -> tuple[JobCipher, bytes]:
        """A fresh data key: the cipher, and the wrapped key to keep in the record."""
        data_key = secrets.token_bytes(KEY_BYTES)
        nonce = os.urandom(NONCE_BYTES)
        box = AESGCM(self.keys[0]).encrypt(nonce, data_key, _bound(client, job_id, Field.KEY))
        return JobCipher(client, job_id, data_key), key_id(self.keys[0]) + nonce + box

    def job(self, client: str, job_id: str, wrapped_key: bytes) -> JobCipher:
        """Raises UndecipherablePayload when the ring has not the key that wrapped it."""
        wanted, box = wrapped_key[:KEY_ID_BYTES], wrapped_key[KEY_ID_BYTES:]
        for key in self.keys:
            if key_id(key) == wanted:
                return JobCipher(client, job_id, _open(key, box, _bound(client, job_id, Field.KEY)))
        raise UndecipherablePayload

    def seal(self, client: str, kind: str, name: str, plain: bytes) -> bytes:
        """A record that belongs to a client and to no job: a template, an endpoint, a secret."""
        nonce = os.urandom(NONCE_BYTES)
        box = AESGCM(self.keys[0]).encrypt(nonce, plain, _bound(client, kind, name))
        return key_id(self.keys[0]) + nonce + box

    def open(self, client: str, kind: str, name: str, box: bytes) -> bytes:
        """What `seal` took, with any key of the ring. Raises UndecipherablePayload."""
        wanted = box[:KEY_ID_BYTES]
        for key in self.keys:
            if key_id(key) == wanted:
                return _open(key, box[KEY_ID_BYTES:], _bound(client, kind, name))
        raise UndecipherablePayload

    def renewed(self, client: str, kind: str, name: str, box: bytes) -> bytes | None:
        """What `seal` took, sealed by the first key; None where it is already. Raises UndecipherablePayload.

        A job's wrapped key is of this shape too: its kind is the job's id, its name `Field.KEY`.
        """
        if box[:KEY_ID_BYTES] == key_id(self.keys[0]):
            return None
        return self.seal(client, kind, name, self.open(client, kind, name, box))


def key_id(key: bytes) -> bytes:
    """Four bytes that tell keys apart and nothing about them."""
    return hashlib.sha256(b"anonymization-api key id\x00" + key).digest()[:KEY_ID_BYTES]


def load_key_ring(settings: Settings) -> KeyRing:
    """The ring of ENCRYPTION_KEYS, or of the key file in DATA_DIR, which is made (mode 0600) when it is missing.

    Raises ValueError when a key is not 32 bytes in base64; the message does not repeat it. Raises OSError when DATA_DIR
    cannot be used.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if settings.encryption_keys is None:
        return KeyRing((key_file(settings.data_dir / KEY_FILE),))
    parts = [part.strip() for part in settings.encryption_keys.get_secret_value().split(",") if part.strip()]
    keys = tuple(decode_key(part, "ENCRYPTION_KEYS") for part in parts)
    if not keys:
        raise ValueError("ENCRYPTION_KEYS is empty")
    return KeyRing(keys)


def key_file(path: Path) -> bytes:
    """The key in a file, which is made (mode 0600) when it is missing. Raises ValueError, OSError."""
    # Written aside and linked, so that two processes that start at once agree on one whole key.
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return decode_key(path.read_text(encoding="utf-8", errors="replace").strip(), path.name)


def decode_key(text: str, source: str) -> bytes:
    """32 bytes from base64. Raises ValueError, which names the source and repeats nothing."""
    try:
        key = base64.b64decode(text, altchars=b"-_" if "-" in text or "_" in text else None, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(f"{source}: a key is {KEY_BYTES} bytes in base64; `openssl rand -base64 32` makes one")
    return key


def _bound(*parts: str) -> bytes:
    return "\x00".join(parts).encode()


def _open(key: bytes, box: bytes, bound: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError) as error:
        raise UndecipherablePayload from error
