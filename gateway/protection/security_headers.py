"""Headers that tell a browser what our answers may do: nothing, but where a page says otherwise."""

from collections.abc import Mapping
from typing import Final

#: OWASP's list for REST APIs, and the two of Spectre (COOP, CORP). A page sets a Content-Security-Policy of its own.
_HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    # For browsers that do not know frame-ancestors.
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
#: RFC 6797; without includeSubDomains, for we know nothing of other hosts of the domain.
STRICT_TRANSPORT: Final = (b"strict-transport-security", b"max-age=31536000")
CONTENT_SECURITY_POLICY: Final = b"content-security-policy"

SECURITY_HEADERS: Final = tuple((name.encode(), value.encode()) for name, value in _HEADERS.items())
#: For an answer that has a policy of its own.
OTHER_SECURITY_HEADERS: Final = tuple(each for each in SECURITY_HEADERS if each[0] != CONTENT_SECURITY_POLICY)
