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
