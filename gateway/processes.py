"""GATEWAY_PROCESSES of them: gunicorn forks them from one that has loaded all, and replaces one that dies or hangs.

Why gunicorn, and what a killed process costs: docs/decisions/0016-gateway-processes.md.
"""

import signal
import sys
from collections.abc import Callable
from typing import Any, Final, NoReturn

import gunicorn.config
from fastapi import FastAPI
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.workers.base import Worker

from gateway.server import Server, make_config, prepare_process
from shared.metrics.processes import share, take_number
from shared.process import die_with_parent
from shared.settings import Settings

#: A process whose event loop has not turned for so long hangs. The longest turn known takes under a second.
_HUNG_S: Final = 10
_NOTIFY_S: Final = 1

# gunicorn reads our variable, and takes no blanks in it; its value is of use to gunicorn's own HTTP alone.
gunicorn.config.ForwardedAllowIPS.default = "127.0.0.1"


def serve_by_several(app: FastAPI, settings: Settings, *, stopping: Callable[[], None]) -> NoReturn:
    """Until SIGTERM or SIGINT; then each process ends as a single one does, within GRACE_S. Exits with 3 when it cannot
    listen or start."""
    share()
    prepare_process()
    # Bound here: gunicorn would try for 5 s.
    listener = make_config(app, settings).bind_socket()
    options = {
        "bind": f"fd://{listener.detach()}",
        "workers": settings.gateway_processes,
        "worker_class": _Process,
        # One that starts again shares the memory of this one, and serves within milliseconds.
        "preload_app": True,
        "timeout": _HUNG_S,
        "graceful_timeout": int(settings.grace_s),
        "logger_class": _Log,
        # A socket by which others may command it, served by a thread beside the forks.
        "control_socket_disable": True,
        "post_fork": _die_with_manager,
    }
    _Manager(_Application(app, settings, stopping, options)).run()
    sys.exit(0)


class _Application(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """What gunicorn asks for: its options, and what it serves."""

    def __init__(self, app: FastAPI, settings: Settings, stopping: Callable[[], None], options: dict[str, Any]) -> None:
        self.app, self.settings, self.stopping = app, settings, stopping
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> FastAPI:
        return self.app


class _Manager(Arbiter):  # type: ignore[misc]  # gunicorn has no types
    def handle_int(self) -> None:
        """Ctrl-C ends warm too; a second one at once."""
        self.handle_term()


class _Process(Worker):  # type: ignore[misc]  # gunicorn has no types
    """uvicorn's server; uvicorn-worker would have a configuration of its own, without our bounds."""

    app: _Application

    def init_signals(self) -> None:
        # uvicorn sets its own; with gunicorn's the code of a process that could not start would be lost.
        for number in self.SIGNALS:
            signal.signal(number, signal.SIG_DFL)

    def run(self) -> None:
        """Until it is told to end."""
        take_number()
        application = self.app
        config = make_config(
            application.app, application.settings, callback_notify=self._notify, timeout_notify=_NOTIFY_S
        )
        server = Server(config, application.stopping)
        server.run(sockets=self.sockets)
        if not server.started:
            sys.exit(Arbiter.WORKER_BOOT_ERROR)

    async def _notify(self) -> None:
        self.notify()


class _Log(Logger):  # type: ignore[misc]  # gunicorn has no types
    """By the root logger, in our shape. It speaks of processes alone."""

    def setup(self, cfg: Any) -> None:
        self.cfg = cfg
        self.error_log.propagate = True


def _die_with_manager(_: Arbiter, process: Worker) -> None:
    die_with_parent(signal.SIGTERM, process.ppid)
