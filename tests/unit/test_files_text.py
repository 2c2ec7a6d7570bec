"""txt and md, and what holds for every file: segments, failures, charsets, gzip."""

import gzip
import zlib

import pytest

from shared.errors import UnreadableFile, UnsupportedFile
from shared.files import FileKind, FileOptions
from tests.unit.rebuilding import failed, rebuild, segments, unchanged
from worker.files.editing import Edit
from worker.files.open_file import open_file
from worker.files.opened_file import FileLimits, Replacement

LINE = "Jane Doe lives in Lyon.\r\n"
HIDDEN_LINE = "<PERSON> lives in <LOCATION>.\r\n"


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp1252"])
def test_the_charset_and_its_mark_stay(charset: str) -> None:
    mark = "\ufeff" if charset == "utf-16-be" else ""
    text = mark + "Née à – " + LINE
    after = rebuild("txt", text.encode(charset))
    assert after == text.replace(LINE, HIDDEN_LINE).encode(charset)


def test_bytes_that_windows_1252_does_not_define_stay() -> None:
    content = bytes(range(0x80, 0x100)) + LINE.encode()
    assert rebuild("txt", content) == bytes(range(0x80, 0x100)) + HIDDEN_LINE.encode()


@pytest.mark.parametrize(
    ("new", "written"),
    [
        ("Žofie", "Žofie"),
        ("Łukasz Ştefan", "Lukasz Stefan"),
        ("İpek", "Ipek"),
        ("Ирина", r"\u0418\u0440\u0438\u043d\u0430"),
        ("ﬁ", "fi"),
    ],
)
def test_a_letter_that_the_charset_does_not_have_is_written_without_its_marks(new: str, written: str) -> None:
    content = "né Jane Doe.".encode("cp1252")
    assert rebuild("txt", content, {"Jane Doe": new}) == f"né {written}.".encode("cp1252")


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfea",
        b"\xff\xfe\x00\xd8",
        b"\xef\xbb\xbf\xff",
        b"\xff\xfe\x00\x00\xff",
        b"\x00\x00\xfe\xff\xff\xff\xff\xff",
    ],
)
def test_a_byte_order_mark_that_lies_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        segments("txt", content)


@pytest.mark.parametrize("content", [b"a\x00b", "Jane".encode("utf-16-le")])
def test_a_text_with_nul_is_not_text(content: bytes) -> None:
    with pytest.raises(UnsupportedFile):
        segments("txt", content)


@pytest.mark.parametrize("content", [b"", b" \r\n\t", b"--- ***", b"\xef\xbb\xbf"])
def test_a_file_without_a_letter_has_no_segment(content: bytes) -> None:
    assert segments("txt", content) == []
    assert unchanged("txt", content) == content


def test_a_long_text_is_cut_at_paragraphs() -> None:
    paragraph = "Word " * 20 + "end.\n\n"
    text = "".join(f"{number} {paragraph}" for number in range(30))
    parts = segments("txt", text.encode(), FileLimits(max_segment_chars=500))
    assert "".join(parts) == text
    assert all(len(part) <= 500 and part.endswith("\n\n") for part in parts)


@pytest.mark.parametrize("text", ["x" * 5_000, "a b. " * 1_000, "é\n" * 3_000])
def test_a_text_without_paragraphs_is_cut_too(text: str) -> None:
    limits = FileLimits(max_segment_chars=700)
    opened = open_file(FileKind.TXT, text.encode(), FileOptions(), limits)
    assert all(len(part) <= 700 for part in opened.segments)
    assert b"".join(opened.rebuild([Replacement(part) for part in opened.segments])) == text.encode()


def test_equal_texts_are_one_segment_and_are_replaced_everywhere() -> None:
    content = b"name\nJane Doe\nJane Doe\nBob\n"
    assert segments("csv", content) == ["Jane Doe", "Bob"]
    assert rebuild("csv", content) == b"name\n<PERSON>\n<PERSON>\nBob\n"


def test_a_failed_segment_is_never_given_back() -> None:
    assert failed("txt", LINE.encode(), [0]) == b"<FAILED>"
    assert failed("csv", b"name,note\nJane Doe,x\nBob,y\n", [0, 3]) == b"name,note\n<FAILED>,x\nBob,<FAILED>\n"
    assert failed("html", b"<p>Ja<b>ne</b></p><p>Bob</p>", [0]) == b"<p>&lt;FAILED&gt;<b></b></p><p>Bob</p>"


@pytest.mark.parametrize(
    "edits",
    [
        (),
        (Edit(0, 4, "Nobody"),),
        (Edit(0, 8, "A"), Edit(5, 8, "B")),
        (Edit(0, 900, "Nobody here"),),
        (Edit(5, 8, "x"), Edit(0, 4, "y")),
    ],
)
def test_what_is_written_is_what_the_engine_said(edits: tuple[Edit, ...]) -> None:
    """Edits that do not lead to the text do not count."""
    opened = open_file(FileKind.TXT, b"Jane Doe", FileOptions(), FileLimits())
    assert b"".join(opened.rebuild([Replacement("Nobody here", edits)])) == b"Nobody here"


def test_a_replacement_is_needed_for_each_segment() -> None:
    opened = open_file(FileKind.TXT, b"Jane Doe", FileOptions(), FileLimits())
    with pytest.raises(ValueError, match="one replacement"):
        opened.rebuild([])


def test_errors_never_repeat_the_file() -> None:
    with pytest.raises(UnreadableFile) as error:
        segments("json", b'{"Jane Doe": "Jane Doe"')
    told = f"{error.value} {error.value.detail} {error.value.errors}"
    assert "Jane" not in told
    assert "line 1, column 24" in told


def test_gzip_is_opened_and_packed_again() -> None:
    content = gzip.compress(LINE.encode()) + gzip.compress(LINE.encode())
    after = rebuild("txt.gz", content)
    assert gzip.decompress(after) == (HIDDEN_LINE * 2).encode()
    assert after[4:8] == b"\x00\x00\x00\x00"
    assert rebuild("txt.gz", content) == after


def test_the_name_that_gzip_keeps_goes() -> None:
    named = b"\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\x03jane-doe.txt\x00" + gzip.compress(b"a")[10:]
    assert segments("txt.gz", named) == ["a"]
    assert b"jane" not in rebuild("txt.gz", named)


_GOOD = gzip.compress(LINE.encode() * 100)


@pytest.mark.parametrize(
    "content",
    [
        _GOOD[:-1],
        _GOOD[:40],
        _GOOD + b"x",
        _GOOD + b"\x00" * 512,
        _GOOD[:-5] + b"xxxxx",
        _GOOD[:20] + b"\xff\xff\xff" + _GOOD[23:],
        b"\x1f\x8b",
        gzip.compress(b"") * 2_000,
        gzip.compress(b"a" * 3_000_000),
        gzip.compress(b"a" * 30_000_000),
    ],
    ids=["cut", "half", "garbage", "padding", "sum", "data", "head", "members", "ratio", "bomb"],
)
def test_a_gzip_that_is_broken_or_a_bomb_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        segments("txt.gz", content, FileLimits(max_unpacked_bytes=10_000_000))


def test_a_bomb_is_not_unpacked_further_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked = 0
    original = zlib.decompressobj

    class Counting:
        def __init__(self, bits: int) -> None:
            self._stream = original(bits)

        def __getattr__(self, name: str) -> object:
            return getattr(self._stream, name)

        def decompress(self, content: bytes, most: int) -> bytes:
            nonlocal unpacked
            part = self._stream.decompress(content, most)
            unpacked += len(part)
            return part

    monkeypatch.setattr(zlib, "decompressobj", Counting)
    content = gzip.compress(b"a" * 50_000_000)
    with pytest.raises(UnreadableFile):
        segments("txt.gz", content)
    assert unpacked < len(content) * FileLimits().max_ratio + 100_000
