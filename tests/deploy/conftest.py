"""One host for these tests, with a first release on it."""

import os
from collections.abc import Iterator

import pytest

from tests.compose.engine import CADDY_IMAGE, IMAGES, docker, has_image, is_running
from tests.deploy import gateways, registry, sshd
from tests.deploy.host import Host


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder; `make smoke` runs them."""
    for item in items:
        if "tests/deploy" in str(item.path):
            item.add_marker(pytest.mark.compose)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sshd.Sshd]:
    """sshd, and an engine with our images in it."""
    missing = [] if is_running() else ["no container engine runs"]
    missing += [program for program in ("sshd",) if sshd.PROGRAM is None]
    missing += [] if missing else [name for name in (*IMAGES.values(), CADDY_IMAGE) if not has_image(name)]
    if missing and os.environ.get("CI"):
        pytest.fail(f"{', '.join(missing)}: make system smoke")
    if missing:
        pytest.skip(f"{', '.join(missing)}: make system smoke")
    server = sshd.Sshd(tmp_path_factory.mktemp("sshd"))
    yield server
    server.end()


@pytest.fixture(scope="session")
def images(server: sshd.Sshd) -> list[str]:
    """Gateway, worker and Flower as they are, by the ids that loaded images have."""
    return [gateways.image_id(IMAGES[name]) for name in ("GATEWAY_IMAGE", "WORKER_IMAGE", "FLOWER_IMAGE")]


@pytest.fixture(scope="session")
def broken(server: sshd.Sshd, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The ids of the images of `gateways.CHANGES`, by name."""
    folder = tmp_path_factory.mktemp("images")
    tags = {name: gateways.build(name, folder) for name in gateways.CHANGES if name != "good"}
    yield {name: gateways.image_id(tag) for name, tag in tags.items()}
    docker("image", "rm", *tags.values(), expected=None)


@pytest.fixture(scope="session")
def pulled(server: sshd.Sshd, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A good image that the engine does not have yet, by its digest in a registry; without a registry, by its id."""
    folder = tmp_path_factory.mktemp("registry")
    tag = gateways.build("good", folder)
    if registry.PROGRAM is None:
        yield gateways.image_id(tag)
        return
    store = registry.Registry(folder)
    digest = store.keep(tag, "gateway")
    yield digest
    docker("image", "rm", digest, expected=None)
    store.end()


@pytest.fixture(scope="session")
def host(
    server: sshd.Sshd,
    images: list[str],
    broken: dict[str, str],
    pulled: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Host]:
    """The images outlive it: an engine keeps those that a container has."""
    host = Host(tmp_path_factory.mktemp("deploy"), server)
    try:
        code, said = host.send("first", images)
        assert code == 0, said + (host.root / "deploy.log").read_text(encoding="utf-8")
        yield host
    finally:
        host.end()
