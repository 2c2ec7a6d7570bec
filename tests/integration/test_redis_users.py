"""The table of deploy/redis/users.py is wide enough for all that the processes do, and no wider.

The service runs here with a user for each of its processes; the server keeps a log of what it refused (ACL LOG).
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
import redis
from redis.exceptions import ResponseError

from deploy.local.valkey import free_port
from deploy.redis.users import User
from tests.services.processes import Program, eventually
from tests.services.receiver import Receiver
from tests.services.stack import Stack

TEXT = "Angela Merkel met Emmanuel Macron in Paris on 3 May 2019."
FLOWER = (
    "import sys; from shared.messages import make_celery; from shared.settings import get_settings;"
    # Flower asks each worker on a connection of its own: with a gateway's four it waits for itself.
    "app = make_celery(get_settings()); app.conf.broker_pool_limit = 20; "
    "app.start(['flower', '--address=127.0.0.1', f'--port={sys.argv[1]}'])"
)


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A service in which each process is a user of its own."""
    stack = Stack(tmp_path_factory.mktemp("users"), {"WEBHOOK_ALLOWED_HOSTS": "127.0.0.1"})
    try:
        stack.restart_gateway(REDIS_URL=stack.valkey.url_of(User.GATEWAY))
        stack.start_worker(REDIS_URL=stack.valkey.url_of(User.WORKER))
        stack.start_courier(REDIS_URL=stack.valkey.url_of(User.COURIER))
        yield stack
    finally:
        stack.end()


def refused(stack: Stack) -> list[str]:
    entries: Any = stack.valkey.client().acl_log()
    return [f"{each['username']}: {each['reason']} {each['object']} ({each['context']})" for each in entries]


def test_nothing_that_the_service_does_is_refused(users: Stack, tmp_path: Path) -> None:
    users.valkey.client().acl_log_reset()
    http = users.http
    receiver = Receiver()
    try:
        assert http.post("/entities", json={"text": TEXT}).status_code == 200
        job_id = users.submit(TEXT, webhook={"url": receiver.url})
        assert users.job(job_id, wait_s=60)["state"] == "succeeded"
        eventually(lambda: receiver.received, what="the webhook comes")
    finally:
        receiver.end()
    many = submitted(http.post("/v1/jobs", json={"documents": [{"text": TEXT}] * 600, "keep_input": True}))
    assert users.job(many, wait_s=60)["state"] == "succeeded"
    form = {"file": ("a.txt", TEXT.encode(), "text/plain")}
    file = submitted(http.post("/v1/jobs", files=form, headers={"Idempotency-Key": "k"}))
    assert users.job(file, wait_s=60)["state"] == "succeeded"
    assert http.get(f"/v1/jobs/{file}/file").status_code == 200
    assert http.get(f"/v1/jobs/{many}/events").status_code == 200
    assert http.get(f"/v1/jobs/{job_id}/deliveries").status_code == 200
    assert http.get("/v1/jobs").status_code == 200
    assert http.put("/v1/templates/t", json={"language": "en"}).status_code in (200, 201, 422)
    assert http.post(f"/v1/jobs/{users.submit(TEXT * 1_000)}/cancel").status_code in (200, 202)
    assert http.delete(f"/v1/jobs/{many}").status_code == 200
    with flower(users, tmp_path) as port:
        assert _queue_names(port)
    assert refused(users) == []


def submitted(answer: httpx.Response) -> str:
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


class flower:  # noqa: N801  a context manager that reads as a verb
    """Flower as its user; gives its port."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self._port = free_port()
        environment = {
            **stack.environment,
            "REDIS_URL": stack.valkey.url_of(User.FLOWER),
            "FLOWER_UNAUTHENTICATED_API": "true",
        }
        command = [sys.executable, "-c", FLOWER, str(self._port)]
        self._program = Program(command, folder / "flower.log", environment)

    def __enter__(self) -> int:
        eventually(self._sees_workers, what="Flower sees a worker")
        return self._port

    def __exit__(self, *_: object) -> None:
        self._program.end()

    def _sees_workers(self) -> bool:
        try:
            return bool(httpx.get(f"http://127.0.0.1:{self._port}/api/workers?refresh=true", timeout=10).json())
        except (httpx.TransportError, json.JSONDecodeError):
            return False


def _queue_names(port: int) -> list[str]:
    answer = httpx.get(f"http://127.0.0.1:{port}/api/queues/length", timeout=10).json()
    return [str(each["name"]) for each in answer["active_queues"]]


NOBODY_MAY = [
    ("FLUSHALL",),
    ("FLUSHDB",),
    ("KEYS", "*"),
    ("SCAN", "0"),
    ("RANDOMKEY",),
    ("CONFIG", "GET", "*"),
    ("CONFIG", "SET", "dir", "/tmp"),
    ("DEBUG", "SLEEP", "0"),
    ("MONITOR",),
    ("ACL", "LIST"),
    ("ACL", "SETUSER", "gateway", "+@all"),
    ("CLIENT", "LIST"),
    ("CLIENT", "KILL", "ID", "1"),
    ("SHUTDOWN", "NOSAVE"),
    ("SAVE",),
    ("REPLICAOF", "127.0.0.1", "1"),
    ("MODULE", "LIST"),
    ("MIGRATE", "127.0.0.1", "1", "aa:x", "0", "1"),
    ("EVAL", "return 1", "0"),
    ("FUNCTION", "LIST"),
    ("SCRIPT", "FLUSH"),
    ("SLOWLOG", "GET"),
    ("GET", "elsewhere"),
    ("SET", "elsewhere", "1"),
]
REFUSED: list[tuple[User, tuple[str, ...]]] = [
    *((user, command) for user in User for command in NOBODY_MAY),
    *((User.WORKER, command) for command in [("HGETALL", "aa:api-key:1"), ("HSET", "aa:api-key:1", "a", "b")]),
    *((User.WORKER, ("HGETALL", f"aa:{key}")) for key in ("templates:c", "limits:c", "idempotency:c:d", "api-keys")),
    *((User.COURIER, ("HGETALL", f"aa:{key}")) for key in ("payload:j", "result:j", "file:j", "output:j", "found:j")),
    *((User.COURIER, ("HGETALL", f"aa:{key}")) for key in ("api-key:1", "templates:c", "audit", "receipt:j")),
    *((User.COURIER, command) for command in [("BGREWRITEAOF",), ("INFO",)]),
    *((User.GATEWAY, command) for command in [("BGREWRITEAOF",), ("INFO",)]),
    *((User.FLOWER, ("HGETALL", f"aa:{key}")) for key in ("job:j", "payload:j", "result:j", "api-key:1")),
    *((User.FLOWER, command) for command in [("LPUSH", "celery:anonymize.en_sm", "x"), ("DEL", "celery:unacked")]),
    (User.FLOWER, ("LPUSH", "celery:webhooks", "x")),
    (User.FLOWER, ("PUBLISH", "aa:job-ends", "x")),
    (User.COURIER, ("PUBLISH", "aa:job-ends", "x")),
]


@pytest.mark.parametrize(("user", "command"), REFUSED, ids=[f"{user} {' '.join(words)}" for user, words in REFUSED])
def test_what_a_user_may_not_do(users: Stack, user: User, command: tuple[str, ...]) -> None:

    client = redis.Redis.from_url(users.valkey.url_of(user))
    # DEBUG is refused to everyone before rights are looked at.
    with pytest.raises(ResponseError, match=r"[Nn]o permissions|DEBUG command not allowed"):
        client.execute_command(*command)  # type: ignore[no-untyped-call]  # redis-py 8.1


def test_passwords_stand_in_the_configuration_as_hashes(users: Stack) -> None:
    configuration = (users.valkey.folder / "valkey" / "valkey.conf").read_text()
    for user in User:
        password = users.valkey.url_of(user).split(":")[2].partition("@")[0]
        assert password not in configuration
