"""The command as a process: lines in, lines out, in order, with what goes wrong said and survived."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from shared.tokens import DecryptionKeys, deanonymize

COMMAND = [sys.executable, "-m", "worker.annotate", "--model", "en_sm"]


def annotate(lines: list[object], *options: str) -> subprocess.CompletedProcess[bytes]:
    """The finished process; lines that are not bytes are written as JSON."""
    data = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    return subprocess.run([*COMMAND, *options], input=data, capture_output=True, check=False, timeout=120)


def records(process: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in process.stdout.splitlines()]


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "key"
    path.write_bytes(b"a service key for the command's tests")
    return path


def test_lines_come_out_in_order_and_a_bad_one_stops_nothing() -> None:
    process = annotate(
        [
            {"id": "a", "text": "Write to jane.doe@example.com, please."},
            b"{not json",
            b'{"id": 3, "text": "\xff"}',
            {"id": 4},
            {"id": 5, "text": 5},
            {"text": "no id"},
            ["a list"],
            b"",
            b'{"id": 9, "text": "\\ud800"}',
            {"id": 10, "text": "nothing here", "language": "xx"},
            {"id": 11, "text": ""},
            {"id": "z", "text": "jane.doe@example.com"},
        ]
    )
    assert process.returncode == 1
    out = records(process)
    assert [each["id"] for each in out] == ["a", None, None, 4, 5, None, None, 9, 10, 11, "z"]
    assert ["error" in each for each in out] == [False, *[True] * 8, False, False]
    assert [each["line"] for each in out if "error" in each] == [2, 3, 4, 5, 6, 7, 9, 10]
    assert out[0]["anonymized_text"] == "Write to <EMAIL_ADDRESS>, please."
    assert set(out[0]) == {"id", "entities", "anonymized_text"}
    assert set(out[0]["entities"][0]) == {"start", "end", "type", "score", "recognizer"}
    assert out[9] == {"id": 11, "entities": [], "anonymized_text": ""}
    assert process.stderr == b""


def test_numbers_of_the_countries_asked_for_alone() -> None:
    line: object = {"id": 1, "text": "passport 12AB34567, zip code 62704 and 12345678Z, jane.doe@example.com"}
    (out,) = records(annotate([line], "--country", "fr,US", "--country", "IT"))
    assert out["anonymized_text"] == "passport <PASSPORT>, zip code <ZIP_CODE> and 12345678Z, <EMAIL_ADDRESS>"
    refused = annotate([line], "--country", "XX")
    assert refused.returncode == 2
    assert b"countries.0" in refused.stderr


def test_all_lines_good_is_exit_code_0() -> None:
    assert annotate([{"id": 1, "text": "nothing here"}]).returncode == 0
    assert annotate([]).stdout == b""


def test_an_error_line_holds_nothing_of_the_text() -> None:
    process = annotate([b'{"id": 1, "text": "Confidential', {"id": 2, "text": ["Confidential"]}])
    assert b"onfidential" not in process.stdout + process.stderr


def test_operators_are_applied_and_agree_over_more_lines_than_a_batch() -> None:
    lines: list[object] = [{"id": number, "text": "John Smith wrote to jane.doe@example.com."} for number in range(150)]
    out = records(annotate(lines, "--operator", "PERSON=pseudonym", "--operator", "EMAIL_ADDRESS=hash"))
    assert [each["id"] for each in out] == list(range(150))
    assert len({each["anonymized_text"] for each in out}) == 1
    assert "Smith" not in out[0]["anonymized_text"]


def test_what_was_encrypted_with_a_key_file_comes_back(key_file: Path) -> None:
    text = "Write to jane.doe@example.com, please."
    process = annotate([{"id": 1, "text": text}], "--operator", "default=encrypt", "--key-file", str(key_file))
    hidden = records(process)[0]["anonymized_text"]
    assert "jane" not in hidden
    assert deanonymize(hidden, DecryptionKeys.for_client([key_file.read_bytes()], "annotate")) == text


@pytest.mark.parametrize("operator", ["replace", "mask", "redact", "hash", "encrypt"])
def test_anonymizing_twice_changes_nothing_more(operator: str, key_file: Path) -> None:
    options = ("--operator", f"default={operator}", "--key-file", str(key_file))
    text = (
        "On 12 January 2004 Mr John Smith of 12 Elm Street met Mary Jones in Paris. Smith, 34 years old, wrote to"
        " jane.doe@example.com and called (212) 736-5000. His card is 4111 1111 1111 1111."
    )
    once = records(annotate([{"id": 1, "text": text}], *options))[0]["anonymized_text"]
    assert once != text
    assert records(annotate([{"id": 1, "text": once}], *options))[0]["anonymized_text"] == once


def test_names_are_propagated_unless_told_not_to() -> None:
    # In so many odd places the model misses some.
    places = ["user={}", "kept for {}, by {}", "* {}", "paid ({}) 3", "{}=1", "7;{};8", "a/{}/b", "-{}-", "re {}, then"]
    repeats = "\n".join(place.replace("{}", form) for place in places for form in ("Kowalczyk", "KOWALCZYK"))
    line = {"id": 1, "text": f"Zbigniew Kowalczyk spoke first.\n{repeats}"}
    spread = records(annotate([line]))[0]
    alone = records(annotate([line], "--no-propagation"))[0]
    assert "propagation" in {each["recognizer"] for each in spread["entities"]}
    assert "propagation" not in {each["recognizer"] for each in alone["entities"]}
    assert "kowalczyk" not in spread["anonymized_text"].lower()


def test_explain_says_why() -> None:
    line = {"id": 1, "text": "Write to jane.doe@example.com, please."}
    entity = records(annotate([line], "--explain"))[0]["entities"][0]
    assert set(entity["explanation"]) == {"pattern", "validator", "context", "score_before", "score_after"}


@pytest.mark.parametrize(("unit", "start"), [("codepoint", 3), ("utf16", 4), ("byte", 7)])
def test_offsets_are_counted_in_the_unit_asked_for(unit: str, start: int) -> None:
    line = {"id": 1, "text": "😀é jane.doe@example.com"}
    assert records(annotate([line], "--offset-unit", unit))[0]["entities"][0]["start"] == start


def test_auto_takes_each_line_s_language() -> None:
    lines: list[object] = [
        {"id": "en", "text": "He was born on 12 January 2004 and she was there, they said."},
        {"id": "fr", "text": "Il est né le 3 mars 2011 et elle était là, ont-ils dit à la police."},
    ]
    options = ("--model", "fr_sm", "--language", "auto", "--operator", "DATE_TIME=generalize")
    english, french = (each["anonymized_text"] for each in records(annotate(lines, *options)))
    assert "2004" in english
    assert "12 January" not in english
    assert "2011" in french
    assert "3 mars" not in french


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--operator", "PERSON=frobnicate"], b"frobnicate"),
        (["--operator", "PERSONN=mask"], b"PERSONN"),
        (["--operator", "PERSON"], b"TYPE=NAME"),
        (["--operator", "PERSON=encrypt"], b"--key-file"),
        (["--language", "fr"], b"fr"),
        (["--model", "en_md"], b"one model a language"),
        (["--model", "fr_lg"], b"fr_core_news_lg"),
        (["--model", "english"], b"english"),
        (["--key-file", "/nowhere"], b"/nowhere"),
        (["--offset-unit", "word"], b"word"),
    ],
)
def test_a_wrong_option_is_named_and_is_exit_code_2(options: list[str], named: bytes) -> None:
    process = annotate([{"id": 1, "text": "x"}], *options)
    assert process.returncode == 2
    assert process.stdout == b""
    assert named in process.stderr
    assert b"Traceback" not in process.stderr


def test_progress_is_shown_on_a_terminal_alone(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": 1, "text": "nothing here"}\n' * 3)
    ours, theirs = pty.openpty()
    with source.open("rb") as lines:
        process = subprocess.run(COMMAND, stdin=lines, stdout=subprocess.PIPE, stderr=theirs, check=True, timeout=120)
    os.close(theirs)
    shown = os.read(ours, 4096).decode()
    os.close(ours)
    assert "100% 3 lines" in shown
    assert len(process.stdout.splitlines()) == 3


def test_a_reader_that_goes_away_ends_it_quietly(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": 1, "text": "nothing here"}\n' * 2_000)
    with source.open("rb") as lines:
        process = subprocess.Popen(COMMAND, stdin=lines, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    process.wait(timeout=120)
    assert errors == b""
