"""The one clock of all connections."""

import asyncio
import resource
from typing import Final

from uvicorn.server import ServerState

from gateway.protection.connection import ConnectionLimits, GuardedConfig, GuardedConnection
from shared.log import get_logger
from shared.settings import Settings

#: A sweep over 10,000 connections takes 2 ms.
_SWEEP_S: Final = 0.5
#: Files that a process has open beside its clients: the store's connections, the log, libraries.
_OTHER_FILES: Final = 256


def connection_limits(settings: Settings) -> ConnectionLimits:
    """What the settings say, and never more connections than files may be open."""
    open_files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return ConnectionLimits(
        max_connections=max(1, min(settings.max_connections, open_files - _OTHER_FILES)),
        max_header_bytes=settings.max_header_bytes,
        max_headers=settings.max_headers,
        header_timeout_s=settings.header_timeout_s,
        body_timeout_s=settings.body_timeout_s,
        send_timeout_s=settings.send_timeout_s,
        min_bytes_per_s=settings.min_bytes_per_s,
        keep_alive_s=settings.keep_alive_s,
    )


async def sweep(config: GuardedConfig, state: ServerState) -> None:
    """Ends late connections until cancelled, and tells how many were refused why."""
    now = asyncio.get_running_loop().time
    last = now()
    while True:
        await asyncio.sleep(_SWEEP_S)
        current = now()
        for connection in list(state.connections):
            if isinstance(connection, GuardedConnection):
                connection.sweep(current, current - last)
        last = current
        if config.refused:
            refused, counts = dict(config.refused), config.refused
            counts.clear()
            get_logger().warning("connections_refused", **refused)
