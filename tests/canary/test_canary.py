"""A text leaves its payload nowhere: a marker is sent in by every way there is, and looked for in all that is kept.

Looked at: every key of Redis, its files (append-only file, RDB), every command that it was sent (so Celery's messages
and events too), logs at debug level, Flower, webhooks, processes, and every answer but the results.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx2 as httpx
import pytest
from pydantic import SecretStr

from deploy.local.valkey import free_port
from shared.messages import make_celery, publish
from shared.settings import Settings
from tests.canary.marker import HOOK, METADATA, TEXT
from tests.canary.places import Place, Wire, files_of, flower_of, processes, values_of, write_dumps
from tests.canary.sending import (
    Sender,
    send_a_job_that_fails,
    send_a_poisonous_job,
    send_files,
    send_in_odd_places,
    send_texts,
    send_webhooks,
    send_what_is_broken,
)
from tests.services.processes import Program, eventually
from tests.services.receiver import Receiver
from tests.services.stack import Stack

ATTEMPTS: Final = 2
LOGIN: Final = ("operator", "flower-password")
#: Where worker and courier answer for their metrics.
METRICS: Final = {"worker": free_port(), "courier": free_port()}
#: Flower as it is deployed, but for its port.
FLOWER: Final = "import deploy.flower.__main__ as f, sys; f._OPTIONS['port'] = int(sys.argv[1]); sys.exit(f.main())"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("canary")
    (folder / "temporary").mkdir()
    settings = {
        "TMPDIR": str(folder / "temporary"),
        "MAX_ATTEMPTS": str(ATTEMPTS),
        "WEBHOOK_ALLOWED_HOSTS": "127.0.0.1",
        "AUDIT_CHAIN_S": "0.2",
    }
    stack = Stack(folder, settings)
    try:
        stack.start_courier(METRICS_PORT=str(METRICS["courier"]))
        yield stack
    finally:
        stack.end()


@pytest.fixture(scope="module")
def flower(stack: Stack) -> Iterator[httpx.Client]:
    port = free_port()
    environment = {**stack.environment, "FLOWER_BASIC_AUTH": ":".join(LOGIN), "FLOWER_LOGGING": "debug"}
    program = Program([sys.executable, "-c", FLOWER, str(port)], stack.folder / "flower.log", environment)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/flower/", auth=LOGIN, timeout=30) as http:

        def answers() -> bool:
            try:
                return http.get("healthcheck").status_code == 200
            except httpx.TransportError:
                return False

        eventually(answers, what="Flower answers")
        yield http
    program.end()


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.end()


def test_a_text_is_found_nowhere_but_in_its_result(stack: Stack, flower: httpx.Client, receiver: Receiver) -> None:
    client: Any = stack.valkey.client()
    wire, sender = Wire(stack.valkey.url), Sender(stack)
    stack.pretend_worker("en_sm")
    send_a_job_that_fails(sender, METRICS_PORT=str(METRICS["worker"]))
    send_texts(sender)
    send_files(sender)
    send_webhooks(sender, receiver.url)
    send_in_odd_places(sender)
    send_what_is_broken(sender)
    send_a_poisonous_job(sender, ATTEMPTS)
    eventually(lambda: len(receiver.received) >= 3, what="job, endpoint and ping are told")
    for path in ("/metrics", "/openapi.json", "/health/ready", "/v1/audit", "/v1/webhook-endpoints/crm/deliveries"):
        sender.send(path, "GET", path)
    for program, port in METRICS.items():
        told = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=30)
        assert told.status_code == 200
        sender.answers.append((f"metrics of the {program}", str(told.headers).encode() + told.content))
        # What is not asked for as it should be is not repeated either.
        for path in (f"/{TEXT.core}", f"/metrics?{TEXT.core}"):
            odd = httpx.request(TEXT.core.upper(), f"http://127.0.0.1:{port}{path}", headers={TEXT.core: TEXT.core})
            sender.answers.append((f"metrics of the {program}, {path}", str(odd.headers).encode() + odd.content))
    eventually(lambda: client.xlen("aa:audit-inbox") == 0, what="the audit log is chained")

    bodies: list[Place] = [
        (f"webhook {each.path}", str(each.headers).encode() + each.body) for each in receiver.received
    ]
    kept: list[Place] = [*wire.heard().items(), *values_of(client), *processes(), *flower_of(flower)]
    wire.end()
    kept += files_of(stack.folder)
    write_dumps(client)
    kept += files_of(stack.folder)

    seen = TEXT.sightings([*kept, *sender.answers, *bodies])
    assert not seen, "\n".join(seen)
    assert METADATA.sightings([*kept, *sender.answers]) == []
    assert METADATA.sightings(bodies), "webhooks give metadata back"
    assert HOOK.sightings([*kept, *sender.answers, *bodies_alone(receiver)]) == []
    assert_all_was_looked_at(stack, kept)


def bodies_alone(receiver: Receiver) -> Iterator[Place]:
    for each in receiver.received:
        assert HOOK.core in each.path, "whoever is called sees its own URL"
        yield "webhook", each.body


def assert_all_was_looked_at(stack: Stack, kept: list[Place]) -> None:
    names = {place.rpartition("/")[2] for place, _ in kept}
    logs = {"gateway.log", "worker-1.log", "courier-0.log", "flower.log", "valkey.log"}
    assert logs | {"appendonly.aof.manifest", "dump.rdb", "cmdline", "environ"} <= names, logs - names
    assert stack.environment["LOG_LEVEL"] == "debug"
    by_name = dict(kept)
    assert any(name.startswith("command LPUSH") and "anonymize.en_sm" in name for name in by_name), "Celery's messages"
    assert any("celeryev" in name for name in by_name), "its events"
    assert any(place.startswith("Flower task/") for place in by_name)


@pytest.mark.parametrize("form", TEXT.forms)
def test_the_marker_would_be_found_in_every_form(form: str) -> None:
    written = TEXT.forms[form]
    assert len(written) >= 12, "long enough not to be found by chance"
    assert any(seen.endswith(f": {form}") for seen in TEXT.sightings([("place", b"before " + written + b" after")]))


def test_the_marker_would_be_found_where_it_is_looked_for(stack: Stack, flower: httpx.Client, tmp_path: Path) -> None:
    """After the others: it is planted in each place."""
    client: Any = stack.valkey.client()
    wire = Wire(stack.valkey.url)
    text = f"by {TEXT.whole}."
    client.set("a string", text)
    client.hset("a hash", "field", text)
    client.hset("a hash's field", text, "value")
    client.rpush("a list", "first", text)
    client.sadd("a set", text.encode("utf-16"))
    client.zadd("a sorted set", {text: 1})
    client.xadd("a stream", {"field": text})
    client.set(f"a key {text}", "")
    client.publish("a channel", text)
    planted = {"a string", "a hash", "a hash's field", "a list", "a set", "a sorted set", "a stream", "a key"}
    seen = TEXT.sightings(values_of(client))
    assert {name for name in planted if any(f"b'{name}" in each or f'b"{name}' in each for each in seen)} == planted
    eventually(lambda: "command PUBLISH a channel" in wire.heard(), what="the last command is heard")
    assert "command PUBLISH a channel: plain" in TEXT.sightings(wire.heard().items())
    wire.end()
    write_dumps(client)
    (stack.folder / "gateway.log").open("a").write(f"{TEXT.whole}\n")
    (stack.folder / "temporary" / TEXT.core).touch()
    found = {each.rpartition(":")[0].rpartition("/")[2] for each in TEXT.sightings(files_of(stack.folder))}
    assert {"gateway.log", "dump.rdb", TEXT.core} <= found
    assert any(name.endswith(".aof") or (name.endswith(".rdb") and name != "dump.rdb") for name in found)
    sleeper = Program(["sleep", "60"], tmp_path / "log", {"NAME": TEXT.core})
    titled = Program(["sh", "-c", f"sleep 60 # {TEXT.core}"], tmp_path / "log", {})
    try:
        places = {each.partition(":")[0].rpartition("/")[2] for each in TEXT.sightings(processes())}
    finally:
        sleeper.end()
        titled.end()
    assert places == {"environ", "cmdline"}
    # A message with a text among its arguments, as none of ours is.
    publish(make_celery(Settings(redis_url=SecretStr(stack.valkey.url))), "en_sm", TEXT.core)
    eventually(lambda: TEXT.sightings(flower_of(flower)), what="Flower shows what a message says")
