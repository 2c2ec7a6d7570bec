"""How each fault is made, and ended."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import kill
from typing import Any

from tests.chaos.site import QUEUE, Site
from tests.chaos.skewed_clock import has_compiler, skewed
from tests.services.processes import Program, eventually
from tests.services.receiver import Reply


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a trial takes."""

    #: What the load has put in before the fault, and how long it goes on after it.
    jobs_before: int
    after_s: float
    #: How often what can be done again in a moment is done.
    rounds: int
    pause_s: float
    #: Longer than every time-out of a socket: 2 s of the service's own, 5 s of Celery's.
    long_pause_s: float
    #: Until somebody starts again what was killed.
    restart_s: float
    #: As the settings of these names.
    worker_lost_s: float
    hint_lost_s: float


Act = Callable[[Site, Pace], None]


def nothing(site: Site, pace: Pace) -> None:
    pass


# --- kill -9


def _kill(process: Program) -> None:
    process.signal(signal.SIGKILL)
    process.wait()


def kill_child(site: Site, pace: Pace) -> None:
    kill(site.busy_child(site.worker), signal.SIGKILL)


def kill_worker(site: Site, pace: Pace) -> None:
    site.busy_child(site.worker)
    _kill(site.worker)


def start_worker(site: Site, pace: Pace) -> None:
    site.worker = site.stack.start_worker()


def kill_gateway(site: Site, pace: Pace) -> None:
    _kill(site.stack.gateway)


def start_gateway(site: Site, pace: Pace) -> None:
    site.stack.start_gateway()


def kill_courier(site: Site, pace: Pace) -> None:
    """While it waits for an answer, so that nobody knows whether the event arrived."""
    may_answer, before = threading.Event(), len(site.receiver.received)
    site.receiver.reply = lambda *_: Reply(when=may_answer)
    eventually(lambda: len(site.receiver.received) > before, what="a webhook arrives")
    _kill(site.courier)
    site.receiver.reply = lambda *_: Reply()
    may_answer.set()


def start_courier(site: Site, pace: Pace) -> None:
    site.courier = site.stack.start_courier()


def kill_store(site: Site, pace: Pace) -> None:
    site.stack.valkey.kill()


def start_store(site: Site, pace: Pace) -> None:
    site.stack.valkey.start_again()


# --- the store does not answer, or does not write


def pause_store(site: Site, pace: Pace) -> None:
    site.stack.valkey.pause()


def let_store_go_on(site: Site, pace: Pace) -> None:
    site.stack.valkey.go_on()


def fill_disk(site: Site, pace: Pace) -> None:
    """With `appendfsync always`, the service's own: Valkey ends when it cannot write, and somebody starts it again."""
    site.disk.fill()
    eventually(lambda: not site.stack.valkey.is_alive, what="Valkey ends")


def fill_disk_lazily(site: Site, pace: Pace) -> None:
    """With `appendfsync everysec`: Valkey refuses writes and answers reads."""
    site.stack.valkey.client().config_set("appendfsync", "everysec")
    site.disk.fill()


def empty_disk(site: Site, pace: Pace) -> None:
    site.disk.empty()
    if not site.stack.valkey.is_alive:
        site.stack.valkey.start_again()
    site.stack.valkey.client().config_set("appendfsync", "always")


def silence(site: Site, pace: Pace) -> None:
    site.proxy.fall_silent()


def end_silence(site: Site, pace: Pace) -> None:
    site.proxy.go_on()


def cut(site: Site, pace: Pace) -> None:
    cuts = site.proxy.cuts
    site.proxy.cut_after_next_message()
    eventually(lambda: site.proxy.cuts > cuts, what="a message passes the proxy")


# --- messages


@contextmanager
def _waiting_messages(site: Site) -> Iterator[Any]:
    """The broker, with messages that no worker takes yet."""
    redis = site.stack.valkey.client()
    for worker in site.workers:
        worker.signal(signal.SIGSTOP)
    try:
        eventually(lambda: redis.llen(QUEUE), what="a message waits")
        yield redis
    finally:
        for worker in site.workers:
            worker.signal(signal.SIGCONT)


def double(site: Site, pace: Pace) -> None:
    with _waiting_messages(site) as redis:
        redis.rpush(QUEUE, *redis.lrange(QUEUE, 0, -1) * 9)


def drop(site: Site, pace: Pace) -> None:
    with _waiting_messages(site) as redis:
        redis.delete(QUEUE)


def delay(site: Site, pace: Pace) -> None:
    """Until the service has taken them for lost and done their jobs."""
    with _waiting_messages(site) as redis:
        redis.rename(QUEUE, "late")
    time.sleep(pace.hint_lost_s * 1.5)
    redis.rpush(QUEUE, *redis.lrange("late", 0, -1))
    redis.delete("late")


# --- clocks


def skew_worker(seconds: int) -> Act:
    def act(site: Site, pace: Pace) -> None:
        site.proxied_worker.end()
        site.proxied_worker = site.start_proxied_worker(**(skewed(site.folder, seconds) if seconds else {}))

    return act


def skew_gateway(seconds: int) -> Act:
    def act(site: Site, pace: Pace) -> None:
        site.stack.gateway.end()
        site.stack.start_gateway(**(skewed(site.folder, seconds) if seconds else {}))

    return act


def skew_courier(seconds: int) -> Act:
    def act(site: Site, pace: Pace) -> None:
        site.courier.end()
        site.courier = site.stack.start_courier(**(skewed(site.folder, seconds) if seconds else {}))

    return act


def can_compile(site: Site) -> bool:
    return has_compiler()
