"""Releases on a host, by ssh, while clients go on asking. The tests build on one another, as releases do."""

import fcntl
import re
import secrets

import pytest

from tests.deploy.host import Host
from tests.deploy.sshd import Sshd

pytestmark = pytest.mark.timeout(400)


def _serves(host: Host, release: str) -> None:
    """This release and nothing of another one runs, and $ROOT/current leads to it."""
    assert host.state()["RELEASE"] == release
    assert (host.root / "current").resolve().name == release
    rolling = host.containers("gateway", "worker", "courier")
    assert len(rolling) == 3
    assert set(rolling.values()) == {"running"}
    assert host.has_container_of(host.state()["GATEWAY_IMAGE"], "gateway")
    assert [each.name for each in (host.root / "switch").iterdir()] == [host.state()["COLOR"]]


def test_a_host_that_is_not_the_known_one_is_told_nothing(host: Host, images: list[str], server: Sshd) -> None:
    code, said = host.send("elsewhere", images, KNOWN_HOSTS_FILE=str(server.another_file))

    assert code == 255
    assert "Host key verification failed" in said
    assert not (host.root / "releases" / "elsewhere").exists()


@pytest.mark.parametrize(
    ("release", "image"),
    [("../up", "sha256:" + "0" * 64), ("-rf", "sha256:" + "0" * 64), ("second", "anonymization-api/gateway:latest")],
)
def test_names_that_are_none_and_images_by_tag_are_refused(
    host: Host, images: list[str], release: str, image: str
) -> None:
    assert host.send(release, [image, *images[1:]])[0] == 2


def test_secrets_of_the_first_deploy_are_the_hosts_own(host: Host) -> None:
    assert (host.root / ".env").stat().st_mode & 0o077 == 0
    assert (host.root / ".secrets").stat().st_mode & 0o077 == 0
    _serves(host, "first")


def test_a_good_deploy_loses_no_request_and_no_job(host: Host, images: list[str], pulled: str) -> None:
    steady = host.containers("redis", "caddy", "flower")

    with host.load() as load:
        code, said = host.send("second", [pulled, *images[1:]])

    assert code == 0, said
    assert load.failures == []
    assert load.answered > 50
    assert load.unfinished() == {}
    _serves(host, "second")
    assert host.state()["GATEWAY_IMAGE"] == pulled
    assert host.state()["FORMER_RELEASE"] == "first"
    # Neither definition nor files changed.
    assert host.containers("redis", "caddy", "flower") == steady


def test_the_release_that_is_served_is_not_deployed_again(host: Host, images: list[str], pulled: str) -> None:
    before = host.containers("gateway", "worker", "courier")

    code, said = host.send("second", [pulled, *images[1:]])

    assert code == 0, said
    assert "served already" in said
    assert host.containers("gateway", "worker", "courier") == before


@pytest.mark.parametrize("script", ["rollback.sh", "backup.sh"])
def test_while_one_deploys_nobody_else_does(host: Host, script: str) -> None:
    state = host.state()
    with (host.root / "deploy.lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)

        said = host.script(script, expected=1, LOCK_TIMEOUT_S="0")

    assert "is under way" in said
    assert host.state() == state


@pytest.mark.parametrize("image", ["crashing", "unhealthy", "pretending"])
def test_a_broken_image_is_taken_away_and_no_client_notices(
    host: Host, images: list[str], broken: dict[str, str], image: str
) -> None:
    state, before = host.state(), host.containers("gateway", "worker", "courier")

    with host.load() as load:
        code, said = host.send(f"broken-{image}", [broken[image], *images[1:]])

    assert code == 1, said
    assert "second is served as before" in said
    assert load.failures == []
    assert load.unfinished() == {}
    assert host.state() == state
    # The very same that served before.
    assert host.containers("gateway", "worker", "courier") == before
    _serves(host, "second")


def test_what_fails_only_at_the_public_address_is_put_back(
    host: Host, images: list[str], broken: dict[str, str]
) -> None:
    state, before = host.state(), host.containers("gateway", "worker", "courier")

    with host.load() as load:
        code, said = host.send("broken-outside", [broken["pretending-directly"], *images[1:]])

    assert code == 1, said
    assert "public: POST /v1/jobs" in said
    # For a moment it was asked by all; what the former release had accepted ends.
    load.job_ids = [job_id for job_id in load.job_ids if job_id != "job_pretended"]
    assert load.unfinished() == {}
    assert host.state() == state
    assert host.containers("gateway", "worker", "courier") == before
    with host.load() as load, load.client() as http:
        assert http.get("/health/ready").status_code == 200
    assert load.failures == []


@pytest.mark.parametrize("missing", ["API_KEY_PEPPER", "ENCRYPTION_KEYS"])
def test_a_deploy_whose_settings_are_missing_touches_nothing(host: Host, images: list[str], missing: str) -> None:
    file = host.root / ".env"
    whole, before = file.read_text(encoding="utf-8"), host.containers("gateway", "worker", "courier", "redis", "caddy")
    file.write_text(re.sub(f"{missing}=.*\n", "", whole), encoding="utf-8")
    try:
        code, said = host.send("incomplete", images)
    finally:
        file.write_text(whole, encoding="utf-8")

    assert code == 1, said
    assert missing in said
    assert host.containers("gateway", "worker", "courier", "redis", "caddy") == before


@pytest.mark.parametrize("when", ["beside second", "switching to", "draining the workers"])
def test_a_killed_deploy_is_repaired_by_the_next(host: Host, images: list[str], pulled: str, when: str) -> None:
    state = host.state()
    with host.load() as load:
        host.kill_deploy(host.sending(f"killed-{secrets.token_hex(4)}", images), when)
        assert host.state() == state

        code, said = host.send("second", [pulled, *images[1:]])

    assert code == 0, said
    assert load.failures == []
    assert load.unfinished() == {}
    _serves(host, "second")


def test_after_a_kill_without_workers_the_former_release_is_rolled_back_to(host: Host, images: list[str]) -> None:
    with host.load() as load:
        host.kill_deploy(host.sending("killed-at-its-end", images), "workers of killed-at-its-end alone")

        said = host.script("rollback.sh")

    assert "first is served" in said
    assert load.failures == []
    assert load.unfinished() == {}
    _serves(host, "first")
    assert host.state()["FORMER_RELEASE"] == "second"
    # Only what can be served again is kept.
    assert {each.name for each in (host.root / "releases").iterdir()} == {"first", "second"}
