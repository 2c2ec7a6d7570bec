"""`python3 -m deploy.environment`: the secrets of the composed service, into .env and .secrets.

Needs Python 3.11 and nothing else, so that a bare host can run it. What is there already is never written over: with
new secrets the old texts could not be read.
"""

import base64
import os
import secrets
import sys
from pathlib import Path
from typing import Final

from deploy.redis.users import acl_file, new_passwords

_SECRETS_FILE: Final = Path(".env")
_USERS_FILE: Final = Path(".secrets/users.acl")
#: Prometheus reads it from a file.
_TOKEN_FILE: Final = Path(".secrets/metrics_token")
#: May say that it lives, and nothing else; the health check of the container.
_HEALTH: Final = "user health reset on nopass -@all +ping"


def main() -> int:
    """1 with one line when one of the files is there already."""
    # Looked at before any is written: they belong together.
    for path in (_SECRETS_FILE, _USERS_FILE, _TOKEN_FILE):
        if path.exists():
            sys.stderr.write(f"{path} is there already, and is kept\n")
            return 1
    passwords = new_passwords()
    variables = {
        "ENCRYPTION_KEYS": _key(),
        "API_KEY_PEPPER": _key(),
        "FLOWER_BASIC_AUTH": f"flower:{secrets.token_urlsafe(24)}",
        "METRICS_TOKEN": secrets.token_urlsafe(32),
        "GRAFANA_PASSWORD": secrets.token_urlsafe(24),
        **{f"REDIS_{name.upper()}_PASSWORD": password for name, password in passwords.items()},
    }
    _USERS_FILE.parent.mkdir(mode=0o700, exist_ok=True)
    # The server's own user reads it in its container. It holds hashes of random passwords: nothing is won from it.
    _write(_USERS_FILE, [*acl_file(passwords), _HEALTH], 0o644)
    # Likewise, by Prometheus' user; the folder keeps it from others of this host.
    _write(_TOKEN_FILE, [variables["METRICS_TOKEN"]], 0o644)
    _write(_SECRETS_FILE, [f"{name}={value}" for name, value in variables.items()], 0o600)
    sys.stdout.write("wrote .env and .secrets; keep a copy of .env: without its keys no text can be read\n")
    return 0


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _write(path: Path, lines: list[str], mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
