"""The command, as a process: what it prints where, and how it ends."""

import json
import subprocess
from pathlib import Path

import pytest

from anonymize import Client
from anonymize.command.main import run
from deploy.local.valkey import free_port
from gateway.access.scopes import Scope
from tests.access.service import Guarded
from tests.client.commanding import Shell
from tests.services.processes import eventually

TEXT = "Jane Doe lives in Leeds."
HIDDEN = "<PERSON> lives in <LOCATION>."


def test_a_text(shell: Shell) -> None:
    done = shell.run("text", TEXT)
    assert (done.code, done.out, done.err) == (0, f"{HIDDEN}\n", "")


def test_standard_input_whatever_the_locale(shell: Shell) -> None:
    done = shell.run("text", given=f"{TEXT} « Žižek »\r\n".encode(), LC_ALL="POSIX")
    assert done.code == 0
    assert done.out.startswith(HIDDEN)
    assert done.out.endswith("\r\n")


def test_as_json(shell: Shell) -> None:
    done = shell.run("text", TEXT, "--json")
    (document,) = json.loads(done.out)["documents"]
    assert document["anonymized_text"] == HIDDEN
    assert [each["type"] for each in document["entities"]] == ["PERSON", "LOCATION"]


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        (["--types", "PERSON,DATE_TIME", "--operator", "mask"], "******** lives in Leeds."),
        (
            ["--operator", "redact", "--operator", 'PERSON={"name": "mask", "character": "#", "count": 4}'],
            "#### Doe lives in .",
        ),
        (["--threshold", "1", "-l", "auto", "--model-size", "sm"], TEXT),
    ],
)
def test_options(shell: Shell, words: list[str], printed: str) -> None:
    assert shell.run("text", TEXT, *words).out == f"{printed}\n"


def test_a_template(service: Guarded, shell: Shell) -> None:
    options = {"operators": {"default": {"name": "replace", "value": "[gone]"}}}
    assert service.ask(shell.key, "PUT", "/v1/templates/mine", json=options).status_code == 201
    assert shell.run("text", TEXT, "--template", "mine").out == "[gone] lives in [gone].\n"


def test_the_life_of_jobs(service: Guarded, shell: Shell) -> None:
    ids = [service.submit(shell.key, f"{TEXT} {number}") for number in range(3)]
    waited = shell.run("wait", *ids)
    assert waited.code == 0
    assert [line.split()[:2] for line in waited.out.splitlines()] == [[each, "succeeded"] for each in ids]

    listed = shell.run("jobs", "--state", "succeeded", "--limit", "2")
    assert [line.split()[0] for line in listed.out.splitlines()] == ids[:0:-1]
    (first, *_) = (json.loads(line) for line in shell.run("jobs", "--json").out.splitlines())
    assert (first["id"], first["state"]) == (ids[2], "succeeded")
    assert shell.run("cancel", ids[0]).out.split()[1] == "succeeded"

    erased = shell.run("erase", "--json", ids[0], "job_unknown", ids[1])
    assert erased.code == 1
    receipts = [json.loads(json.loads(line)["statement"])["job_id"] for line in erased.out.splitlines()]
    assert receipts == ids[:2]
    assert erased.err.startswith("anonymize: job_unknown: No such job")
    assert "erased 20" in shell.run("erase", ids[2]).out
    assert shell.run("jobs").out == ""


def test_waiting_tells_that_a_job_did_not_succeed(service: Guarded, shell: Shell) -> None:
    """In a lane that nobody takes from."""
    service.stack.pretend_worker("fr_sm")
    with Client(shell.url, shell.key) as client:
        eventually(lambda: len(client.models()) == 2, what="the gateway knows it")
    job_id = service.submit(shell.key, TEXT, language="fr")
    for state in ("queued", "canceled"):
        done = shell.run("wait", job_id, "--timeout", "1")
        assert (done.code, done.out.split()[1]) == (1, state)
        shell.run("cancel", job_id)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["text", TEXT, "--threshold", "2"], "must be from 0 to 1"),
        (["text", TEXT, "--operator", "PERSON={mask"], "not valid JSON"),
        (["files", "nowhere", "-o", "out"], "nowhere: no such file or folder"),
        (["files"], "required"),
        (["jobs", "--limit", "0"], "at least 1"),
        (["webhook", "listen"], "ANONYMIZE_WEBHOOK_SECRET"),
        ([], "COMMAND"),
    ],
)
def test_wrong_use_is_2(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In this process: nothing is asked of a service."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    try:
        code = run(words)
    except SystemExit as end:
        code = int(str(end.code))
    assert code == 2
    assert said in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["text", " "], "anonymize: The text cannot be processed; see errors.; /text: "),
        (["text", TEXT, "--types", "NO_SUCH"], "; /options/entity_types/0: "),
        (["text", TEXT, "-l", "xx"], "(422 invalid-request, req_"),
    ],
)
def test_a_refusal_is_1_and_one_line(shell: Shell, words: list[str], said: str) -> None:
    done = shell.run(*words)
    assert (done.code, done.out) == (1, "")
    (line,) = done.err.splitlines()
    assert said in line


def test_a_service_that_is_not_there_is_3(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    done = Shell(tmp_path, url).run("text", TEXT)
    assert (done.code, done.out, done.err) == (3, "", f"anonymize: {url}: no connection\n")


def test_a_key_comes_from_the_file_and_is_never_shown(shell: Shell) -> None:
    configuration = shell.folder / ".config" / "anonymize" / "config.toml"
    configuration.parent.mkdir(parents=True)
    configuration.write_text(f'url = "{shell.url}"\napi_key = "{shell.key}"\n')
    configuration.chmod(0o600)
    assert shell.run("text", TEXT, ANONYMIZE_URL="", ANONYMIZE_API_KEY="").out == f"{HIDDEN}\n"
    configuration.chmod(0o644)
    refused = shell.run("text", TEXT)
    configuration.unlink()
    assert refused.code == 2
    wrong = shell.run("text", TEXT, ANONYMIZE_API_KEY=f"{shell.key}x")
    assert wrong.code == 1
    assert "unauthenticated" in wrong.err
    assert shell.key not in refused.err + wrong.err


def test_a_key_without_the_scope(service: Guarded, shell: Shell) -> None:
    done = shell.run("text", TEXT, ANONYMIZE_API_KEY=service.new_client(Scope.JOBS_READ))
    assert done.code == 1
    assert "scope-missing" in done.err


def test_a_reader_that_has_seen_enough(service: Guarded, shell: Shell) -> None:
    for number in range(3):
        service.submit(shell.key, f"{TEXT} {number}")
    process = subprocess.Popen(
        [*shell.command, "jobs"],
        cwd=shell.folder,
        env=shell.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    _, said = process.communicate(timeout=60)
    assert said == b""
