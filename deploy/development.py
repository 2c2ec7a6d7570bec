"""`python -m deploy.development MODULE`: runs `python -m MODULE`, and anew whenever a file of the code changes.

For docker-compose.override.example.yaml, which lays the working copy over the code of the images.
"""

import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

_FOLDERS: Final = ("gateway", "worker", "shared")
#: Looked at by their times: what a host mounts into a container does not always send events.
_LOOK_S: Final = 0.5


def main(arguments: list[str]) -> int:
    """Until SIGTERM or Ctrl-C, which the program gets too; its exit code."""
    (module,) = arguments
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    while True:
        code = _run_until_change(module, stopping)
        if stopping.is_set():
            return code


def _run_until_change(module: str, stopping: threading.Event) -> int:
    """A program that ends by itself (its code may be half written) waits for the next change too."""
    begun = _times()
    process = subprocess.Popen([sys.executable, "-m", module])  # noqa: S603  our own words
    while not stopping.wait(_LOOK_S) and _times() == begun:
        pass
    process.terminate()
    return process.wait()


def _times() -> dict[Path, int]:
    times = {}
    for folder in _FOLDERS:
        for path in Path(folder).rglob("*"):
            if path.suffix in {".py", ".lua"}:
                try:
                    times[path] = path.stat().st_mtime_ns
                except FileNotFoundError:
                    # An editor puts its new file in place of the old one.
                    continue
    return times


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
