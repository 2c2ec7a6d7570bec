"""`python -m gateway`: one process on HOST:PORT."""

import sys

import uvicorn

from gateway.app import make_app
from shared.settings import get_settings


def main() -> int:
    """Serves until SIGTERM or SIGINT. 1 when a setting is wrong, with one line that says which."""
    try:
        settings = get_settings()
        app = make_app(settings)
    except ValueError as error:
        sys.stderr.write(f"gateway: {error}\n")
        return 1
    # The access log would hold paths, and a client may have put a name into one.
    uvicorn.run(app, host=settings.host, port=settings.port, access_log=False, log_config=None, server_header=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
