"""A real RabbitMQ of the test's own: a node on free ports of the loopback address, with its own folder and cookie."""

import os
import signal
import socket
import time
from pathlib import Path
from typing import Final

import amqp

from deploy.local.valkey import free_port
from tests.services.processes import Program, eventually

#: Debian's wrapper in the PATH would step down to a user of its own.
_SERVER: Final = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
_CONTROL: Final = Path("/usr/lib/rabbitmq/bin/rabbitmqctl")
is_installed: Final = _SERVER.exists()


class RabbitMQ:
    """May be killed and started again on the same data and port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        ports, distribution_port = free_port(), free_port()
        configuration = folder / "rabbitmq.conf"
        configuration.write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\nlog.console = true\nlog.console.level = warning\n"
            # Its connections are between processes of this machine, and a memory alarm is the test's own affair.
            "disk_free_limit.absolute = 10MB\nvm_memory_high_watermark.absolute = 2GB\n",
            encoding="ascii",
        )
        self._environment = {
            # Its cookie is made there.
            "HOME": str(folder),
            "ERL_EPMD_PORT": str(ports),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_MAX_ETS_TABLES": "50000",
            "RABBITMQ_NODENAME": f"test{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(distribution_port),
            "RABBITMQ_CONFIG_FILE": str(configuration),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            # Two schedulers: the cores are shared. No busy waiting of idle ones.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none",
        }
        # The node would start it as a daemon, which outlives it.
        self._names = Program(
            ["epmd", "-address", "127.0.0.1", "-port", str(ports)], folder / "epmd.log", self._environment
        )
        eventually(lambda: _answers(ports), what="epmd listens")
        self._node = self._launch()

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def kill(self) -> None:
        """As kill -9, of the whole group: what is not on disk is gone."""
        os.killpg(self._node.pid, signal.SIGKILL)
        self._node.wait()

    def start_again(self) -> None:
        self._node = self._launch()

    def control(self, *arguments: str) -> str:
        """What `rabbitmqctl` says."""
        output = self.folder / f"control-{time.monotonic_ns()}.log"
        command = [str(_CONTROL), "--quiet", "--node", self._environment["RABBITMQ_NODENAME"], *arguments]
        program = Program(command, output, self._environment)
        code = program.wait()
        assert code == 0, program.said()
        return program.said()

    def connect(self) -> amqp.Connection:
        """The caller closes it."""
        connection = amqp.Connection(f"127.0.0.1:{self.port}", userid="guest", password="guest")
        connection.connect()
        return connection

    def end(self) -> None:
        self._node.end()
        self._names.end()

    def _launch(self) -> Program:
        node = Program([str(_SERVER)], self.folder / "rabbitmq.log", self._environment)
        eventually(self._takes_messages, what=f"RabbitMQ answers; see {node.output}")
        return node

    def _takes_messages(self) -> bool:
        try:
            self.connect().close()
        except (OSError, amqp.exceptions.AMQPError):
            return False
        return True


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
