"""Files as jobs: what is sent comes back as the same kind of file, with its texts replaced and all else as it was."""

import csv
import gzip
import io
import json
import zipfile
from typing import Any

import pytest

from tests.services.stack import Stack

NAMES = "John Smith met Angela Merkel in Paris."
DOCUMENT_XML = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>John </w:t></w:r><w:r><w:t>Smith met Angela Merkel.</w:t></w:r></w:p>"
    "</w:body></w:document>"
)
TYPES_XML = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS_XML = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def docx() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("[Content_Types].xml", TYPES_XML)
        package.writestr("_rels/.rels", RELATIONS_XML)
        package.writestr("word/document.xml", DOCUMENT_XML)
    return file.getvalue()


def send(stack: Stack, name: str, content: bytes, headers: dict[str, str] | None = None, **request: Any) -> Any:
    files: dict[str, Any] = {"file": (name, content)}
    if request:
        files["request"] = (None, json.dumps(request).encode(), "application/json")
    return stack.http.post("/v1/jobs", files=files, headers={"Prefer": "wait=30", **(headers or {})})


def back(stack: Stack, answer: Any) -> bytes:
    assert answer.status_code == 200, answer.text
    job = answer.json()
    assert job["state"] == "succeeded", job
    file = stack.http.get(job["links"]["file"])
    assert file.status_code == 200, file.text
    assert file.headers["Cache-Control"] == "no-store"
    assert int(file.headers["Content-Length"]) == len(file.content)
    return bytes(file.content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", f"{NAMES}\r\n\r\nAnd nothing else.\n".encode()),
        ("a.md", f"# Notes\n\n* {NAMES}\n".encode()),
        ("a.csv", f'name,notes\r\n"Smith, John","{NAMES}"\r\n'.encode()),
        ("a.json", json.dumps({"b": 1.50, "a": [NAMES, {"deep": NAMES}]}).encode()),
        ("a.jsonl", f'{{"t": "{NAMES}"}}\n{{"t": "Nothing."}}\n'.encode()),
        ("a.html", f"<html><body><p>{NAMES}</p><p class='x'>Mr <b>John</b> Smith</p></body></html>".encode()),
        ("a.eml", f"From: John Smith <john@example.org>\r\nSubject: Hi\r\n\r\n{NAMES}\r\n".encode()),
        ("a.docx", docx()),
        ("a.txt.gz", gzip.compress(NAMES.encode(), mtime=0)),
    ],
)
def test_every_kind_comes_back_without_the_names(stack: Stack, name: str, content: bytes) -> None:
    file = back(stack, send(stack, name, content))
    if name.endswith(".gz"):
        file = gzip.decompress(file)
    if name.endswith(".docx"):
        file = zipfile.ZipFile(io.BytesIO(file)).read("word/document.xml")
        assert b"<w:b/>" in file
    assert b"Merkel" not in file
    assert b"Smith" not in file


def test_only_the_named_columns_are_touched(stack: Stack) -> None:
    content = f"id,name,notes\n1,John Smith,{NAMES}\n".encode()
    file = back(stack, send(stack, "people.csv", content, file={"columns": ["notes"]}))
    rows = list(csv.reader(io.StringIO(file.decode())))
    assert rows[1][:2] == ["1", "John Smith"]
    assert "Merkel" not in rows[1][2]


def test_only_the_pointed_strings_are_touched(stack: Stack) -> None:
    content = json.dumps({"keep": "John Smith", "people": [{"note": NAMES}]}).encode()
    file = back(stack, send(stack, "people.json", content, file={"pointers": ["/people/*/note"]}))
    document = json.loads(file)
    assert document["keep"] == "John Smith"
    assert "Merkel" not in document["people"][0]["note"]


def test_a_large_file_is_done_in_parts_and_names_agree(stack: Stack) -> None:
    lines = [json.dumps({"n": n, "t": f"John Smith number {n} met Angela Merkel in Paris."}) for n in range(1_500)]
    options = {"operators": {"default": {"name": "pseudonym"}}}
    answer = send(stack, "many.jsonl", "\n".join(lines).encode(), options=options)
    rows = [json.loads(line) for line in back(stack, answer).splitlines()]
    assert [row["n"] for row in rows] == list(range(1_500))
    assert answer.json()["counts"]["total"] == 1_500
    assert not any("Merkel" in row["t"] or "Smith" in row["t"] for row in rows)
    assert len({row["t"].split(" number")[0] for row in rows}) == 1, "one pseudonym over all parts"


@pytest.mark.parametrize(
    ("name", "content", "status", "kind"),
    [
        ("a.exe", b"MZ", 415, "unsupported-file"),
        ("a", b"text", 415, "unsupported-file"),
        ("a.pdf", b"%PDF-1.4", 415, "unsupported-file"),
        ("a.docx", b"no zip at all", 415, "unsupported-file"),
        ("a.txt", b"PK\x03\x04\x00\x00\x00", 415, "unsupported-file"),
        ("a.json", b'{"a": ', 422, "unreadable-file"),
        ("a.txt.gz", b"\x1f\x8b\x08\x00broken", 422, "unreadable-file"),
        ("a.txt.gz", gzip.compress(b"\x00" * 300_000_000, mtime=0), 422, "unreadable-file"),
        ("a.txt", b"", 422, "invalid-request"),
    ],
)
def test_a_bad_file_is_refused_and_leaves_nothing(
    stack: Stack, name: str, content: bytes, status: int, kind: str
) -> None:
    before = {job["id"] for job in stack.http.get("/v1/jobs").json()["jobs"]}
    answer = send(stack, name, content)
    assert answer.status_code == status, answer.text
    assert answer.json()["type"].endswith(f"/{kind}")
    assert {job["id"] for job in stack.http.get("/v1/jobs").json()["jobs"]} == before
    assert not stack.valkey.client().keys("aa:file:*")


def test_the_same_file_under_the_same_key_is_one_job(stack: Stack) -> None:
    headers = {"Idempotency-Key": "file-1"}
    first = send(stack, "a.txt", NAMES.encode(), headers)
    second = send(stack, "a.txt", NAMES.encode(), headers)
    assert first.json()["id"] == second.json()["id"]
    assert second.headers["Idempotency-Replayed"] == "true"
    other = send(stack, "a.txt", b"Another text.", headers)
    assert other.status_code == 422
    assert other.json()["type"].endswith("/idempotency-mismatch")


def test_a_job_of_a_text_has_no_file(stack: Stack) -> None:
    job_id = stack.submit(NAMES)
    stack.job(job_id, wait_s=30)
    answer = stack.http.get(f"/v1/jobs/{job_id}/file")
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("/job-without-file")
