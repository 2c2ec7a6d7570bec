"""The settings that protect the gateway: a part of `shared.settings.Settings`."""

import re
from ipaddress import ip_network
from typing import Annotated, Final

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]

#: As a browser's Origin header has it (RFC 6454).
_ORIGIN: Final = re.compile(r"https?://[a-z0-9.\[\]:-]+")


def by_commas(value: object) -> object:
    """The parts of a setting that lists several; blanks part them too."""
    if isinstance(value, str):
        return tuple(part for part in value.replace(" ", ",").split(",") if part)
    return value


class ProtectionSettings(BaseSettings):
    """Limits of what a request may hold and how slowly it may come, and from where."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    # --- JSON
    max_json_depth: Annotated[int, Field(ge=8)] = 32
    """Deepest nesting of a JSON body; only `metadata` may need it."""
    max_json_values: Count = 200_000
    """Most values (members and elements) of a JSON body; 10,000 documents with all their fields are 70,000."""

    # --- connections
    max_connections: Count = 10_000
    """Clients that are connected to one gateway process at once; further ones get a 503."""
    max_header_bytes: Count = 32_768
    """Longest request line and headers together: 431. The request line alone may have 8 kB: 414."""
    max_headers: Count = 100
    """Most headers of a request."""
    header_timeout_s: Seconds = 10.0
    """A client has so long from its first byte to the end of its headers."""
    body_timeout_s: Seconds = 20.0
    """A body may take so long, and a second more for each MIN_BYTES_PER_S of it."""
    send_timeout_s: Seconds = 30.0
    """A client that takes less than MIN_BYTES_PER_S of its answer over so long is cut off."""
    min_bytes_per_s: Count = 1_000
    """Slowest client, in both directions."""
    keep_alive_s: Seconds = 5.0
    """How long a connection stays open between two requests; behind a proxy longer than the proxy's own."""

    # --- who may ask
    docs: bool = True
    """Whether /docs and /openapi.json are there."""
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """Names by commas that requests may be for (Host, without port). Unset: any, or with AUTH=none loopback alone."""
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Origins (https://host) by commas whose pages may ask; unset: none."""
    forwarded_allow_ips: Annotated[tuple[str, ...], NoDecode] = ("127.0.0.1",)
    """Addresses or networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed."""

    @field_validator("allowed_hosts", "cors_origins", "forwarded_allow_ips", mode="before")
    @classmethod
    def _split_by_commas(cls, value: object) -> object:
        return by_commas(value)

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_ORIGIN.fullmatch(origin) for origin in value):
            raise ValueError("each is scheme://host or scheme://host:port, in small letters, without a path")
        return value

    @field_validator("forwarded_allow_ips")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            try:
                ip_network(each)
            except ValueError:
                raise ValueError("each is an IP address or a network") from None
        return value
