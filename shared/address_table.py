"""Which IP addresses are not public, and what each block is: a table, since `is_global` of Python 3.11 and 3.12 says
yes to 6to4, NAT64, multicast and ::127.0.0.1."""

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

IPAddress = IPv4Address | IPv6Address
IPNetwork = IPv4Network | IPv6Network


class AddressKind(StrEnum):
    """What a block that webhooks may not go to is used for."""

    PRIVATE = "private"
    LOOPBACK = "loopback"
    SHARED = "shared by a provider's customers"
    THIS_HOST = "this host or network"
    LINK_LOCAL = "link-local"
    CLOUD_SERVICE = "a service of the cloud itself"
    SITE_LOCAL = "site-local"
    PROTOCOL = "reserved for protocols"
    DOCUMENTATION = "for documentation"
    BENCHMARK = "for benchmarks"
    MULTICAST = "multicast"
    RESERVED = "reserved"
    DISCARD = "discarded by routers"
    SEGMENT_ROUTING = "for segment routing"
    TUNNEL = "another address in disguise (IPv4 in IPv6)"


#: What an operator may open by WEBHOOK_ALLOWED_HOSTS. Never what answers with credentials (link-local, the cloud's own
#: services), nor what is no host at all.
CAN_BE_ALLOWED: Final = frozenset({AddressKind.PRIVATE, AddressKind.LOOPBACK, AddressKind.SHARED})


@dataclass(frozen=True, slots=True)
class Block:
    """One row: a network, what it is, and where that is written."""

    network: IPNetwork
    kind: AddressKind
    source: str


def _rows(*rows: tuple[str, AddressKind, str]) -> tuple[Block, ...]:
    return tuple(Block(ip_network(network), kind, source) for network, kind, source in rows)


#: The first row that holds an address names it, so the narrower stand first.
#: Sources: the IANA special-purpose address registries (RFC 6890), and the clouds' own pages.
BLOCKS: Final = _rows(
    ("168.63.129.16/32", AddressKind.CLOUD_SERVICE, "Azure's host agent and name server, on a public number"),
    ("100.100.100.200/32", AddressKind.CLOUD_SERVICE, "Alibaba Cloud metadata"),
    ("192.0.0.192/32", AddressKind.CLOUD_SERVICE, "Oracle Cloud metadata, the older one"),
    ("0.0.0.0/8", AddressKind.THIS_HOST, "RFC 791; Linux takes 0.0.0.0 for 127.0.0.1"),
    ("10.0.0.0/8", AddressKind.PRIVATE, "RFC 1918"),
    ("100.64.0.0/10", AddressKind.SHARED, "RFC 6598"),
    ("127.0.0.0/8", AddressKind.LOOPBACK, "RFC 1122"),
    ("169.254.0.0/16", AddressKind.LINK_LOCAL, "RFC 3927; 169.254.169.254 gives cloud credentials"),
    ("172.16.0.0/12", AddressKind.PRIVATE, "RFC 1918"),
    ("192.0.0.0/24", AddressKind.PROTOCOL, "RFC 6890"),
    ("192.0.2.0/24", AddressKind.DOCUMENTATION, "RFC 5737"),
    ("192.31.196.0/24", AddressKind.PROTOCOL, "RFC 7535, AS112"),
    ("192.52.193.0/24", AddressKind.PROTOCOL, "RFC 7450, AMT"),
    ("192.88.99.0/24", AddressKind.TUNNEL, "RFC 7526, 6to4 relays"),
    ("192.168.0.0/16", AddressKind.PRIVATE, "RFC 1918"),
    ("192.175.48.0/24", AddressKind.PROTOCOL, "RFC 7534, AS112"),
    ("198.18.0.0/15", AddressKind.BENCHMARK, "RFC 2544"),
    ("198.51.100.0/24", AddressKind.DOCUMENTATION, "RFC 5737"),
    ("203.0.113.0/24", AddressKind.DOCUMENTATION, "RFC 5737"),
    ("224.0.0.0/4", AddressKind.MULTICAST, "RFC 5771"),
    ("240.0.0.0/4", AddressKind.RESERVED, "RFC 1112, and 255.255.255.255"),
    ("::/128", AddressKind.THIS_HOST, "RFC 4291"),
    ("::1/128", AddressKind.LOOPBACK, "RFC 4291"),
    ("::/96", AddressKind.TUNNEL, "RFC 4291, IPv4-compatible"),
    ("::ffff:0:0/96", AddressKind.TUNNEL, "RFC 4291, IPv4-mapped"),
    ("::ffff:0:0:0/96", AddressKind.TUNNEL, "RFC 2765, IPv4-translated"),
    ("64:ff9b::/96", AddressKind.TUNNEL, "RFC 6052, NAT64"),
    ("64:ff9b:1::/48", AddressKind.TUNNEL, "RFC 8215, NAT64 of a site"),
    ("100::/64", AddressKind.DISCARD, "RFC 6666"),
    ("100:0:0:1::/64", AddressKind.DISCARD, "RFC 9780"),
    ("2001::/32", AddressKind.TUNNEL, "RFC 4380, Teredo"),
    ("2001:2::/48", AddressKind.BENCHMARK, "RFC 5180"),
    ("2001::/23", AddressKind.PROTOCOL, "RFC 2928"),
    ("2001:db8::/32", AddressKind.DOCUMENTATION, "RFC 3849"),
    ("2002::/16", AddressKind.TUNNEL, "RFC 3056, 6to4"),
    ("2620:4f:8000::/48", AddressKind.PROTOCOL, "RFC 7534, AS112"),
    ("3ffe::/16", AddressKind.RESERVED, "RFC 3701, the former 6bone"),
    ("3fff::/20", AddressKind.DOCUMENTATION, "RFC 9637"),
    ("5f00::/16", AddressKind.SEGMENT_ROUTING, "RFC 9602"),
    ("fd00:ec2::/32", AddressKind.CLOUD_SERVICE, "EC2: metadata, name server and time by IPv6"),
    ("fd20:ce::/32", AddressKind.CLOUD_SERVICE, "Google Cloud: metadata by IPv6"),
    ("fc00::/7", AddressKind.PRIVATE, "RFC 4193, unique local"),
    ("fe80::/10", AddressKind.LINK_LOCAL, "RFC 4291"),
    ("fec0::/10", AddressKind.SITE_LOCAL, "RFC 3879"),
    ("ff00::/8", AddressKind.MULTICAST, "RFC 4291"),
)
#: All of IPv6 that is handed out to be global unicast (RFC 4291, section 2.4); the rest is nobody's yet.
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
#: RFC 5214: an interface identifier 0000:5efe or 0200:5efe, then an IPv4 address, under any prefix at all.
_ISATAP: Final = frozenset({0x0000_5EFE, 0x0200_5EFE})


def read_address(numeric: str) -> IPAddress:
    """The address, with an IPv4 address that was mapped into IPv6 (::ffff:a.b.c.d) taken out of it.

    Raises ValueError for what is no address, and for one with a zone (fe80::1%eth0).
    """
    if "%" in numeric:
        raise ValueError("an address with a zone")
    address = ip_address(numeric)
    return getattr(address, "ipv4_mapped", None) or address


def blocked_kind(address: IPAddress) -> AddressKind | None:
    """What forbids this address; None for a public one."""
    for block in BLOCKS:
        if address.version == block.network.version and address in block.network:
            return block.kind
    if isinstance(address, IPv4Address):
        return None
    if address not in _GLOBAL_UNICAST:
        return AddressKind.RESERVED
    return AddressKind.TUNNEL if (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP else None
