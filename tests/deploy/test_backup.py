"""A file of the whole store, and a host that goes on from it after its volume was lost."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest

from tests.compose.engine import docker
from tests.deploy.host import Host
from tests.services.processes import eventually

pytestmark = pytest.mark.timeout(400)

_TEXT = "Ask the keeper of records at keeper@example.org."


@pytest.fixture(scope="module")
def queued(host: Host) -> Iterator[list[str]]:
    """Jobs that nobody has begun: the workers hold still, and count as alive for some seconds more."""
    with host.load().client() as http:
        workers = list(host.containers("worker"))
        docker("pause", *workers)
        try:
            answers = [http.post("/v1/jobs", json={"text": _TEXT}) for _ in range(5)]
            assert [answer.status_code for answer in answers] == [202] * 5, answers[0].text
            yield [answer.json()["id"] for answer in answers]
        finally:
            # Those that are gone by now cannot be woken.
            for worker in workers:
                docker("unpause", worker, expected=None)


@pytest.fixture(scope="module")
def backup(host: Host, queued: list[str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    file = tmp_path_factory.mktemp("backup") / "backup.rdb"
    said = host.script("backup.sh", str(file))
    assert said.splitlines()[-1] == str(file)
    yield file
    file.unlink()


def test_a_backup_is_for_its_owner_alone_and_holds_no_text(host: Host, backup: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0
    held = backup.read_bytes()
    assert b"keeper" not in held
    # Without what opens its texts.
    for line in (host.root / ".env").read_text(encoding="utf-8").splitlines():
        assert line.partition("=")[2].encode() not in held, line.partition("=")[0]
    # Nothing half written beside it.
    assert list(backup.parent.iterdir()) == [backup]


def test_jobs_in_the_store_are_thrown_away_on_request_only(host: Host, backup: Path, queued: list[str]) -> None:
    said = host.script("restore.sh", str(backup), expected=1)

    assert "--replace" in said
    with host.load().client() as http:
        assert http.get(f"/v1/jobs/{queued[0]}").json()["state"] == "queued"


def test_a_damaged_file_replaces_nothing(host: Host, backup: Path, queued: list[str], tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.rdb"
    damaged.write_bytes(backup.read_bytes()[:-20])

    assert "nothing was restored" in host.script("restore.sh", str(damaged), "--replace", expected=1)

    with host.load().client() as http:
        assert http.get(f"/v1/jobs/{queued[0]}").status_code == 200


def test_an_empty_volume_is_restored_and_the_queued_jobs_are_done(host: Host, backup: Path, queued: list[str]) -> None:
    host.key()
    docker("rm", "--force", *host.containers("redis", "worker"))
    docker("volume", "rm", f"{host.project}_redis-data")

    host.script("restore.sh", str(backup))

    load = host.load()
    load.job_ids = queued
    assert load.unfinished() == {}
    with load.client() as http:
        for job_id in queued:
            text = json.dumps(http.get(f"/v1/jobs/{job_id}/result").json()["documents"][0]["anonymized_text"])
            assert "keeper@example.org" not in text
        # What came back is written on as before: it outlives the store's process.
        docker("kill", *host.containers("redis"))
        docker("start", *host.containers("redis"))
        eventually(lambda: _states(http, queued) == {"succeeded"}, what="the store came back with what it had")


def _states(http: httpx.Client, job_ids: list[str]) -> set[str]:
    return {str(http.get(f"/v1/jobs/{job_id}").json().get("state")) for job_id in job_ids}
