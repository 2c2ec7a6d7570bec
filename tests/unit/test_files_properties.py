"""What must hold for any bytes: two errors and no other, nothing stalls, the same bytes when nothing changes."""

import gzip
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.errors import UnreadableFile, UnsupportedFile
from shared.files import FileKind, FileOptions
from shared.jobs.payload import DocumentResult, Entity
from tests.unit.docx_making import docx, paragraph
from tests.unit.rebuilding import replaced, unchanged
from worker.files.editing import Edit, apply, spread
from worker.files.open_file import open_file
from worker.files.opened_file import FileLimits, OpenedFile, Replacement

SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
LIMITS = FileLimits(max_unpacked_bytes=3_000_000)
MAIL: Final = b"""From: "Jane Doe" <jane@example.org>
Subject: =?utf-8?q?H=C3=A9llo?= Jane Doe
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=XX

--XX
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Jane Doe =C3=A9
--XX
Content-Type: text/html; charset=iso-8859-1
Content-Transfer-Encoding: base64

PGI+SmFuZSBEb2U8L2I+
--XX
Content-Disposition: attachment; filename="attachment-4.csv"
Content-Type: text/csv

name
Jane Doe
--XX--
"""
GOOD: Final = {
    "txt": "Jane Doe, née à Lyon\r\nend".encode(),
    "md": "# Jane Doe\n\n* Lyon".encode("utf-16"),
    "csv": b'name;note\r\n"Doe; Jane";"said ""no"""\r\nJane Doe;1,5\r\n',
    "jsonl": b'{"a": "Jane Doe", "b": [1.0, "x\\u00e9\\ud83d\\ude00"]}\n\n["Lyon"]\r\n',
    "json": b'{"a": {"b": ["Jane Doe", 1e5, null, true]}, "a": "\\"\\/"}',
    "html": b"<!DOCTYPE html><p title='Jane Doe'>Hi <b>Ja</b>ne&nbsp;Doe<br>x<!-- Lyon --><script>1<2</script>"
    b"<textarea>a</textarea><a href=mailto:jane@example.org>b</a>",
    "docx": docx(paragraph("Ja", "ne Doe") + "<w:p/>"),
    "eml": MAIL,
}
KINDS = [*GOOD, *(f"{kind}.gz" for kind in GOOD if kind != "docx")]


def good(kind: str) -> bytes:
    content = GOOD[kind.removesuffix(".gz")]
    return gzip.compress(content, mtime=0) if kind.endswith(".gz") else content


def attempt(kind: str, content: bytes, options: FileOptions | None = None) -> OpenedFile | None:
    """None when it was refused in one of the two ways. What was opened is written, each segment changed."""
    try:
        opened = open_file(FileKind(kind), content, options or FileOptions(), LIMITS)
    except (UnreadableFile, UnsupportedFile):
        return None
    for segment in opened.segments:
        assert segment.strip()
        segment.encode()
        assert "\x00" not in segment
    assert len(b"".join(opened.rebuild([None] * len(opened.segments)))) >= len(opened.segments)
    return opened


@pytest.mark.parametrize("kind", KINDS)
@given(content=st.binary(max_size=300))
@SETTINGS
def test_any_bytes_are_opened_or_refused(kind: str, content: bytes) -> None:
    attempt(kind, content)


@st.composite
def mutations(draw: st.DrawFn) -> Callable[[bytes], bytes]:
    """Some bytes of a file are changed, cut out, doubled or put elsewhere."""
    steps = draw(
        st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=6)), min_size=1, max_size=4)
    )

    def mutate(content: bytes) -> bytes:
        for place, length, new in steps:
            start = int(place * len(content))
            kept = content[start : start + length] if len(new) % 2 else b""
            content = content[:start] + new + kept + content[start + length :]
        return content

    return mutate


@pytest.mark.parametrize("kind", KINDS)
@given(mutate=mutations())
@SETTINGS
def test_a_damaged_file_is_opened_or_refused(kind: str, mutate: Callable[[bytes], bytes]) -> None:
    if kind.endswith(".gz") and len(kind) % 2:
        attempt(kind, gzip.compress(mutate(GOOD[kind.removesuffix(".gz")])))
    else:
        attempt(kind, mutate(good(kind)))


#: Blank: a blank is a piece too; the others stand between blanks.
PIECES = {
    "csv": r'a " "" , ; \n \r\n \r é = Jane'.split(),
    "json": r'{ } [ ] "a" : , 1 -0.5e3 null \n "\\u00e9" "\\ud800" " \\'.split(),
    "html": r"""< > </ p b <!-- --> --!> &amp; & a= " ' / <br> <pre> Jane \n <title> </title> <script> </script
        <![CDATA[ ]]> <?xml title='x' é &#0;""".split(),
    "eml": r"""From: Subject: a@b < > " ( ) , =?utf-8?q?=C3?= =? ?= \n \r\n \nContent-Type:multipart/mixed;boundary=X
        \n--X\n \n--X-- \n\n x \\ é \nContent-Type:text/html""".split(),
}
ESCAPES = {r"\n": "\n", r"\r": "\r", r"\\": "\\"}


def letters(kind: str) -> list[str]:
    return [" ", *(re.sub(r"\\[nr\\]", lambda match: ESCAPES[match[0]], piece) for piece in PIECES[kind])]


@pytest.mark.parametrize("kind", PIECES)
@given(data=st.data())
@SETTINGS
def test_any_text_of_the_right_letters_is_opened_or_refused(kind: str, data: st.DataObject) -> None:
    text = "".join(data.draw(st.lists(st.sampled_from(letters(kind)), max_size=30)))
    if kind == "eml":
        text = "From: a\n" + text
    opened = attempt(kind, text.encode())
    if opened is not None and kind != "eml":
        assert unchanged(kind, text.encode()) == text.encode()


@pytest.mark.parametrize("kind", GOOD)
def test_a_file_without_edits_comes_back_byte_for_byte(kind: str) -> None:
    assert unchanged(kind, GOOD[kind]) == GOOD[kind]


@pytest.mark.parametrize("kind", GOOD)
def test_the_examples_are_edited(kind: str) -> None:
    opened = open_file(FileKind(kind), GOOD[kind], FileOptions(), LIMITS)
    changed = b"".join(opened.rebuild([replaced(text, {"Doe": "Roe"}) for text in opened.segments]))
    after = open_file(FileKind(kind), changed, FileOptions(), LIMITS)
    assert after.segments == tuple(text.replace("Doe", "Roe") for text in opened.segments)


@given(text=st.text(max_size=200), charset=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"]))
@SETTINGS
def test_every_text_comes_back_in_its_charset(text: str, charset: str) -> None:
    content = text.encode(charset, "ignore")
    if attempt("txt", content) is not None:
        assert unchanged("txt", content) == content


@given(
    pieces=st.lists(st.tuples(st.text("abc", max_size=4), st.booleans()), min_size=1, max_size=6),
    cuts=st.lists(st.tuples(st.integers(0, 24), st.sampled_from(["", "X", "YZ"])), max_size=8),
)
@SETTINGS
def test_edits_fall_on_the_pieces_of_a_text(pieces: list[tuple[str, bool]], cuts: list[tuple[int, str]]) -> None:
    """Together the pieces say what the edited text says, but for what is fixed; nothing of an edit's old text stays."""
    text = "".join(piece for piece, _ in pieces)
    places = sorted({min(place, len(text)) for place, _ in cuts})
    edits = [Edit(*span, new) for span, (_, new) in zip(pairwise(places), cuts, strict=False)][::2]
    parts = spread([len(piece) for piece, _ in pieces], edits, [fixed for _, fixed in pieces])
    written = [apply(piece, part) for (piece, _), part in zip(pieces, parts, strict=True)]
    assert all(new == piece for new, (piece, fixed) in zip(written, pieces, strict=True) if fixed)
    if not any(fixed for _, fixed in pieces):
        assert "".join(written) == apply(text, edits)
    assert sum(map(len, parts)) <= len(edits) * len(pieces)


def test_a_result_of_the_engine_becomes_a_replacement() -> None:
    entity = Entity(
        start=6,
        end=14,
        type="PERSON",
        text="Jane Doe",
        score=1,
        recognizer="spacy",
        operator="replace",
        anonymized_start=6,
        anonymized_end=14,
    )
    result = DocumentResult(
        index=0,
        custom_id=None,
        state="succeeded",
        language="en",
        model="en_sm",
        entities=(entity,),
        anonymized_text="Hello <PERSON>.",
    )
    expected = Replacement("Hello <PERSON>.", (Edit(6, 14, "<PERSON>"),))
    assert Replacement.of_result(result) == expected
    assert Replacement.of_result(result.model_copy(update={"state": "failed", "anonymized_text": None})) is None


#: Each is read in linear time or refused; a quadratic step would take minutes.
HOSTILE = {
    "open tags": ("html", b"<a " * 300_000),
    "open tags with quotes": ("html", b'<a b="' * 200_000),
    "quotes that never close": ("html", b"<a b='>" * 200_000 + b'<a c="'),
    "tags closed in quotes alone": ("html", b'<a b=">" ' * 200_000),
    "open comments": ("html", b"<!--" * 300_000),
    "comments and one other end": ("html", b"<!-- a -->" * 100_000 + b"--!>"),
    "open declarations": ("html", b"<!" * 500_000),
    "open cdata": ("html", b"<![CDATA[" * 100_000),
    "open ends": ("html", b"</a" * 300_000),
    "open scripts": ("html", b"<script>" * 100_000),
    "ampersands": ("html", b"&#" * 400_000),
    "slashes": ("html", b"<a" + b"/" * 800_000),
    "equal signs": ("html", b"<a" + b" =" * 400_000 + b">"),
    "bold": ("html", b"<b>a" * 100_000),
    "declared charset": ("html", b"<meta" * 150_000),
    "quotes": ("csv", b'"' * 1_000_001),
    "quotes and cells": ("csv", b'"",' * 100_000 + b'"'),
    "empty cells": ("csv", b"," * 1_000_000),
    "empty rows": ("csv", b"\n" * 1_000_000),
    "open brackets": ("json", b"[" * 1_000_000),
    "open strings": ("json", b'["\\u00e9' * 200_000),
    "backslashes": ("json", b'"' + b"\\" * 1_000_001),
    "digits": ("json", b"1" * 1_000_000 + b"x"),
    "blanks": ("jsonl", b" " * 500_000 + b"\n" + b" " * 500_000 + b"x"),
    "lines": ("jsonl", b"1\n" * 300_000),
    "boundaries": ("eml", b"From: a\nContent-Type: multipart/mixed; boundary=X\n\n" + b"--X\n" * 900),
    "nested parts": ("eml", b"From: a\n" + b"Content-Type: multipart/mixed; boundary=X\n\n--X\n" * 5_000),
    "encoded words": ("eml", b"From: a\nSubject: " + b"=?a?q?" * 100_000),
    "blanks between words": ("eml", b"From: a\nSubject: " + b"?= " * 200_000),
    "addresses": ("eml", b"From: " + b"a " * 200_000 + b"a" * 200_000 + b"@b\n\nx"),
    "brackets": ("eml", b"From: " + b"(" * 400_000),
    "angles": ("eml", b"From: " + b"<" * 400_000),
    "address quotes": ("eml", b'From: "' + b"\\" * 400_001),
    "folds": ("eml", b"Subject: a" + b"\n " * 200_000),
    "parameters": ("eml", b"From: a\nContent-Type: text/plain" + b";a" * 200_000),
    "header lines": ("eml", b"From: a\n" + b"X:\n" * 200_000),
}


# About 1 MB each: some tenths of a second, and with a quadratic step minutes.
@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_stalls(name: str) -> None:
    attempt(*HOSTILE[name])
