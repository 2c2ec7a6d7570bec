"""`make run`: the whole service on this machine: Valkey (unless REDIS_URL is set), worker, courier, gateway."""

import asyncio
import fcntl
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Coroutine, Mapping
from typing import IO, Any, Final

from deploy.local import valkey
from deploy.local.processes import Kept, Program, say
from deploy.redis.users import User
from shared.cipher import load_key_ring
from shared.exposure import check_exposure
from shared.model_catalogue import parse_models
from shared.settings import Settings, get_settings

_READY_TIMEOUT_S: Final = 120.0
_EXAMPLE: Final = '{"text": "Angela Merkel met Emmanuel Macron in Paris on 3 May 2019."}'


def main() -> int:
    """Runs until Ctrl-C or SIGTERM. 1 with one line when it cannot start."""
    try:
        settings = get_settings()
        check_exposure(settings)
        parse_models(settings.models)
        if not _is_free(settings):
            say(f"cannot start: port {settings.port} of {settings.host} is taken; choose another one with PORT=...")
            return 1
        load_key_ring(settings)
    except OSError as error:
        say(f"cannot start: DATA_DIR {settings.data_dir} cannot be used ({error.strerror})")
        return 1
    except ValueError as error:
        say(f"cannot start: {error}; docs/settings.md lists what each setting takes")
        return 1
    with (settings.data_dir / "lock").open("w") as lock:
        if not _is_ours(lock):
            say(f"cannot start: another service runs on {settings.data_dir}; choose another folder with DATA_DIR=...")
            return 1
        return asyncio.run(_run(settings))


async def _run(settings: Settings) -> int:
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    kept = [Kept(program, say) for program in _programs(settings)]
    started = time.monotonic()
    try:
        for each in kept:
            await each.start()
        if await _first(_is_ready(settings), stopping.wait()) and not stopping.is_set():
            address = f"http://{settings.host}:{settings.port}"
            say(f"ready after {time.monotonic() - started:.1f} s on {address} (documentation: {address}/docs)")
            say(f"try: curl -s {address}/entities -H 'Content-Type: application/json' -d '{_EXAMPLE}'")
        await stopping.wait()
        say("stopping: running batches end first, queued jobs are kept")
    finally:
        # The gateway first, so that nothing new comes; Valkey last, for the others still write to it.
        for each in reversed(kept):
            await each.stop()
    say("stopped")
    return 0


def _programs(settings: Settings) -> list[Program]:
    environment = {**os.environ, "DATA_DIR": str(settings.data_dir.resolve()), "PYTHONUNBUFFERED": "1"}
    # People read this terminal; LOG_FORMAT=json still gives JSON.
    environment.setdefault("LOG_FORMAT", "console")
    environment.setdefault("LOG_LEVEL", "warning")
    programs = []
    # With a REDIS_URL of the environment all have that one.
    urls: Mapping[User, Mapping[str, str]] = {user: {} for user in User}
    if "REDIS_URL" not in os.environ:
        server = valkey.prepare(settings.data_dir)
        urls = {user: {"REDIS_URL": url} for user, url in server.urls.items()}
        programs.append(Program("valkey", server.command, _bare(environment), grace_s=10))
    grace_s = settings.task_time_limit_s
    for place, (user, role) in enumerate(((User.WORKER, "anonymize"), (User.COURIER, "deliver"))):
        own = {**environment, **urls[user], "ROLE": role}
        if settings.metrics_port is not None:
            own["METRICS_PORT"] = str(settings.metrics_port + place)
        programs.append(Program(user, (sys.executable, "-m", "worker"), own, grace_s))
    own = {**environment, **urls[User.GATEWAY]}
    programs.append(Program(User.GATEWAY, (sys.executable, "-m", "gateway"), own, grace_s=10))
    return programs


def _bare(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name in {"PATH", "HOME", "LANG"}}


async def _first(*waits: Coroutine[Any, Any, bool]) -> bool:
    tasks = [asyncio.create_task(wait) for wait in waits]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    return bool(done.pop().result())


async def _is_ready(settings: Settings) -> bool:
    url = f"http://{settings.host}:{settings.port}/health/ready"
    end = time.monotonic() + _READY_TIMEOUT_S
    while time.monotonic() < end:
        if await asyncio.to_thread(_answers, url):
            return True
        await asyncio.sleep(0.2)
    say("not ready yet; the lines above may say why")
    return False


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=3) as response:  # noqa: S310  our own address
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _is_free(settings: Settings) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            return False
    return True


def _is_ours(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
