"""`python -m bench.gateway_uvicorn`: the gateway under uvicorn's own manager, for `bench.gateway_processes` alone."""

import os
import signal
import socket

from uvicorn import Config
from uvicorn.supervisors import multiprocess

from gateway.app import make_app
from gateway.protection.connection import GuardedConfig
from gateway.protection.sweeper import connection_limits
from gateway.server import Server, prepare_process
from shared.process import die_with_parent
from shared.settings import get_settings


class _Process(multiprocess.Process):
    """Our server in place of uvicorn's, made by the process itself: an application cannot be sent to it."""

    def __init__(self, config: Config, sockets: list[socket.socket]) -> None:
        self.manager = os.getpid()
        super().__init__(config, sockets)

    def target(self, sockets: list[socket.socket] | None = None) -> None:
        die_with_parent(signal.SIGTERM, self.manager)
        prepare_process()
        app = make_app()
        self.config.app = app
        self._server = Server(self.config, app.state.services.wakeups.close)  # type: ignore[arg-type]  # it is guarded
        super().target(sockets)


def main() -> None:
    settings = get_settings()
    # Named in four methods of the manager, and no argument of it.
    multiprocess.Process = _Process  # type: ignore[misc]
    config = GuardedConfig(
        "gateway.app:make_app",
        connection_limits(settings),
        host=settings.host,
        port=settings.port,
        workers=settings.gateway_processes,
        access_log=False,
        log_config=None,
    )
    multiprocess.Multiprocess(config, [config.bind_socket()]).run()


if __name__ == "__main__":
    main()
