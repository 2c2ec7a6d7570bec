"""What is done to the service: one row a fault."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from tests.chaos import strikes
from tests.chaos.lethal_model import KILLING, STARVING
from tests.chaos.site import Site
from tests.chaos.strikes import Act, Pace

_HOUR_S: Final = 3_600


class Ready(Enum):
    """What /health/ready must say."""

    #: 200 all the time: another process does the work.
    ALWAYS = auto()
    #: 503 while the store is away, then 200.
    STORE_AWAY = auto()
    #: No answer while the gateway itself is away, then 200.
    GATEWAY_AWAY = auto()


@dataclass(frozen=True, slots=True)
class Fault:
    name: str
    strike: Act
    #: Ends what `strike` began; the time between the two is `hold_s`.
    mend: Act = strikes.nothing
    hold_s: Callable[[Pace], float] = lambda _: 0.0
    is_repeated: bool = False
    ready: Ready = Ready.ALWAYS
    #: How long readiness may be behind what happened.
    ready_grace_s: Callable[[Pace], float] = lambda _: 0.0
    #: A text that must fail, and with which problem.
    doomed: tuple[str, str] | None = None
    #: What the machine must have for it.
    is_possible: Callable[[Site], bool] = lambda _: True


FAULTS: Final = (
    Fault("nothing", strikes.nothing),
    Fault("kill -9 of a child", strikes.kill_child, is_repeated=True),
    Fault("kill -9 of a worker's main process", strikes.kill_worker, strikes.start_worker, lambda pace: pace.restart_s),
    Fault(
        *("kill -9 of the gateway", strikes.kill_gateway, strikes.start_gateway, lambda pace: pace.restart_s),
        is_repeated=True,
        ready=Ready.GATEWAY_AWAY,
    ),
    Fault("kill -9 of the courier", strikes.kill_courier, strikes.start_courier, lambda pace: pace.restart_s),
    Fault(
        *("kill -9 of Valkey", strikes.kill_store, strikes.start_store, lambda pace: pace.restart_s),
        is_repeated=True,
        ready=Ready.STORE_AWAY,
    ),
    Fault(
        *("Valkey paused", strikes.pause_store, strikes.let_store_go_on, lambda pace: pace.pause_s),
        ready=Ready.STORE_AWAY,
    ),
    Fault(
        *("Valkey paused for longer than the sockets' time-outs", strikes.pause_store, strikes.let_store_go_on),
        hold_s=lambda pace: pace.long_pause_s,
        ready=Ready.STORE_AWAY,
    ),
    Fault("connections cut between BRPOP and the unacked record", strikes.cut, is_repeated=True),
    Fault("a worker's network silent", strikes.silence, strikes.end_silence, lambda pace: pace.long_pause_s),
    Fault("messages ten times", strikes.double, is_repeated=True),
    Fault("messages dropped", strikes.drop, is_repeated=True),
    Fault("messages late", strikes.delay),
    Fault(
        *("a worker's clock an hour ahead", strikes.skew_worker(_HOUR_S), strikes.skew_worker(0)),
        hold_s=lambda pace: pace.after_s,
        is_possible=strikes.can_compile,
    ),
    Fault(
        *("the gateway's clock an hour behind", strikes.skew_gateway(-_HOUR_S), strikes.skew_gateway(0)),
        hold_s=lambda pace: pace.after_s,
        ready=Ready.GATEWAY_AWAY,
        is_possible=strikes.can_compile,
    ),
    Fault(
        *("the courier's clock an hour ahead", strikes.skew_courier(_HOUR_S), strikes.skew_courier(0)),
        hold_s=lambda pace: pace.after_s,
        is_possible=strikes.can_compile,
    ),
    Fault(
        *("disk full", strikes.fill_disk, strikes.empty_disk, lambda pace: pace.restart_s),
        ready=Ready.STORE_AWAY,
        is_possible=lambda site: site.disk.is_mounted,
    ),
    Fault(
        *("disk full, appendfsync everysec", strikes.fill_disk_lazily, strikes.empty_disk),
        hold_s=lambda pace: pace.worker_lost_s + pace.pause_s,
        ready=Ready.STORE_AWAY,
        # Reads go on: it is known from the workers, who can no longer say that they live.
        ready_grace_s=lambda pace: pace.worker_lost_s + 2,
        is_possible=lambda site: site.disk.is_mounted,
    ),
    Fault("a text that kills its process", strikes.nothing, doomed=(f"Jane Doe said {KILLING} in Leeds.", "poison")),
    Fault("out of memory in a child", strikes.nothing, doomed=(f"Jane Doe said {STARVING} in Leeds.", "out-of-memory")),
)
