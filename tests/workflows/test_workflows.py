"""The workflows: whom they trust, what they may, and that their steps do what they say."""

import re
import shlex
from typing import Any, Final

import pytest

from tests.services.processes import ROOT
from tests.workflows.runner import WORKFLOWS, actions, load, workflow

#: Commit and version of every action there may be; none of another owner, and none that fetches what it runs.
ALLOWED: Final = {
    "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2",
    "actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1",
    "actions/attest-build-provenance@a2bbfa25375fe432b6a289bc6b6cd05ecd0c4c32 # v4.1.0",
    "$/.github/workflows/ci.yaml",
}
PERMISSIONS: Final = {
    ("ci", "check"): {"contents": "read"},
    ("ci", "tests"): {"contents": "read"},
    ("ci", "aws"): {"contents": "read"},
    ("ci", "images"): {"contents": "read", "packages": "read"},
    ("deploy", "images"): {
        "contents": "read",
        "packages": "write",
        "id-token": "write",
        "attestations": "write",
    },
    ("deploy", "ci"): {"contents": "read", "packages": "read"},
    ("deploy", "deploy"): {"contents": "read", "packages": "read"},
    ("release", "images"): {"contents": "read", "packages": "write"},
    ("release", "notes"): {"contents": "write"},
}
SCRIPTS: Final = [
    (path.stem, job, number, step["run"])
    for path in WORKFLOWS
    for job, description in load(path)["jobs"].items()
    for number, step in enumerate(description.get("steps", ()), start=1)
    if "run" in step
]


def test_actions_are_those_that_were_looked_at_by_their_commit() -> None:
    assert set(actions()) == ALLOWED


def test_each_job_may_what_it_needs_and_no_more() -> None:
    found = {}
    for path in WORKFLOWS:
        content = load(path)
        assert content["permissions"] == {}, path.name
        found.update({(path.stem, name): job["permissions"] for name, job in content["jobs"].items()})
    assert found == PERMISSIONS


def test_no_checkout_leaves_its_token_behind() -> None:
    steps = [step for path in WORKFLOWS for job in load(path)["jobs"].values() for step in job.get("steps", ())]
    checkouts = [step for step in steps if step.get("uses", "").startswith("actions/checkout")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_secrets_are_given_to_the_protected_environment_alone() -> None:
    holders = {
        (path.stem, name)
        for path in WORKFLOWS
        for name, job in load(path)["jobs"].items()
        if "secrets." in str(job) or "secrets" in job
    }
    deploy = workflow("deploy")["jobs"]["deploy"]
    assert holders == {("deploy", "deploy")}
    assert deploy["environment"] == "production"
    assert set(re.findall(r"secrets\.(\w+)", str(deploy))) == {"HOST", "USERNAME", "KEY", "KNOWN_HOSTS"}


def test_one_deploy_at_a_time_and_none_is_broken_off() -> None:
    assert workflow("deploy")["concurrency"] == {"group": "production", "cancel-in-progress": False}


def test_a_push_to_main_and_a_hand_deploy_and_nothing_else_does() -> None:
    # YAML 1.1 reads `on` as true.
    content = workflow("deploy")
    assert content.get("on", content.get(True)) == {"push": {"branches": ["main"]}, "workflow_dispatch": None}


def test_what_is_deployed_was_tried() -> None:
    jobs = workflow("deploy")["jobs"]
    names = ("gateway_image", "worker_image", "flower_image")
    given = {name: "${{ needs.images.outputs.%s }}" % name for name in names}  # noqa: UP031  braces, doubled twice
    environment = jobs["deploy"]["steps"][-1]["env"]
    assert jobs["deploy"]["needs"] == ["images", "ci"]
    assert jobs["ci"]["with"] == given
    assert {name: environment[name.upper()] for name in names} == given
    called = workflow("ci")
    assert set(called.get("on", called.get(True))["workflow_call"]["inputs"]) == set(names)


@pytest.mark.parametrize(("name", "job", "number", "script"), SCRIPTS, ids=lambda value: str(value)[:40])
def test_what_a_step_calls_exists(name: str, job: str, number: int, script: str) -> None:
    """Files of ours, modules of ours, targets of the Makefile; and no expression stands in a script."""
    assert "${{" not in script
    words = shlex.split(script.replace("\\\n", " "), comments=True)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if re.fullmatch(r"[\w./-]+\.(sh|py)", word):
            assert (ROOT / word).is_file(), word
        if word == "make" and "apt-get" not in script:
            assert re.search(rf"^{following}:", makefile, re.MULTILINE), following
        if word == "-m" and following.startswith("deploy."):
            assert (ROOT / following.replace(".", "/")).with_suffix(".py").is_file(), following


def test_ci_covers_what_the_project_promises() -> None:
    """Lint, types, tests, the stack, images built, composed service, SBOM, image scan."""
    scripts = "\n".join(script for name, _, _, script in SCRIPTS if name == "ci")
    for call in ("make check", "make test", "make aws", "make smoke", "make sbom", "deploy/supply/scan.sh"):
        assert call in scripts, call


def test_updates_of_dependencies_wait_a_week() -> None:
    updates: list[dict[str, Any]] = load(ROOT / ".github" / "dependabot.yml")["updates"]
    assert {update["package-ecosystem"] for update in updates} == {"github-actions", "docker", "docker-compose", "pip"}
    assert all(update["cooldown"]["default-days"] >= 7 for update in updates)
