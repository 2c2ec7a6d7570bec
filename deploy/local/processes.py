"""Processes that are kept running: started again when they die, stopped warm, none left behind."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from shared.process import die_with_parent

#: Pause before the first restart; each further one doubles it.
_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 30.0
#: A process that lived so long starts again with the first pause.
_STEADY_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Program:
    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    #: How long it may take to end by itself after SIGTERM.
    grace_s: float


class Kept:
    """One program, running until `stop`."""

    def __init__(self, program: Program, say: Callable[[str], None]) -> None:
        self.program = program
        self._say = say
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Raises OSError when the program cannot be started at all."""
        self._process = await self._launch()
        self._task = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """SIGTERM to the program alone, so that it ends its children warm; after the grace the group is killed."""
        if self._task is not None:
            self._task.cancel()
        process = self._process
        if process is None:
            return
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(self.program.grace_s):
                    await process.wait()
            except TimeoutError:
                self._say(f"{self.program.name} did not end within {self.program.grace_s:g} s and is killed")
        _kill_group(process.pid)
        await process.wait()

    async def _launch(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *self.program.command,
            env=dict(self.program.environment),
            stdin=asyncio.subprocess.DEVNULL,
            # A group of its own: Ctrl-C in the terminal reaches us alone, and we stop things in order.
            start_new_session=True,
            preexec_fn=partial(die_with_parent, signal.SIGTERM, os.getpid()),
        )

    async def _keep(self) -> None:
        pause_s = _FIRST_PAUSE_S
        now = asyncio.get_running_loop().time
        while self._process is not None:
            started = now()
            code = await self._process.wait()
            # What it left of its own children would hold its port or do its work twice.
            _kill_group(self._process.pid)
            if now() - started > _STEADY_S:
                pause_s = _FIRST_PAUSE_S
            self._say(f"{self.program.name} ended ({_reason(code)}); starting it again in {pause_s:g} s")
            self._process, pause_s = await self._restart(pause_s)

    async def _restart(self, pause_s: float) -> tuple[asyncio.subprocess.Process, float]:
        while True:
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
            try:
                return await self._launch(), pause_s
            except OSError as error:
                self._say(f"{self.program.name} cannot be started ({error.strerror}); next try in {pause_s:g} s")


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _reason(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def say(line: str) -> None:
    """One line for the person at the terminal."""
    sys.stderr.write(f"anonymization-api: {line}\n")
    sys.stderr.flush()
