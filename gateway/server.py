"""One process that serves: uvicorn's server under our bounds, which lets go of those who wait when it ends."""

import asyncio
import gc
import resource
import socket
from collections.abc import Callable
from typing import Any, Final

import uvicorn
from fastapi import FastAPI

from gateway.protection.connection import GuardedConfig
from gateway.protection.sweeper import connection_limits, sweep
from shared.settings import Settings

#: Of gc.set_threshold: new objects, and how often the younger ones are looked at before the older ones are. Requests
#: leave no cycles behind, so little waits for the third.
_COLLECTOR_THRESHOLDS: Final = (10_000, 10, 100)


class Server(uvicorn.Server):
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


def make_config(app: FastAPI, settings: Settings, **options: Any) -> GuardedConfig:
    """For HOST:PORT; `options` are uvicorn's."""
    return GuardedConfig(
        app,
        connection_limits(settings),
        host=settings.host,
        port=settings.port,
        # The access log would hold paths, and a client may have put a name into one.
        access_log=False,
        log_config=None,
        server_header=False,
        forwarded_allow_ips=list(settings.forwarded_allow_ips),
        **options,
    )


def prepare_process() -> None:
    """Before it serves, or forks those who will: what is set here is theirs too."""
    _calm_collector()
    _raise_open_files()


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
