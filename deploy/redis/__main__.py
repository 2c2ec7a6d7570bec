"""`python -m deploy.redis FILE`: writes an ACL file for a Redis of your own, and prints each user's name and password.

The server takes it by `aclfile FILE`. Passwords stand in the file as hashes, so this is the only time they are seen.
"""

import os
import sys
from pathlib import Path

from deploy.redis.users import acl_file, new_passwords


def main(arguments: list[str]) -> int:
    """1 with one line when the file is there already."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m deploy.redis FILE\n")
        return 2
    passwords = new_passwords()
    try:
        descriptor = os.open(Path(arguments[0]), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        sys.stderr.write(f"{arguments[0]}: {error.strerror}\n")
        return 1
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in acl_file(passwords))
    sys.stdout.writelines(f"{name}:{password}\n" for name, password in passwords.items())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
