"""A real sshd on loopback: its own port, host key and one user's key."""

import os
import shutil
import subprocess
from pathlib import Path

from deploy.local.valkey import free_port
from tests.services.processes import Program, eventually

PROGRAM = shutil.which("sshd", path="/usr/sbin:/usr/bin")


def make_key(path: Path) -> str:
    """The public half."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(path)], check=True)
    return path.with_suffix(".pub").read_text(encoding="utf-8").strip()


class Sshd:
    """Lets in whoever runs the tests, by `key_file`; `known_hosts_file` pins it, `another_file` another host's key."""

    def __init__(self, folder: Path) -> None:
        assert PROGRAM is not None
        self.port = free_port()
        self.key_file = folder / "key"
        self.known_hosts_file = folder / "known_hosts"
        self.another_file = folder / "another_host"
        (folder / "authorized_keys").write_text(make_key(self.key_file), encoding="utf-8")
        for file, host_key in ((self.known_hosts_file, "host_key"), (self.another_file, "another_key")):
            kind, public, _ = make_key(folder / host_key).split()
            file.write_text(f"[127.0.0.1]:{self.port} {kind} {public}\n", encoding="utf-8")
        if os.geteuid() == 0:
            # Where it goes to live without rights; Debian makes it when the service starts.
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        options = {
            "Port": self.port,
            "ListenAddress": "127.0.0.1",
            "HostKey": folder / "host_key",
            "AuthorizedKeysFile": folder / "authorized_keys",
            # The folder lies in a temporary one, which others may write into.
            "StrictModes": "no",
            "PasswordAuthentication": "no",
            "KbdInteractiveAuthentication": "no",
            "UsePAM": "no",
            "PidFile": "none",
        }
        config = folder / "sshd_config"
        config.write_text("".join(f"{name} {value}\n" for name, value in options.items()), encoding="utf-8")
        self._program = Program([PROGRAM, "-D", "-e", "-f", str(config)], folder / "sshd.log", {})
        eventually(lambda: "Server listening" in self._program.said(), what="sshd listens")

    def end(self) -> None:
        self._program.end()
