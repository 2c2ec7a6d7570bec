"""Addresses of machines and pages: what a pattern alone cannot tell."""

import ipaddress
import re

_AUTHORITY = re.compile(r"(?i)[a-z]+://(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)(?::(\d*))?")


def is_ip_address(value: str) -> bool:
    """IPv4 or IPv6, a prefix length or a zone allowed (RFC 4291, RFC 4007)."""
    bare = value.split("/", 1)[0]
    try:
        ipaddress.ip_address(bare)
    except ValueError:
        return False
    return any(character.isdigit() for character in bare) or len(bare) > 2


def is_authority(value: str) -> bool:
    """user:password@host or host:port without a scheme (RFC 3986, 3.2); "mailto:a@b.example" has a scheme instead."""
    user, colon, _ = value.partition(":")
    if "@" in value and (not colon or user.lower() in _SCHEMES_WITHOUT_AUTHORITY):
        return False
    return is_url("https://" + value)


#: Of IANA's registry, those that a "user:password@host" could be taken for.
_SCHEMES_WITHOUT_AUTHORITY = frozenset(
    "about acct blob cid data geo im jabber javascript mailto mid news pres sip sips sms tel urn vbscript view-source "
    "xmpp".split()
)


def is_url(value: str) -> bool:
    """Host and port are possible: no hyphen at a label's end, addresses in range, port 1 to 65535 (RFC 3986)."""
    match = _AUTHORITY.match(value)
    if match is None:
        return False
    host, port = match.group(1), match.group(2)
    if port and not 1 <= int(port) <= 65_535:
        return False
    if host.startswith("["):
        return is_ip_address(host[1:-1])
    if host.replace(".", "").isdigit():
        return is_ip_address(host)
    return all(label and label[-1] != "-" and "_" not in label and label.lower() != "xn--" for label in host.split("."))
