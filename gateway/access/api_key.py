"""`ak_<id>_<secret>`: how a key looks, and what of it is kept: an HMAC-SHA256 with a pepper that Redis never sees."""

import hmac
import re
import secrets
import string
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from shared.cipher import decode_key, key_file
from shared.settings import Settings

PEPPER_FILE: Final = "api-key.pepper"
_ALPHABET: Final = string.digits + string.ascii_letters
_ID_BYTES: Final = 8
#: 256 bits: nothing that a slow hash would have to protect.
_SECRET_LENGTH: Final = 43
_SHAPE: Final = re.compile(rf"(ak_[0-9a-f]{{{2 * _ID_BYTES}}})_[0-9A-Za-z]{{{_SECRET_LENGTH}}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Presented:
    """A key that somebody sent."""

    id: str
    whole: str = field(repr=False)


def presented(text: str) -> Presented | None:
    """None for what cannot be a key."""
    match = _SHAPE.fullmatch(text)
    return None if match is None else Presented(match[1], text)


def new_key_id() -> str:
    return f"ak_{secrets.token_hex(_ID_BYTES)}"


def new_key(key_id: str) -> Presented:
    """With a new secret."""
    secret = "".join(secrets.choice(_ALPHABET) for _ in range(_SECRET_LENGTH))
    return Presented(key_id, f"{key_id}_{secret}")


@dataclass(frozen=True, slots=True, repr=False)
class Pepper:
    """What keys are hashed with; never printed: it has no repr."""

    value: bytes

    def digest(self, key: Presented) -> str:
        return hmac.digest(self.value, key.whole.encode(), "sha256").hex()


def load_pepper(settings: Settings) -> Pepper:
    """API_KEY_PEPPER, or the file in DATA_DIR, which is made (mode 0600) when it is missing.

    Raises ValueError when it is not 32 bytes in base64, OSError when DATA_DIR cannot be used.
    """
    if settings.api_key_pepper is not None:
        return Pepper(decode_key(settings.api_key_pepper.get_secret_value().strip(), "API_KEY_PEPPER"))
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return Pepper(key_file(settings.data_dir / PEPPER_FILE))


def is_among(digest: str, known: Iterable[str]) -> bool:
    """In a time that tells nothing of them."""
    return sum(hmac.compare_digest(digest, each) for each in known) > 0
