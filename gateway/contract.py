"""`python -m gateway.contract`: writes docs/openapi.json, and prints the line by which CHANGELOG.md names it."""

import base64
import hashlib
import json
import sys
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from gateway.app import make_app
from shared.settings import Settings

PUBLISHED: Final = Path(__file__).resolve().parents[1] / "docs" / "openapi.json"
#: Any will do: the document is made without a store, and keys in the settings keep key files from being made.
_KEY: Final = SecretStr(base64.b64encode(bytes(32)).decode())


def contract() -> bytes:
    """The OpenAPI document as it is published, with API keys: the same bytes for the same contract."""
    document = make_app(Settings(encryption_keys=_KEY, auth="keys", api_key_pepper=_KEY)).openapi()
    return (json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def changelog_line(published: bytes) -> str:
    return f"API contract: sha256 {hashlib.sha256(published).hexdigest()}"


def main() -> None:
    published = contract()
    PUBLISHED.write_bytes(published)
    sys.stdout.write(changelog_line(published) + "\n")


if __name__ == "__main__":
    main()
