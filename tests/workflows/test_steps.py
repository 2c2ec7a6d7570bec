"""The steps that build, deploy and release, run as they stand; the engine, ssh and GitHub's command are replaced."""

import shlex
from pathlib import Path

import pytest

from tests.workflows.runner import Runner, workflow

COMMIT = "0123456789abcdef0123456789abcdef01234567"
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nmade up\n-----END OPENSSH PRIVATE KEY-----"
TOKEN = "ghs_madeup"
VALUES = {
    "GITHUB_REPOSITORY": "Some-Body/Anonymization-API",
    "GITHUB_SHA": COMMIT,
    "GITHUB_RUN_NUMBER": "17",
    "GITHUB_RUN_ATTEMPT": "2",
    "GITHUB_REF_NAME": "v0.1.0",
    "github.actor": "somebody",
    "github.token": TOKEN,
    "vars.MODELS": "",
    "vars.MODEL_SOURCE": "",
    "secrets.HOST": "host.example",
    "secrets.USERNAME": "deploy",
    "secrets.KEY": KEY,
    "secrets.KNOWN_HOSTS": "host.example ssh-ed25519 AAAA",
}
#: Writes down what it is called with; a build says which digest came out, made of the image's tag.
DOCKER = r"""
printf '%q ' "$@" >>"$CALLS"; echo >>"$CALLS"
case "$1" in login) cat >>"$STDIN" ;; esac
digest() { printf "sha256:%064d" "$(cksum <<<"$1" | cut -c1-6)"; }
while [ "$#" -gt 0 ]; do
  case "$1" in
    --tag) tag=$2 ;;
    --metadata-file) printf '{"containerimage.digest": "%s"}' "$(digest "$tag")" >"$2" ;;
    inspect) printf '{"digest": "%s"}' "$(digest "$2")" ;;
  esac
  shift
done
"""
#: What goes to the host, and whether the key's file is anybody else's business.
SSH = r"""
printf '%q ' "$@" >>"$CALLS"; echo >>"$CALLS"
while [ "$#" -gt 0 ]; do if [ "$1" = -i ]; then stat -c %a "$2" >>"$MODES"; cat "$2" >"$KEYS"; fi; shift; done
cat >/dev/null
exit "${SSH_EXIT:-0}"
"""

#: Keeps the notes.
GH = r"""
printf '%q ' "$@" >>"$CALLS"
while [ "$1" != --notes-file ]; do shift; done
cat "$2" >"$STDIN"
"""


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    for name in ("CALLS", "STDIN", "MODES", "KEYS"):
        path = tmp_path / name
        path.touch()
        monkeypatch.setenv(name, str(path))
    made = Runner(tmp_path, VALUES)
    made.replace("docker", DOCKER)
    made.replace("ssh", SSH)
    return made


def calls(tmp_path: Path) -> list[list[str]]:
    return [shlex.split(line) for line in (tmp_path / "CALLS").read_text(encoding="utf-8").splitlines()]


def option(call: list[str], name: str) -> str:
    return call[call.index(name) + 1]


def test_images_are_built_with_provenance_and_known_by_their_digests(runner: Runner, tmp_path: Path) -> None:
    job = workflow("deploy")["jobs"]["images"]
    done = runner.run(job)
    assert done.returncode == 0, done.stderr
    login, *builds = calls(tmp_path)
    assert login[0] == "login"
    assert TOKEN not in " ".join(login)
    assert (tmp_path / "STDIN").read_text(encoding="utf-8").strip() == TOKEN
    assert [option(build, "--tag") for build in builds] == [
        f"ghcr.io/some-body/anonymization-api/{name}:{COMMIT}" for name in ("gateway", "flower", "worker")
    ]
    assert all({"--provenance=mode=max", "--push", f"REVISION={COMMIT}"}.issubset(build) for build in builds)
    runner.outputs(job, "images")
    for name in ("gateway", "worker", "flower"):
        image = runner.value("${{ needs.images.outputs.%s_image }}" % name)  # noqa: UP031  braces, doubled twice
        assert image.startswith(f"ghcr.io/some-body/anonymization-api/{name}@sha256:")
        for step in job["steps"]:
            if name in step.get("with", {}).get("subject-name", ""):
                signed = f"{runner.value(step['with']['subject-name'])}@{runner.value(step['with']['subject-digest'])}"
                assert signed == image


def test_a_chosen_set_of_models_reaches_the_build(tmp_path: Path, runner: Runner) -> None:
    other = Runner(tmp_path / "other", {**VALUES, "vars.MODELS": "en_sm en_lg", "vars.MODEL_SOURCE": "official"})
    other.replace("docker", DOCKER)
    assert other.run(workflow("deploy")["jobs"]["images"]).returncode == 0
    assert {"MODELS=en_sm en_lg", "MODEL_SOURCE=official"}.issubset(calls(tmp_path)[-1])


def test_the_digests_reach_the_host_that_is_known_and_the_key_stays_nowhere(runner: Runner, tmp_path: Path) -> None:
    jobs = workflow("deploy")["jobs"]
    assert runner.run(jobs["images"]).returncode == 0
    runner.outputs(jobs["images"], "images")
    (tmp_path / "CALLS").write_text("", encoding="utf-8")
    done = runner.run(jobs["deploy"])
    assert done.returncode == 0, done.stderr
    made = calls(tmp_path)
    assert all("deploy@host.example" in call and "StrictHostKeyChecking=yes" in call for call in made)
    last = next(call for call in reversed(made) if "deploy.sh" in call[-1])
    images = [runner.value("${{ needs.images.outputs.%s_image }}" % name) for name in ("gateway", "worker", "flower")]  # noqa: UP031
    assert shlex.split(last[-1])[-4:] == [f"{COMMIT[:12]}.17.2", *images]
    assert TOKEN not in str(made)
    assert set((tmp_path / "MODES").read_text(encoding="utf-8").split()) == {"600"}
    assert (tmp_path / "KEYS").read_text(encoding="utf-8").strip() == KEY
    assert list(runner.temporary.iterdir()) == []


def test_a_deploy_that_fails_on_the_host_fails_here_and_takes_the_key_with_it(
    runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = workflow("deploy")["jobs"]
    assert runner.run(jobs["images"]).returncode == 0
    runner.outputs(jobs["images"], "images")
    monkeypatch.setenv("SSH_EXIT", "1")
    assert runner.run(jobs["deploy"]).returncode == 1
    assert list(runner.temporary.iterdir()) == []


@pytest.mark.parametrize("missing", ["KEY", "KNOWN_HOSTS"])
def test_a_secret_that_is_missing_is_named(tmp_path: Path, runner: Runner, missing: str) -> None:
    jobs = workflow("deploy")["jobs"]
    bare = Runner(tmp_path / "bare", {**VALUES, f"secrets.{missing}": ""})
    bare.replace("docker", DOCKER)
    bare.replace("ssh", SSH)
    assert bare.run(jobs["images"]).returncode == 0
    bare.outputs(jobs["images"], "images")
    done = bare.run(jobs["deploy"])
    assert done.returncode != 0
    assert f"no secret {missing}" in done.stderr
    assert "ssh" not in (tmp_path / "CALLS").read_text(encoding="utf-8")


def test_a_release_names_the_images_of_its_commit_and_builds_none(runner: Runner, tmp_path: Path) -> None:
    done = runner.run(workflow("release")["jobs"]["images"])
    assert done.returncode == 0, done.stderr
    made = calls(tmp_path)
    assert not any("build" in call for call in made)
    created = [call for call in made if "create" in call]
    assert [option(call, "--tag") for call in created] == [
        f"ghcr.io/some-body/anonymization-api/{name}:v0.1.0" for name in ("gateway", "worker", "flower")
    ]
    assert all("@sha256:" in call[-1] for call in created)
    assert runner.summary.read_text(encoding="utf-8").count("@sha256:") == 3


def test_a_release_of_a_commit_that_was_never_built_names_nothing(runner: Runner, tmp_path: Path) -> None:
    runner.replace("docker", f"case $* in *imagetools*worker*) exit 1 ;; esac\n{DOCKER}")
    done = runner.run(workflow("release")["jobs"]["images"])
    assert done.returncode != 0
    assert f"no image worker of {COMMIT}" in done.stderr
    assert not any("create" in call for call in calls(tmp_path))


def test_a_tag_that_is_not_the_projects_version_is_refused(tmp_path: Path, runner: Runner) -> None:
    other = Runner(tmp_path / "other", {**VALUES, "GITHUB_REF_NAME": "v9.9.9"})
    other.replace("docker", DOCKER)
    done = other.run(workflow("release")["jobs"]["images"])
    assert done.returncode == 1
    assert "v9.9.9" in done.stderr
    assert calls(tmp_path) == []


def test_the_release_has_the_changelog_the_contract_and_the_sboms(runner: Runner, tmp_path: Path) -> None:
    runner.replace("gh", GH)
    done = runner.run(workflow("release")["jobs"]["notes"], only="Publish the release")
    assert done.returncode == 0, done.stderr
    (call,) = calls(tmp_path)
    assert call[:4] == ["release", "create", "v0.1.0", "--verify-tag"]
    assert "docs/openapi.json" in call
    assert "POST /entities" in (tmp_path / "STDIN").read_text(encoding="utf-8")


#: Says where a scan would look, and finds something in the worker's image.
SCAN = r"""
printf '%q ' "$@" >>"$CALLS"; echo >>"$CALLS"
case "$1 $2" in "image save") [ "$5" != gone ] || exit 1; echo "$5" >"$4" ;; esac
[ "$1" = run ] || exit 0
for word in "$@"; do
  case "$word" in *:/image.tar:ro) grep -q worker "${word%%:*}" && exit 1 ;; esac
done
exit 0
"""


@pytest.mark.parametrize(("images", "code"), [("gateway flower", 0), ("worker gateway", 1), ("gone", 1)])
def test_a_scan_looks_at_every_image_and_gets_no_engine(runner: Runner, tmp_path: Path, images: str, code: int) -> None:
    runner.replace("docker", SCAN)
    done = runner.run({"steps": [{"name": "scan", "run": f"bash deploy/supply/scan.sh {images}"}]})
    assert done.returncode == code, done.stderr
    scans = [call for call in calls(tmp_path) if call[0] == "run"]
    assert len(scans) == (0 if images == "gone" else 2)
    for scan in scans:
        assert "docker.sock" not in str(scan)
        assert {"--read-only", "--ignore-unfixed"}.issubset(scan)
        assert (option(scan, "--cap-drop"), option(scan, "--exit-code")) == ("ALL", "1")
        assert any("@sha256:" in word for word in scan)
