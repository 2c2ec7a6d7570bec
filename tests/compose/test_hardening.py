"""What a container may, as the engine says and as it is seen from inside."""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

import pytest

from shared.settings import Settings
from tests.compose.composition import Composition
from tests.compose.engine import IMAGES, docker

MEGABYTE: Final = 1024 * 1024
#: CAP_NET_BIND_SERVICE, as a bit.
BIND_LOW_PORTS: Final = 1 << 10


@dataclass(frozen=True, slots=True)
class Expected:
    user: int
    megabytes: int
    processes: int
    networks: frozenset[str]
    capabilities: int = 0


SERVICES: Final = {
    "redis": Expected(999, 2048, 64, frozenset({"inside"})),
    "gateway": Expected(10001, 512, 128, frozenset({"inside", "edge"})),
    "worker": Expected(10001, 4096, 128, frozenset({"inside"})),
    "courier": Expected(10001, 256, 128, frozenset({"inside", "egress"})),
    "flower": Expected(10001, 256, 64, frozenset({"inside"})),
    "caddy": Expected(0, 128, 64, frozenset({"inside", "edge"}), BIND_LOW_PORTS),
}
#: `python -c`: prints whether a connection to HOST PORT is made.
CONNECT: Final = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=1).close()
    print("connected")
except OSError:
    print("refused")
"""


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_service_is_in_the_table(composition: Composition) -> None:
    """But for the profiles that the whole service does without."""
    assert set(composition.compose("config", "--services").split()) == set(SERVICES)


def test_the_engine_holds_it_down(composition: Composition, service: str) -> None:
    seen, expected = composition.inspect(service), SERVICES[service]
    host: dict[str, Any] = seen["HostConfig"]
    assert host["ReadonlyRootfs"]
    assert not host["Privileged"]
    assert host["CapDrop"] == ["ALL"]
    assert (host["CapAdd"] is not None) == bool(expected.capabilities)
    assert "no-new-privileges:true" in host["SecurityOpt"]
    assert (host["Memory"], host["PidsLimit"]) == (expected.megabytes * MEGABYTE, expected.processes)
    assert host["LogConfig"] == {"Type": "json-file", "Config": {"max-file": "5", "max-size": "10m"}}
    assert host["RestartPolicy"]["Name"] == "unless-stopped"
    assert {name.removeprefix(f"{composition.project}_") for name in seen["NetworkSettings"]["Networks"]} == (
        expected.networks
    )


def test_it_is_held_down_as_seen_from_inside(composition: Composition, service: str) -> None:
    # The first process is the engine's own init, which started ours.
    status = dict(re.findall(r"^(\w+):\s+(.*)$", composition.inside(service, "cat", "/proc/1/status"), re.MULTILINE))
    expected = SERVICES[service]
    assert status["Uid"].split() == [str(expected.user)] * 4
    assert status["NoNewPrivs"] == "1"
    assert int(status["CapBnd"], 16) == expected.capabilities
    assert int(status["CapEff"], 16) in {0, expected.capabilities}


def test_its_files_cannot_be_changed_even_by_root(composition: Composition, service: str) -> None:
    said = docker("exec", "--user=0", composition.containers(service)[0], "touch", "/etc/changed", expected=1)
    assert "Read-only file system" in said


def test_it_has_more_time_to_end_than_its_longest_part_takes(composition: Composition) -> None:
    settings = Settings()
    longest = {"worker": settings.grace_s, "courier": max(settings.grace_s, settings.webhook_timeout_s), "gateway": 10}
    for service, seconds in longest.items():
        assert composition.inspect(service)["Config"]["StopTimeout"] > seconds


def test_only_the_gateways_port_is_published(composition: Composition) -> None:
    """And Caddy's own, with its profile; both on this machine's loopback address."""
    published = {
        service: [each["HostIp"] for ports in bound.values() for each in ports or ()]
        for service in SERVICES
        if (bound := composition.inspect(service)["NetworkSettings"]["Ports"]) and any(bound.values())
    }
    assert published == {"gateway": ["127.0.0.1"], "caddy": ["127.0.0.1"]}


def test_the_store_is_reached_from_inside_alone(composition: Composition) -> None:
    inside = f"{composition.project}_inside"
    address = composition.inspect("redis")["NetworkSettings"]["Networks"][inside]["IPAddress"]
    assert composition.inside("worker", "python", "-c", CONNECT, address, "6379").strip() == "connected"
    for network in ("bridge", f"{composition.project}_edge", f"{composition.project}_egress"):
        stranger = docker(
            *("run", "--rm", f"--network={network}", IMAGES["GATEWAY_IMAGE"], "python", "-c", CONNECT, address, "6379")
        )
        assert stranger.strip() == "refused", network


def test_the_courier_gets_out_and_the_worker_does_not(composition: Composition, outside: tuple[str, int]) -> None:
    host, port = outside
    for service, expected in (("courier", "connected"), ("worker", "refused"), ("flower", "refused")):
        assert composition.inside(service, "python", "-c", CONNECT, host, str(port)).strip() == expected, service


def test_the_store_knows_no_user_without_a_password(composition: Composition) -> None:
    assert "NOAUTH" in composition.inside("redis", "valkey-cli", "ping")
    health = ("valkey-cli", "--no-auth-warning", "--user", "health", "--pass", "any")
    assert "NOPERM" in composition.inside("redis", *health, "get", "aa:job:1")


def test_secrets_stand_in_no_command_line(composition: Composition) -> None:
    for service in SERVICES:
        lines = composition.inside(service, "sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '")
        for name, value in composition.secrets.items():
            assert value not in lines, f"{service}: {name}"


def test_nothing_asks_for_a_graphics_card(composition: Composition) -> None:
    assert "gpu" not in json.dumps(composition.compose("config")).lower()
