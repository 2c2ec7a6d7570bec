"""rediss:// is TLS for the store and for the queue: with a certificate that is checked, whoever asks."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deploy.redis.users import User
from shared.jobs.reads import read_job
from shared.jobs.store import AsyncStore, SyncStore
from shared.messages import make_celery
from shared.redis import broker_url, connect_async, connect_sync
from shared.settings import Settings
from tests.services.certificates import Authority
from tests.services.stack import Stack
from tests.services.tls_front import TlsFront
from tests.services.valkey import Server


@dataclass(frozen=True)
class Place:
    """One Valkey behind TLS; certificates for its address, and for another name."""

    front: TlsFront
    misnamed: TlsFront
    authority: Path
    server: Server

    def url(self, *, is_misnamed: bool = False, is_trusted: bool = True) -> str:
        port = self.misnamed.port if is_misnamed else self.front.port
        address = self.server.url_of(User.GATEWAY).rpartition(":")[0].replace("redis://", "rediss://")
        return f"{address}:{port}/0" + (f"?ssl_ca_certs={self.authority}" if is_trusted else "")


@pytest.fixture(scope="module")
def place(valkey_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    authority = Authority(tmp_path_factory.mktemp("authority"))
    port = int(valkey_server.url.rpartition(":")[2].partition("/")[0])
    with (
        TlsFront(port, authority.server_context("127.0.0.1")) as front,
        TlsFront(port, authority.server_context("elsewhere.example")) as misnamed,
    ):
        yield Place(front, misnamed, authority.file, valkey_server)


def by_async_store(settings: Settings) -> None:
    async def look() -> None:
        connection = connect_async(settings)
        try:
            assert await AsyncStore(connection).run(read_job("job_1")) is None
        finally:
            await connection.aclose()

    asyncio.run(look())


def by_sync_store(settings: Settings) -> None:
    assert SyncStore(connect_sync(settings)).run(read_job("job_1")) is None


def by_queue(settings: Settings) -> None:
    with make_celery(settings).connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, interval_start=0, timeout=5)
        channel: Any = connection.default_channel
        channel.client.ping()


WAYS = [by_async_store, by_sync_store, by_queue]


@pytest.mark.parametrize("way", WAYS)
def test_a_trusted_certificate_is_taken(place: Place, way: Callable[[Settings], None]) -> None:
    before = place.front.connections
    way(Settings.model_validate({"redis_url": place.url()}))
    assert place.front.connections > before


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("is_misnamed", "is_trusted"), [(True, True), (False, False)], ids=["another name", "unknown"])
def test_any_other_certificate_is_refused(
    place: Place, way: Callable[[Settings], None], is_misnamed: bool, is_trusted: bool
) -> None:
    settings = Settings.model_validate({"redis_url": place.url(is_misnamed=is_misnamed, is_trusted=is_trusted)})
    with pytest.raises(Exception):  # noqa: B017, PT011  each library has an error of its own for it
        way(settings)


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("redis://h/0", "redis://h/0"),
        ("rediss://h/0", "rediss://h/0?ssl_cert_reqs=required"),
        ("rediss://u:p@h:1/0?ssl_ca_certs=/a", "rediss://u:p@h:1/0?ssl_ca_certs=/a&ssl_cert_reqs=required"),
        ("rediss://h/0?ssl_cert_reqs=none", "rediss://h/0?ssl_cert_reqs=none"),
    ],
)
def test_the_queue_checks_certificates_unless_told_not_to(given: str, made: str) -> None:
    assert broker_url(Settings.model_validate({"redis_url": given})) == made


def test_the_service_over_tls(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "authority")
    stack = Stack(tmp_path)
    port = int(stack.valkey.url.rpartition(":")[2].partition("/")[0])
    try:
        with TlsFront(port, authority.server_context("127.0.0.1")) as front:
            url = stack.valkey.url.replace("redis://", "rediss://").replace(f":{port}/", f":{front.port}/")
            stack.restart_gateway(REDIS_URL=f"{url}?ssl_ca_certs={authority.file}", MODELS="en_sm")
            stack.start_worker()
            assert stack.http.post("/entities", json={"text": "Angela Merkel met Emmanuel Macron."}).status_code == 200
            assert front.connections > 2
            stack.end()
    finally:
        stack.end()
