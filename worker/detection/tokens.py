"""JSON Web Tokens: a header that can be read."""

import base64
import binascii
import json


def is_jwt(value: str) -> bool:
    """The first of three parts is base64url of a JSON object with an algorithm (RFC 7515)."""
    head = value.split(".", 1)[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (binascii.Error, ValueError):
        return False
    return isinstance(header, dict) and "alg" in header
