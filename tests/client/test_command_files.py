"""Many files: each once, whatever stops the command, and never over what was there."""

import contextlib
import gzip
import json
import os
import pty
import re
import signal
import subprocess
from pathlib import Path

import pytest

from anonymize import Client
from tests.client.commanding import Shell
from tests.services.processes import eventually
from tests.unit.docx_making import docx, entries, paragraph

FILES = 200


def make_files(folder: Path, number: int) -> list[Path]:
    """Each different, some in folders below."""
    made = []
    for index in range(number):
        path = folder / (f"part {index % 3}" if index % 2 else "") / f"letter {index}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Letter {index} of Jane Doe.\n")
        made.append(path)
    return made


def results(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.txt")}


def jobs_of(shell: Shell) -> int:
    with Client(shell.url, shell.key) as client:
        return len(list(client.jobs()))


@pytest.mark.parametrize("stopped_by", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "kill -9"])
def test_a_run_that_is_stopped_half_way_goes_on_and_does_each_file_once(
    shell: Shell, stopped_by: signal.Signals
) -> None:
    source, out = shell.folder / "in", shell.folder / "out"
    sources = make_files(source, FILES)
    program = shell.start("files", str(source), "-o", str(out))
    try:
        eventually(lambda: len(results(out)) >= FILES // 4, what="a part is done")
        program.signal(stopped_by)
        code = program.wait()
    finally:
        program.end()
    done = len(results(out))
    assert FILES // 4 <= done < FILES
    if stopped_by is signal.SIGINT:
        assert code == 130
        assert "Traceback" not in program.said()
        assert f"interrupted: {done} anonymized" in program.said()
        assert not list(out.rglob("*.part"))
    assert all(text.endswith(" of <PERSON>.\n") for text in results(out).values()), "each is whole"

    again = shell.run("files", str(source), "-o", str(out), "--json")
    assert again.code == 0, again.err
    report = json.loads(again.out)
    assert (report["files"], report["done_before"], report["anonymized"]) == (FILES, done, FILES - done)
    assert results(out) == {
        str(path.relative_to(source)): path.read_text().replace("Jane Doe", "<PERSON>") for path in sources
    }
    assert jobs_of(shell) == FILES


def test_a_third_run_asks_for_nothing(shell: Shell) -> None:
    make_files(shell.folder / "in", 3)
    for expected in (3, 0):
        done = shell.run("files", "in", "-o", "out", "--json")
        assert json.loads(done.out)["anonymized"] == expected
    assert "3 done before" in done.err


def test_what_changed_is_done_again(shell: Shell) -> None:
    first, *_ = make_files(shell.folder / "in", 3)
    shell.run("files", "in", "-o", "out")
    first.write_text("Another letter, of Ann Bell.\n")
    (shell.folder / "out" / "letter 2.txt").unlink()
    done = shell.run("files", "in", "-o", "out", "--json")
    assert (json.loads(done.out)["anonymized"], jobs_of(shell)) == (2, 4)
    assert results(shell.folder / "out")["letter 0.txt"] == "Another letter, of <PERSON>.\n"
    assert json.loads(shell.run("files", "in", "-o", "out", "--json", "--operator", "redact").out)["anonymized"] == 3


def test_failures_are_reported_and_the_others_are_done(shell: Shell) -> None:
    source = shell.folder / "in"
    make_files(source, 2)
    (source / "broken.docx").write_bytes(b"no zip")
    (source / "picture.png").write_bytes(b"png")
    (source / ".hidden.txt").write_text("Jane Doe")
    done = shell.run("files", "in", "-o", "out", "--json")
    assert done.code == 1
    report = json.loads(done.out)
    assert (report["anonymized"], report["failed"], report["left_alone"]) == (2, 1, 2)
    (failure,) = report["failures"]
    assert (failure["file"], failure["problem"]) == ("in/broken.docx", "unsupported-file")
    assert failure["request_id"]
    assert "anonymize: in/broken.docx: " in done.err
    assert set(results(shell.folder / "out")) == {"letter 0.txt", "part 1/letter 1.txt"}


def test_files_of_several_kinds_by_name(shell: Shell) -> None:
    for number in (1, 2):
        (shell.folder / f"{number}.docx").write_bytes(docx(paragraph("Jane", " Doe left.")))
    (shell.folder / "table.CSV.gz").write_bytes(gzip.compress(b"name,number\nJane Doe,7\n"))
    done = shell.run("files", "1.docx", "2.docx", "table.CSV.gz", "./1.docx", "-o", "out")
    assert done.code == 0, done.err
    out = shell.folder / "out"
    assert gzip.decompress((out / "table.CSV.gz").read_bytes()) == b"name,number\n<PERSON>,7\n"
    for number in (1, 2):
        main = entries((out / f"{number}.docx").read_bytes())["word/document.xml"].decode()
        assert "Jane" not in main
        assert "&lt;PERSON&gt;" in main
    assert jobs_of(shell) == 2, "files that are the same are one job"


def test_on_a_terminal_a_bar_shows_rate_and_time_left(shell: Shell) -> None:
    make_files(shell.folder / "in", 20)
    terminal, end = pty.openpty()
    process = subprocess.Popen(
        [*shell.command, "files", "in", "-o", "out"],
        cwd=shell.folder,
        env={**shell.environment, "TERM": "xterm", "COLUMNS": "120"},
        stdout=subprocess.PIPE,
        stderr=end,
    )
    os.close(end)
    shown = b""
    # Linux: EIO when the last process that has the terminal is gone.
    with contextlib.suppress(OSError):
        while piece := os.read(terminal, 65_536):
            shown += piece
    os.close(terminal)
    out, _ = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, b"")
    text = shown.decode()
    assert "20/20" in text
    assert "files/s" in text
    assert re.search(r"\d:\d\d:\d\d", text)
    assert "20 anonymized" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["a.txt", "-o", "."], "is one of the files to anonymize"),
        (["a.txt", "-o", "links"], "is one of the files to anonymize"),
        (["in", "-o", "in"], "is one of the files to anonymize"),
        (["in/a.txt", "a.txt", "-o", "out"], "would both become out/a.txt"),
        (["a.txt", "-o", "a.txt"], "a.txt is no folder"),
    ],
)
def test_no_source_is_ever_replaced(shell: Shell, words: list[str], said: str) -> None:
    for name in ("a.txt", "in/a.txt"):
        (shell.folder / name).parent.mkdir(exist_ok=True)
        (shell.folder / name).write_text("Jane Doe")
    (shell.folder / "links").mkdir()
    (shell.folder / "links" / "a.txt").symlink_to("../a.txt")
    done = shell.run("files", *words, "--overwrite")
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert (shell.folder / "a.txt").read_text() == (shell.folder / "in/a.txt").read_text() == "Jane Doe"


def test_what_was_there_is_replaced_when_asked_for(shell: Shell) -> None:
    make_files(shell.folder / "in", 1)
    out = shell.folder / "out" / "letter 0.txt"
    out.parent.mkdir()
    out.write_text("mine")
    refused = shell.run("files", "in", "-o", "out")
    assert refused.code == 1
    assert "--overwrite" in refused.err
    assert out.read_text() == "mine"
    assert shell.run("files", "in", "-o", "out", "--overwrite").code == 0
    assert out.read_text() == "Letter 0 of <PERSON>.\n"


def test_results_below_the_sources_are_no_sources(shell: Shell) -> None:
    make_files(shell.folder / "in", 2)
    for _ in range(2):
        done = shell.run("files", "in", "-o", "in/out", "--json")
        assert json.loads(done.out)["files"] == 2
    assert set(results(shell.folder / "in" / "out")) == {"letter 0.txt", "part 1/letter 1.txt"}


def test_a_key_that_does_not_count_ends_the_run_at_once(shell: Shell) -> None:
    make_files(shell.folder / "in", 30)
    done = shell.run("files", "in", "-o", "out", "--json", ANONYMIZE_API_KEY="ak_0000000000000000_wrong")
    assert done.code == 1
    report = json.loads(done.out)
    assert "unauthenticated" in report["stopped"]
    assert (report["failed"], report["not_finished"]) == (0, 30)
