"""New keys, and new secrets of old ones: the whole key, which is shown once, and the command that keeps its digest."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from gateway.access.api_key import Pepper, new_key, new_key_id
from gateway.access.key_views import KeyRequest
from shared.api_keys import ApiKey, create_key, rotate_key
from shared.errors import FieldError, InvalidRequest
from shared.jobs.script import Command


@dataclass(frozen=True, slots=True)
class Issued:
    key_id: str
    #: The whole key.
    shown: str = field(repr=False)
    command: Command[ApiKey]


def issue(request: KeyRequest, pepper: Pepper) -> Issued:
    """Raises InvalidRequest for a key that has expired already."""
    if request.expires_at is not None and request.expires_at <= datetime.now(UTC):
        raise InvalidRequest(errors=(FieldError("/expires_at", "Is in the past."),))
    key = new_key(new_key_id())
    command = create_key(
        key.id,
        request.client,
        name=request.name,
        scopes=sorted(set(request.scopes)),
        digest=pepper.digest(key),
        expires_ms=None if request.expires_at is None else int(request.expires_at.timestamp() * 1000),
    )
    return Issued(key.id, key.whole, command)


def reissue(key_id: str, pepper: Pepper, *, overlap_s: int) -> Issued:
    """A new secret for a key."""
    key = new_key(key_id)
    return Issued(key.id, key.whole, rotate_key(key_id, pepper.digest(key), overlap_ms=overlap_s * 1000))
