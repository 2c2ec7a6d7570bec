"""`python -m gateway`: one process on HOST:PORT."""

import gc
import socket
import sys
from contextlib import suppress
from typing import Final

import uvicorn
from fastapi import FastAPI
from uvicorn.config import STARTUP_FAILURE

from gateway.app import make_app
from shared.settings import get_settings

#: Of gc.set_threshold: new objects, and how often the younger ones are looked at before the older ones are. Requests
#: leave no cycles behind, so little waits for the third.
_COLLECTOR_THRESHOLDS: Final = (10_000, 10, 100)


def main() -> int:
    """Serves until SIGTERM or SIGINT. 1: a setting is wrong, and one line says which; 3: it cannot listen."""
    try:
        settings = get_settings()
        app = make_app(settings)
    except ValueError as error:
        sys.stderr.write(f"gateway: {error}\n")
        return 1
    _calm_collector()
    # The access log would hold paths, and a client may have put a name into one.
    config = uvicorn.Config(
        app, host=settings.host, port=settings.port, access_log=False, log_config=None, server_header=False
    )
    server = _Server(config, app)
    with suppress(KeyboardInterrupt):
        server.run()
    return 0 if server.started else STARTUP_FAILURE


def _calm_collector() -> None:
    """What stands now stands for good, and the rest is seldom looked at.

    Python's collector went through all objects again and again, found nothing, and with 700 clients stopped them all
    for 100 to 300 ms each time (`bench/waiting.py`).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTOR_THRESHOLDS)


class _Server(uvicorn.Server):
    """Stops as uvicorn does, which waits for every open answer; those that wait for jobs end first."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's."""
        self._app.state.services.wakeups.close()
        await super().shutdown(sockets)


if __name__ == "__main__":
    sys.exit(main())
