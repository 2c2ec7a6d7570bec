"""`make run` as a person uses it: started, tried, killed in parts, stopped; nothing is left behind, no job is lost."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx2 as httpx
import pytest

from deploy.local.valkey import free_port
from shared.clock import now_ms, rfc3339
from tests.services.process_tree import command_line, descendants, environment_of, processes
from tests.services.processes import ROOT, Program, eventually

LOCAL: Final = [sys.executable, "-m", "deploy.local"]
TEXT = "Angela Merkel met Emmanuel Macron in Paris on 3 May 2019."
#: About a second of work, and one batch by itself.
LONG_TEXT = " ".join(f"{TEXT} Application no. {number}." for number in range(1_200))


def is_with_make() -> bool:
    """Whether `make run` would use the environment that runs this test."""
    return shutil.which("make") is not None and Path(sys.prefix) == ROOT / ".venv"


def started(command: list[str], folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """A start that is expected to end by itself."""
    environment = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
    return subprocess.run(
        command, cwd=ROOT, env={**environment, "DATA_DIR": str(folder), **settings},
        capture_output=True, text=True, timeout=15, check=False,
    )  # fmt: skip


class Service:
    """One start, and what can be seen of it from outside."""

    def __init__(self, folder: Path, log: Path, *, by_make: bool = False) -> None:
        self.folder = folder
        self.port = free_port()
        self.by_make = by_make
        settings = {"PORT": str(self.port), "DATA_DIR": str(folder), "MODELS": "en_sm", "WORKER_PROCESSES": "1"}
        command = ["env", "-u", "REDIS_URL"]
        if by_make:
            # Without its first step: what it would install runs this test.
            command += [
                "make",
                "-o",
                ".venv/local.stamp",
                "run",
                *(f"{name}={value}" for name, value in settings.items()),
            ]
        else:
            command += LOCAL
        log.unlink(missing_ok=True)
        self.program = Program(command, log, {} if by_make else settings)
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=90.0)
        eventually(self._is_ready_or_over, within_s=90, what="it says ready")
        assert "ready after" in self.program.said(), self.program.said()

    def _is_ready_or_over(self) -> bool:
        return "try: curl" in self.program.said() or not self.program.is_alive

    def says(self, words: str, times: int = 1) -> None:
        eventually(lambda: self.program.said().count(words) >= times, what=f"it says {words!r}")

    def answers(self) -> bool:
        try:
            return self.http.post("/entities", json={"text": TEXT}).status_code == 200
        except httpx.TransportError:
            return False

    def submit(self, text: str) -> str:
        answer = self.http.post("/v1/jobs", json={"text": text})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def job(self, job_id: str) -> dict[str, Any]:
        answer = self.http.get(f"/v1/jobs/{job_id}", headers={"Prefer": "wait=60"})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def starter(self) -> int:
        """Process id of `python -m deploy.local`; with make it is below ours."""
        # The first from above: a child that has not become its program yet has its parent's name.
        return next(each for each in (self.program.pid, *descendants(self.program.pid)) if is_starter(each))

    def part(self, name: str) -> int:
        """Process id of valkey, worker, courier or gateway."""
        parents = processes()
        found = [each for each in parents if parents[each] == self.starter() and name in name_of(each)]
        return found[0] if len(found) == 1 else 0

    def assert_gone(self, before: list[int]) -> None:
        assert len(before) >= 5, "valkey, worker, its child, courier, gateway"
        eventually(lambda: not set(before) & set(processes()), within_s=10, what="no process is left")
        with pytest.raises(httpx.TransportError):
            self.http.get("/health/live")

    def end(self) -> None:
        self.http.close()
        left = descendants(self.program.pid)
        self.program.end()
        eventually(lambda: not set(left) & set(processes()), within_s=20, what="what was started for a test is ended")


def is_starter(process: int) -> bool:
    return name_of(process) == "deploy.local"


def name_of(process: int) -> str:
    """Its command line in the words that tell the parts apart."""
    words = command_line(process).decode(errors="replace").split("\0")
    # The folder's name, which is among the arguments, must not be taken for the program's.
    name = words[2] if words[1:2] == ["-m"] else Path(words[0].partition(" ")[0]).name
    return "courier" if name == "worker" and "ROLE=deliver" in environment_of(process) else name


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Started by make where it is installed, in a folder with an odd name."""
    place = tmp_path_factory.mktemp("run")
    service = Service(place / 'it\'s "our" dàta', place / "run.log", by_make=is_with_make())
    try:
        yield service
    finally:
        service.end()


def test_the_line_it_tells_to_try_works(service: Service) -> None:
    said = service.program.said()
    assert f"on http://127.0.0.1:{service.port} " in said
    (line,) = re.findall(r"try: (curl .*)", said)
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=60, check=True)
    answer = json.loads(done.stdout)
    assert {"PERSON", "GPE", "DATE"} <= {entity["type"] for entity in answer["entities"]}
    assert "X" * len("Angela Merkel") in answer["anonymized_text"]


def test_its_data_and_key_are_for_us_alone(service: Service) -> None:
    assert (service.folder / "encryption.key").stat().st_mode & 0o777 == 0o600
    assert (service.folder / "valkey" / "valkey.conf").stat().st_mode & 0o777 == 0o600
    password = re.findall(r"requirepass (\S+)", (service.folder / "valkey" / "valkey.conf").read_text())[0]
    for process in descendants(service.program.pid):
        assert password.encode() not in command_line(process)


def assert_one_line(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert re.fullmatch(r"anonymization-api: cannot start: [^\n]+\n", done.stderr), done.stderr
    for word in words:
        assert word in done.stderr


def test_a_taken_port_is_told(service: Service, tmp_path: Path) -> None:
    done = started(LOCAL, tmp_path / "other", PORT=str(service.port))
    assert_one_line(done, str(service.port), "PORT=")
    assert not (tmp_path / "other").exists(), "nothing was begun"


def test_a_second_service_on_the_same_data_is_told(service: Service) -> None:
    done = started(LOCAL, service.folder, PORT=str(free_port()))
    assert_one_line(done, "DATA_DIR=")
    assert service.answers(), "the first one goes on"


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "abc"), ("PORT", "0"), ("WORKER_PROCESSES", "0"), ("LEASE_S", "soon")]
)
def test_a_wrong_setting_is_told(tmp_path: Path, name: str, value: str) -> None:
    assert_one_line(started(LOCAL, tmp_path, **{name: value}), name)


@pytest.mark.parametrize(("name", "value"), [("MODELS", "xx_sm"), ("MODELS", ""), ("ENCRYPTION_KEYS", "short")])
def test_a_setting_that_no_process_could_start_with_is_told(tmp_path: Path, name: str, value: str) -> None:
    """Not by processes that end and are started again for ever."""
    assert_one_line(started(LOCAL, tmp_path, **{"PORT": str(free_port()), name: value}), name)


def test_a_data_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert_one_line(started(LOCAL, tmp_path / "file", PORT=str(free_port())), "DATA_DIR")


@pytest.mark.parametrize("name", ["valkey", "worker", "courier", "gateway"])
def test_a_part_that_is_killed_is_started_again(service: Service, name: str) -> None:
    said = f"{name} ended (signal SIGKILL); starting it again"
    before, killed = service.program.said().count(said), service.part(name)
    assert killed
    os.kill(killed, signal.SIGKILL)
    service.says(said, before + 1)
    eventually(lambda: service.part(name) not in (0, killed), what=f"a new {name} runs")
    eventually(service.answers, what="it works again")
    assert service.job(service.submit(TEXT))["state"] == "succeeded"


def test_ctrl_c_ends_everything(service: Service) -> None:
    """The last test of this start. A terminal sends it to the whole group in the foreground."""
    before = descendants(service.program.pid)
    os.killpg(service.program.pid, signal.SIGINT)
    code = service.program.wait()
    # make itself says that it was interrupted.
    assert code == 0 or service.by_make
    service.assert_gone(before)
    assert "stopped" in service.program.said()
    assert "Traceback" not in service.program.said()


def test_queued_jobs_are_done_after_the_next_start(tmp_path: Path) -> None:
    folder, log = tmp_path / "data", tmp_path / "run.log"
    first = Service(folder, log)
    try:
        job_ids = [first.submit(LONG_TEXT) for _ in range(4)]
        before = descendants(first.program.pid)
        first.program.signal(signal.SIGTERM)
        assert first.program.wait() == 0
        first.assert_gone(before)
        assert "is killed" not in first.program.said(), "it ended by itself, not by force"
    finally:
        first.end()

    stopped_at = rfc3339(now_ms()) or ""
    second = Service(folder, log)
    try:
        jobs = [second.job(job_id) for job_id in job_ids]
        assert [(job["state"], job["attempts"]) for job in jobs] == [("succeeded", 1)] * 4
        assert max(job["finished_at"] for job in jobs) > stopped_at, "some were left for the second start"
        before = descendants(second.program.pid)
        second.program.signal(signal.SIGINT)
        assert second.program.wait() == 0
        second.assert_gone(before)
    finally:
        second.end()


def test_a_killed_starter_takes_everything_with_it(tmp_path: Path) -> None:
    service = Service(tmp_path / "data", tmp_path / "run.log")
    try:
        before = descendants(service.program.pid)
        service.program.signal(signal.SIGKILL)
        service.program.wait()
        service.assert_gone(before)
    finally:
        service.end()
