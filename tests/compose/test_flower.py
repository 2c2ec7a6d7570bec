"""Flower, behind the proxy and a password: it shows what runs, changes nothing, and never sees a text."""

from collections.abc import Iterator
from typing import Any, Final

import httpx2 as httpx
import pytest

from tests.canary.marker import TEXT
from tests.canary.places import flower_of
from tests.compose.composition import Composition
from tests.compose.sending import assert_done, submit
from tests.services.processes import eventually

#: Each changes something, were it allowed.
CHANGES: Final = (
    "api/worker/shutdown/{worker}",
    "api/worker/pool/restart/{worker}",
    "api/worker/queue/add-consumer/{worker}?queue=other",
    "api/task/revoke/{task}?terminate=true",
    "api/task/rate-limit/anonymize?ratelimit=1",
    "api/task/async-apply/anonymize",
    "api/task/send-task/anonymize",
)


@pytest.fixture
def flower(composition: Composition) -> Iterator[httpx.Client]:
    base = f"http://{composition.address('caddy', 8080)}/flower/"
    user, _, password = composition.secrets["FLOWER_BASIC_AUTH"].partition(":")
    with httpx.Client(base_url=base, auth=(user, password), timeout=30) as http:
        yield http


def seen_task(flower: httpx.Client, http: httpx.Client) -> dict[str, Any]:
    """A job's task as Flower has it. Workers tell of none before Flower has asked them to, every few seconds."""

    def task() -> dict[str, Any] | None:
        job_id = submit(http)
        assert_done(http, job_id)
        tasks = flower.get("api/tasks").json().values()
        return next((dict(each) for each in tasks if job_id in each["args"]), None)

    found = eventually(task, what="Flower has a job's task")
    assert found is not None
    return found


def workers_of(flower: httpx.Client) -> dict[str, Any]:
    return dict(flower.get("api/workers", params={"refresh": 1}).json())


@pytest.mark.parametrize("login", [None, ("flower", "wrong"), ("", "")])
@pytest.mark.parametrize("path", ["", "tasks", "api/tasks", "api/workers", "broker"])
def test_nothing_is_shown_without_the_password(flower: httpx.Client, path: str, login: tuple[str, str] | None) -> None:
    with httpx.Client(base_url=flower.base_url, auth=login) as stranger:
        assert stranger.get(path).status_code == 401


@pytest.mark.parametrize("path", ["metrics", "healthcheck"])
def test_what_flower_shows_to_everybody_does_not_pass_the_proxy(flower: httpx.Client, path: str) -> None:
    assert flower.get(path).status_code == 404


def test_workers_queues_and_tasks_by_job_and_model(flower: httpx.Client, http: httpx.Client) -> None:
    task = seen_task(flower, http)
    assert task["name"] == "anonymize.en_sm"
    assert task["state"] in {"STARTED", "SUCCESS"}
    assert flower.get("tasks").status_code == 200
    workers = eventually(lambda: workers_of(flower), what="Flower has the worker")
    queues = {queue["name"] for worker in workers.values() for queue in worker.get("active_queues", ())}
    assert "anonymize.en_sm" in queues
    lengths = flower.get("api/queues/length").json()["active_queues"]
    assert "anonymize.en_sm" in {queue["name"] for queue in lengths}


@pytest.mark.parametrize("change", CHANGES)
def test_it_changes_nothing(flower: httpx.Client, change: str) -> None:
    (worker, *_) = eventually(
        lambda: flower.get("api/workers", params={"refresh": 1}).json(), what="Flower has a worker"
    )
    (task, *_) = flower.get("api/tasks").json()
    answer = flower.post(change.format(worker=worker, task=task), json={"args": ["job_1"]})
    assert answer.status_code in {403, 405}, answer.text


def test_it_never_shows_a_text(flower: httpx.Client) -> None:
    pages = [*flower_of(flower, closed=("metrics", "healthcheck"))]
    assert any(name.startswith("Flower task/") for name, _ in pages)
    assert TEXT.sightings(pages) == []


def test_its_history_outlives_it(composition: Composition, flower: httpx.Client, http: httpx.Client) -> None:
    task = seen_task(flower, http)
    composition.compose("restart", "flower")
    composition.up()
    assert eventually(lambda: flower.get(f"api/task/info/{task['uuid']}").status_code == 200, what="it is remembered")
