"""API keys and limits as requests and answers have them."""

from typing import Annotated, Final

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from gateway.access.scopes import Scope
from gateway.moments import Moment
from shared.api_keys import ApiKey, ClientLimits
from shared.clock import rfc3339
from shared.json_numbers import WHOLE

#: A client's name is part of keys in Redis.
CLIENT_NAME: Final = r"^[A-Za-z0-9_.-]{1,64}$"
#: A day: as long as both secrets of a webhook endpoint count.
DEFAULT_OVERLAP_S: Final = 86_400

KeyId = Annotated[str, Path(pattern=r"^ak_[0-9a-f]{16}$", description="The key up to its second underscore.")]
ClientName = Annotated[str, Path(pattern=CLIENT_NAME, description="Whose keys name it.")]


class KeyRequest(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    client: str = Field(
        pattern=CLIENT_NAME,
        description="Whose jobs it sees. Keys of one client see the same; `anonymous` is AUTH=none's.",
    )
    scopes: tuple[Scope, ...] = Field(min_length=1, max_length=len(Scope))
    name: str = Field(default="", pattern=r"^[ -~]{0,100}$", description="What it is for; shown in lists.")
    expires_at: Moment | None = Field(default=None, description="RFC 3339; from then on it counts no more.")


class RotateRequest(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    overlap_s: Annotated[int, Field(ge=0, le=30 * 86_400), WHOLE] = Field(
        default=DEFAULT_OVERLAP_S,
        description="How long the secret before counts beside the new one; 0: not at all.",
    )


class KeyView(BaseModel):
    id: str
    client: str
    name: str
    scopes: tuple[str, ...]
    created_at: str
    expires_at: str | None
    last_used_at: str | None = Field(description="To the minute.")
    old_secret_valid_until: str | None = Field(description="Of the secret before the last rotation.")
    revoked_at: str | None


class NewKeyView(KeyView):
    key: str = Field(description="Shown this once.")


class KeysView(BaseModel):
    keys: list[KeyView] = Field(description="Oldest first, those that were revoked too.")


class Limits(BaseModel):
    """What a client may do, where that is not as the service's settings say (null); 0: no limit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rate_per_s: float | None = Field(default=None, ge=0, le=1_000_000, strict=True, description="RATE_LIMIT_PER_S")
    burst: Annotated[int, Field(ge=1, le=1_000_000), WHOLE] | None = Field(default=None, description="RATE_BURST")
    max_jobs: Annotated[int, Field(ge=0, le=1_000_000_000), WHOLE] | None = Field(
        default=None, description="MAX_CLIENT_JOBS"
    )
    characters_per_minute: Annotated[int, Field(ge=0, le=1_000_000_000_000), WHOLE] | None = Field(
        default=None, description="RATE_CHARACTERS_PER_MINUTE"
    )


def key_fields(key: ApiKey) -> dict[str, object]:
    return {
        "id": key.id,
        "client": key.client,
        "name": key.name,
        "scopes": key.scopes,
        "created_at": rfc3339(key.created_ms),
        "expires_at": rfc3339(key.expires_ms),
        "last_used_at": rfc3339(key.last_used_ms),
        "old_secret_valid_until": rfc3339(key.old_secret_until_ms),
        "revoked_at": rfc3339(key.revoked_ms),
    }


def client_limits(limits: Limits) -> ClientLimits:
    return ClientLimits(**limits.model_dump())


def limits_view(limits: ClientLimits) -> Limits:
    return Limits(
        rate_per_s=limits.rate_per_s,
        burst=limits.burst,
        max_jobs=limits.max_jobs,
        characters_per_minute=limits.characters_per_minute,
    )
