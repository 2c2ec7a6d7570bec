"""Which file is of which kind, by its name, its media type and its first bytes; which options it takes."""

import pytest
from pydantic import ValidationError

from shared.errors import InvalidRequest, UnsupportedFile
from shared.files import FileKind, FileOptions, check_options, kind_of
from tests.unit.docx_making import docx, paragraph
from tests.unit.rebuilding import segments


@pytest.mark.parametrize(
    ("name", "media_type", "kind"),
    [
        ("a.txt", "", "txt"),
        ("a.TXT", "text/plain; charset=latin-1", "txt"),
        ("a.log", "application/octet-stream", "txt"),
        ("a.md", "text/plain", "md"),
        ("a.b.csv", "application/vnd.ms-excel", "csv"),
        ("a.tsv", "text/tab-separated-values", "csv"),
        ("a.ndjson", "application/x-ndjson", "jsonl"),
        ("a.json", "APPLICATION/JSON", "json"),
        ("a.htm", "text/html", "html"),
        ("a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
        ("a.eml", "message/rfc822", "eml"),
        ("a.csv.gz", "application/gzip", "csv.gz"),
        ("a.jsonl.GZ", "application/x-gzip", "jsonl.gz"),
        ("a.html.gz", "text/html", "html.gz"),
    ],
)
def test_name_and_media_type_say_the_kind(name: str, media_type: str, kind: str) -> None:
    assert kind_of(name, media_type) == FileKind(kind)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.pdf", ""),
        ("a.docm", ""),
        ("a.doc", ""),
        ("a.xlsx", ""),
        ("a.docx.gz", ""),
        ("a.gz", "application/gzip"),
        ("a", "text/plain"),
        ("csv", "text/csv"),
        (".csv", "text/csv"),
        ("", ""),
        ("a.csv.", ""),
        ("a.txt", "image/png"),
        ("a.json", "text/html"),
        ("a.docx", "application/vnd.ms-word.document.macroEnabled.12"),
    ],
)
def test_other_files_are_refused(name: str, media_type: str) -> None:
    with pytest.raises(UnsupportedFile):
        kind_of(name, media_type)


_PDF, _PNG, _OLD_OFFICE = b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 64


@pytest.mark.parametrize("kind", [kind.value for kind in FileKind])
@pytest.mark.parametrize("content", [_PDF, _PNG, _OLD_OFFICE, b"\x7fELF\x02", b"Rar!\x1a\x07"])
def test_a_file_that_is_not_what_its_name_says_is_refused(kind: str, content: bytes) -> None:
    with pytest.raises(UnsupportedFile):
        segments(kind, content)


@pytest.mark.parametrize("kind", ["txt", "md", "csv", "json", "jsonl", "html", "eml"])
def test_a_docx_by_another_name_is_refused(kind: str) -> None:
    with pytest.raises(UnsupportedFile):
        segments(kind, docx(paragraph("Jane Doe")))


@pytest.mark.parametrize("kind", ["docx", "txt.gz"])
def test_a_text_by_another_name_is_refused(kind: str) -> None:
    with pytest.raises(UnsupportedFile):
        segments(kind, b"Jane Doe")


@pytest.mark.parametrize(
    ("kind", "options", "pointers"),
    [
        ("csv", {"columns": ["a"], "delimiter": ";", "has_header": True}, []),
        ("csv.gz", {"columns": ["a"]}, []),
        ("jsonl", {"pointers": ["/a/*/b~1c"]}, []),
        ("txt", {}, []),
        ("txt", {"columns": ["a"]}, ["/file/columns"]),
        ("json", {"columns": ["a"], "delimiter": ","}, ["/file/columns", "/file/delimiter"]),
        ("csv", {"pointers": ["/a"]}, ["/file/pointers"]),
        ("html.gz", {"pointers": ["/a"]}, ["/file/pointers"]),
    ],
)
def test_an_option_is_for_its_kinds(kind: str, options: dict[str, object], pointers: list[str]) -> None:
    wanted = FileOptions.model_validate(options)
    if not pointers:
        check_options(FileKind(kind), wanted)
        return
    with pytest.raises(InvalidRequest) as error:
        check_options(FileKind(kind), wanted)
    assert [each.pointer for each in error.value.errors] == pointers


@pytest.mark.parametrize("pointer", ["", "a", "a/b", "/a~", "/a~2", "#/a", "/" + "a" * 1_000])
def test_what_is_no_json_pointer_is_refused(pointer: str) -> None:
    with pytest.raises(ValidationError):
        FileOptions(pointers=(pointer,))


@pytest.mark.parametrize("kind", list(FileKind))
def test_every_kind_has_a_media_type(kind: FileKind) -> None:
    assert "/" in kind.media_type
    assert kind.unpacked.value == kind.value.removesuffix(".gz")
