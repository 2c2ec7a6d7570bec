"""A webhook's URL, read so strictly that no two programs can read it differently."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final

#: RFC 9110, section 4.1, asks servers to take 8,000; a callback does with 2,000, and an error must not grow a record.
MAX_URL_CHARS: Final = 2_000
DEFAULT_PORTS: Final = {"https": 443, "http": 80}

_CHARACTERS: Final = re.compile(r"[!-~]+")
_PARTS: Final = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<path>[^#]*)(?P<fragment>#.*)?"
)
_AUTHORITY: Final = re.compile(r"(?P<host>\[[^\[\]]*\]|[^:\[\]]*)(?::(?P<port>.*))?")
_PORT: Final = re.compile(r"[1-9][0-9]{0,4}")
#: RFC 3986: pchar, "/" and "?"; a percent sign belongs to two hex digits.
_PATH: Final = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*")
#: RFC 1123, and the underscore that container names have.
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
#: What inet_aton, and with it most resolvers, takes for a number: 2130706433, 0x7f000001, 0177, 0x.
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")


class UrlFault(StrEnum):
    """What is wrong with a URL, as its sender reads it."""

    TOO_LONG = f"The URL is longer than {MAX_URL_CHARS:,} characters."
    CHARACTERS = "The URL has a character that is no visible ASCII: write a name as xn--..., the rest in percent codes."
    SHAPE = "This is no absolute URL: https://host/path."
    SCHEME = "The scheme is not https."
    USERINFO = "The URL has a user name or password before its host."
    FRAGMENT = "The URL has a fragment (#...), which is never sent."
    PATH = "The path or query has a character that must stand in percent codes."
    PORT_SPELLING = "The port is no number from 1 to 65535 in plain digits."
    PORT = "The port is not one that webhooks may use (443 and 8443; 80 where the operator allows http)."
    HOST_SPELLING = "The host is neither a plain host name nor a plainly written IP address."
    SHORT_NAME = "The host is a name without a dot; only a full public name can be reached."
    LOCAL_NAME = "The host is a name of a local network."
    ADDRESS = "The host is an address that webhooks may not go to"


class UrlRejected(ValueError):
    """Carries a fault, and never the URL."""

    def __init__(self, fault: UrlFault) -> None:
        super().__init__(fault.name)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Url:
    """A URL's parts: the host in small letters, without brackets; an IP address in its shortest form."""

    is_tls: bool
    host: str
    port: int
    path: str = field(repr=False)
    address: IPv4Address | IPv6Address | None

    @property
    def authority(self) -> str:
        """The `Host` header (RFC 9110, section 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS["https" if self.is_tls else "http"] else f"{host}:{self.port}"


def read_url(url: str) -> Url:
    """The parts of an http or https URL.

    Raises UrlRejected for every spelling that is not the plain one.
    """
    if len(url) > MAX_URL_CHARS:
        raise UrlRejected(UrlFault.TOO_LONG)
    if not _CHARACTERS.fullmatch(url):
        raise UrlRejected(UrlFault.CHARACTERS)
    parts = _PARTS.fullmatch(url)
    if parts is None:
        raise UrlRejected(UrlFault.SHAPE)
    scheme, authority, path = parts["scheme"].lower(), parts["authority"], parts["path"]
    if scheme not in DEFAULT_PORTS:
        raise UrlRejected(UrlFault.SCHEME)
    if "@" in authority:
        raise UrlRejected(UrlFault.USERINFO)
    if parts["fragment"] is not None:
        raise UrlRejected(UrlFault.FRAGMENT)
    if not _PATH.fullmatch(path):
        raise UrlRejected(UrlFault.PATH)
    host, port = read_authority(authority)
    address = read_literal(host)
    return Url(
        is_tls=scheme == "https",
        host=host if address is None else str(address),
        port=port or DEFAULT_PORTS[scheme],
        path=path if path.startswith("/") else f"/{path}",
        address=address,
    )


def read_authority(authority: str) -> tuple[str, int | None]:
    """`host` or `host:port`: the host in small letters, an IPv6 address still in its brackets.

    Raises UrlRejected.
    """
    parts = _AUTHORITY.fullmatch(authority)
    if parts is None:
        raise UrlRejected(UrlFault.HOST_SPELLING)
    host, port = parts["host"].lower(), parts["port"]
    if port is None:
        return host, None
    if not _PORT.fullmatch(port) or int(port) > 65_535:
        raise UrlRejected(UrlFault.PORT_SPELLING)
    return host, int(port)


def read_literal(host: str) -> IPv4Address | IPv6Address | None:
    """The IP address that a host is; None for a well-formed host name.

    Raises UrlRejected for what is neither, and for every number that a resolver would take for an address.
    """
    try:
        if host.startswith("["):
            return _plain_ipv6(host[1:-1])
        labels = host.split(".")
        if _NUMBER.fullmatch(labels[-1]):
            return IPv4Address(host)
    except AddressValueError:
        raise UrlRejected(UrlFault.HOST_SPELLING) from None
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise UrlRejected(UrlFault.HOST_SPELLING)
    return None


def _plain_ipv6(numeric: str) -> IPv6Address:
    address = IPv6Address(numeric)
    # A zone names a network of this machine; an IPv4 address in IPv6 is written as IPv4.
    if address.scope_id is not None or address.ipv4_mapped is not None:
        raise AddressValueError
    return address
