"""`python -m gateway`: one process on HOST:PORT."""

import asyncio
import gc
import resource
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import uvicorn
from fastapi import FastAPI
from uvicorn.config import STARTUP_FAILURE

from gateway.app import make_app
from gateway.protection.connection import GuardedConfig
from gateway.protection.sweeper import connection_limits, sweep
from shared.settings import Settings, get_settings

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
    return serve(app, settings, stopping=app.state.services.wakeups.close)


def serve(app: FastAPI, settings: Settings, *, stopping: Callable[[], None] = lambda: None) -> int:
    """Serves the application until it is told to stop; `stopping` lets go of those who wait. The exit code."""
    _calm_collector()
    _raise_open_files()
    config = GuardedConfig(
        app,
        connection_limits(settings),
        host=settings.host,
        port=settings.port,
        # The access log would hold paths, and a client may have put a name into one.
        access_log=False,
        log_config=None,
        server_header=False,
        forwarded_allow_ips=list(settings.forwarded_allow_ips),
    )
    server = _Server(config, stopping)
    with suppress(KeyboardInterrupt):
        server.run()
    return 0 if server.started else STARTUP_FAILURE


def _raise_open_files() -> None:
    """As many connections as the system lets this process have: the usual soft limit is 1,024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


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

    def __init__(self, config: GuardedConfig, stopping: Callable[[], None]) -> None:
        super().__init__(config)
        self._guarded = config
        self._stopping = stopping

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's; late clients are cut off to the end, so that none of them holds it up."""
        sweeper = asyncio.create_task(sweep(self._guarded, self.server_state))
        try:
            await super().serve(sockets)
        finally:
            sweeper.cancel()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's."""
        self._stopping()
        await super().shutdown(sockets)


if __name__ == "__main__":
    sys.exit(main())
