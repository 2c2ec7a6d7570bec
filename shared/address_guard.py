"""Where a webhook may go: judged when a URL is registered, and again at every attempt with its host's addresses."""

from dataclasses import dataclass, field
from typing import Final

from shared.address_table import CAN_BE_ALLOWED, IPAddress, blocked_kind, read_address
from shared.errors import FieldError, WebhookUrlRefused
from shared.settings import Settings
from shared.webhook_url import Url, UrlFault, UrlRejected, read_authority, read_literal, read_url

_TLS_PORTS: Final = frozenset({443, 8443})
_HTTP_PORT: Final = 80
#: Names that a local network answers: RFC 6761, 6762 and 8375, ICANN's resolution on .internal (2024), and what its
#: study of name collisions found in use within companies.
_LOCAL_SUFFIXES: Final = frozenset(
    "localhost localdomain local internal intranet private corp home lan home.arpa".split()
)


@dataclass(frozen=True, slots=True)
class AllowedHost:
    """An entry of WEBHOOK_ALLOWED_HOSTS; without a port, all of the host's ports."""

    host: str
    port: int | None


@dataclass(frozen=True, slots=True)
class WebhookPolicy:
    """What this installation allows beyond https to public addresses."""

    allowed_hosts: frozenset[AllowedHost] = frozenset()
    is_http_allowed: bool = False

    def names(self, url: Url) -> bool:
        """Whether the operator named this host and port."""
        return not self.allowed_hosts.isdisjoint({AllowedHost(url.host, None), AllowedHost(url.host, url.port)})


@dataclass(frozen=True, slots=True)
class Target:
    """Where an accepted URL leads. `is_allowed`: the operator named it, so that it may be private and plain http."""

    host: str
    port: int
    is_tls: bool
    #: Path and query, which may hold a secret of the receiver's.
    path: str = field(repr=False)
    authority: str
    address: IPAddress | None
    is_allowed: bool


class AddressRefused(ValueError):
    """A host's address is not one that webhooks may go to; carries neither."""


def policy_of(settings: Settings) -> WebhookPolicy:
    """The policy that the settings ask for.

    Raises ValueError for an entry of WEBHOOK_ALLOWED_HOSTS that is neither host nor host:port.
    """
    return WebhookPolicy(
        allowed_hosts=frozenset(map(_allowed_host, settings.webhook_allowed_hosts)),
        is_http_allowed=settings.webhook_allow_http,
    )


def check_url(url: str, policy: WebhookPolicy, *, pointer: str = "/webhook/url") -> Target:
    """Where the URL leads; `pointer` is the place of the URL in the request. Asks no name server.

    Raises WebhookUrlRefused with the reason, and never the URL.
    """
    try:
        parts = read_url(url)
    except UrlRejected as rejected:
        raise _refused(rejected.fault.value, pointer) from None
    is_allowed = policy.names(parts)
    if not is_allowed and (fault := _public_fault(parts, policy)):
        raise _refused(fault.value, pointer)
    if parts.address is not None:
        try:
            check_address(parts.address, is_allowed=is_allowed)
        except AddressRefused as refused:
            raise _refused(f"{UrlFault.ADDRESS}: {refused}.", pointer) from None
    return Target(
        host=parts.host,
        port=parts.port,
        is_tls=parts.is_tls,
        path=parts.path,
        authority=parts.authority,
        address=parts.address,
        is_allowed=is_allowed,
    )


def check_address(address: str | IPAddress, *, is_allowed: bool) -> IPAddress:
    """The address to connect to; `is_allowed` is the target's: private ones are then open, and the cloud's own are not.

    Raises AddressRefused, whose message is the kind of address.
    """
    try:
        plain = read_address(str(address))
    except ValueError:
        raise AddressRefused("none at all") from None
    kind = blocked_kind(plain)
    if kind is None or (is_allowed and kind in CAN_BE_ALLOWED):
        return plain
    raise AddressRefused(kind.value)


def _public_fault(url: Url, policy: WebhookPolicy) -> UrlFault | None:
    """What is wrong with a URL whose host nobody named."""
    if not url.is_tls and not policy.is_http_allowed:
        return UrlFault.SCHEME
    if url.port not in _TLS_PORTS if url.is_tls else url.port != _HTTP_PORT:
        return UrlFault.PORT
    if url.address is not None:
        return None
    if any(url.host == suffix or url.host.endswith(f".{suffix}") for suffix in _LOCAL_SUFFIXES):
        return UrlFault.LOCAL_NAME
    return None if "." in url.host else UrlFault.SHORT_NAME


def _refused(reason: str, pointer: str) -> WebhookUrlRefused:
    return WebhookUrlRefused(errors=(FieldError(pointer, reason),))


def _allowed_host(entry: str) -> AllowedHost:
    try:
        host, port = read_authority(entry)
        address = read_literal(host)
    except UrlRejected as rejected:
        raise ValueError(f"WEBHOOK_ALLOWED_HOSTS: an entry is neither host nor host:port ({rejected})") from None
    return AllowedHost(host if address is None else str(address), port)
