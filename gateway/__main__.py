"""`python -m gateway`: GATEWAY_PROCESSES processes on HOST:PORT."""

import sys
from collections.abc import Callable
from contextlib import suppress

from fastapi import FastAPI
from uvicorn.config import STARTUP_FAILURE

from gateway.app import make_app
from gateway.processes import serve_by_several
from gateway.server import Server, make_config, prepare_process
from shared.settings import Settings, get_settings


def main() -> int:
    """Serves until SIGTERM or SIGINT. 1: a setting is wrong, and one line says which; 3: it cannot listen."""
    try:
        settings = get_settings()
        app = make_app(settings)
    except ValueError as error:
        sys.stderr.write(f"gateway: {error}\n")
        return 1
    stopping = app.state.services.wakeups.close
    if settings.gateway_processes > 1:
        serve_by_several(app, settings, stopping=stopping)
    return serve(app, settings, stopping=stopping)


def serve(app: FastAPI, settings: Settings, *, stopping: Callable[[], None] = lambda: None) -> int:
    """Serves the application until it is told to stop; `stopping` lets go of those who wait. The exit code."""
    prepare_process()
    server = Server(make_config(app, settings), stopping)
    with suppress(KeyboardInterrupt):
        server.run()
    return 0 if server.started else STARTUP_FAILURE


if __name__ == "__main__":
    sys.exit(main())
