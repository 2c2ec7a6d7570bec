"""eml: addresses, subject, parts in their charset and encoding, attachments as files; what tells who was where goes."""

import base64
import email
import email.policy
import gzip
from email.message import EmailMessage
from typing import cast

import pytest

from shared.errors import UnreadableFile, UnsupportedFile
from tests.unit.docx_making import docx, entries, paragraph
from tests.unit.rebuilding import HIDDEN, failed, rebuild, segments, unchanged
from worker.files.eml_headers import HEADER_USES, HeaderUse
from worker.files.encoded_words import decode_words, write_address
from worker.files.opened_file import FileLimits


def parsed(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)


def mail(*headers: str, body: str = "x", line_end: str = "\n") -> bytes:
    return line_end.join([*headers, "", body]).encode()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("From: Jane Doe <jane@example.org>", "From: <PERSON> <EMAIL_ADDRESS@anonymized.invalid>"),
        ('From: "Jane Doe" <bob@example.org>', 'From: "<PERSON>" <bob@example.org>'),
        ("To: jane@example.org, Bob <b@c.d>", "To: EMAIL_ADDRESS@anonymized.invalid, Bob <b@c.d>"),
        ("Cc: b@c.d (Jane Doe)", "Cc: b@c.d (<PERSON>)"),
        ("Reply-To: friends: jane@example.org, b@c.d;", "Reply-To: friends: EMAIL_ADDRESS@anonymized.invalid, b@c.d;"),
        ("From: =?utf-8?q?Jane_Doe?= <b@c.d>", 'From: "<PERSON>" <b@c.d>'),
        ("Subject: Jane Doe in Lyon", "Subject: <PERSON> in <LOCATION>"),
        ("SUBJECT: =?iso-8859-1?b?SmFuZSBEb2U=?= x", "SUBJECT: <PERSON> x"),
        ("Subject: Jane\n Doe", "Subject: <PERSON>"),
        ("Comments: Jane Doe", "Comments: <PERSON>"),
    ],
)
def test_headers_that_are_text(header: str, expected: str) -> None:
    after = rebuild("eml", mail("Date: Mon, 1 Jan 2024 00:00:00 +0000", header)).decode()
    written = after.splitlines()[1]
    assert written.replace('"<PERSON>"', "<PERSON>") == expected.replace('"<PERSON>"', "<PERSON>")
    if "From" in header:
        assert parsed(after.encode())["From"].defects == ()


@pytest.mark.parametrize(
    "new",
    [
        "Bob\r\nBcc: x@y.z",
        'Bob" <x@y.z>, "',
        "B\\",
        "Bob (x",
        "=?utf-8?q?x?=",
        "<x@y.z>",
        "Bob,",
        "Zoë",
        "Ж" * 60,
        "",
        "\x00",
    ],
)
def test_no_replacement_adds_an_address_or_a_header(new: str) -> None:
    content = mail('From: "Jane Doe" <b@c.d>, Jane Doe <e@f.g>, h@i.j (Jane Doe)', "Subject: Jane Doe")
    after = parsed(rebuild("eml", content, {"Jane Doe": new}))
    assert sorted(after.keys()) == ["From", "Subject"]
    assert [address.addr_spec for address in after["From"].addresses] == ["b@c.d", "e@f.g", "h@i.j"]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("a@b.c", "a@b.c"),
        ("<EMAIL_ADDRESS_1>", "EMAIL_ADDRESS_1@anonymized.invalid"),
        ("****@****", "****@anonymized.invalid"),
        ("", "redacted@anonymized.invalid"),
        ("a b@c d", "ab@cd"),
        ("a@b@c.d", "a_b@c.d"),
        ("é..x.@h", "x@h"),
        ("a\r\nBcc: x@y", "aBccx@y"),
    ],
)
def test_a_new_address_is_one(text: str, address: str) -> None:
    assert write_address(text) == address


def test_headers_that_tell_who_was_where_go() -> None:
    content = mail(
        "Received: from jane.example.org by x; Mon",
        " , 1 Jan 2024",
        "From: b@c.d",
        "Message-ID: <jane@example.org>",
        "X-Originating-IP: 1.2.3.4",
        "DKIM-Signature: v=1; d=example.org",
        "this is no header: Jane",
        "Date: Mon, 1 Jan 2024 00:00:00 +0000",
        "Thread-Topic: Jane",
    )
    assert rebuild("eml", content) == mail("From: b@c.d", "Date: Mon, 1 Jan 2024 00:00:00 +0000")


def test_every_header_that_stays_is_listed() -> None:
    assert HeaderUse.DROPPED not in HEADER_USES.values()


def part(headers: str, body: bytes) -> bytes:
    return headers.encode() + b"\n\n" + body


def multipart(*parts: bytes, kind: str = "mixed") -> bytes:
    head = f"From: b@c.d\nMIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary=XX\n\n".encode()
    return head + b"".join(b"--XX\n" + each + b"\n" for each in parts) + b"--XX--\n"


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ("Content-Type: text/plain", b"Jane Doe", b"<PERSON>"),
        ("", b"Jane Doe", b"<PERSON>"),
        ("Content-Type: text/html; charset=utf-8", b"<b>Ja</b>ne Doe \xc3\xa9", b"<b>&lt;PERSON&gt;</b> \xc3\xa9"),
        (
            "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable",
            b"Jane=20Do=\ne =C3=A9 =\nend=3D",
            b"<PERSON> =C3=A9 end=3D",
        ),
        (
            "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: BASE64",
            base64.b64encode("Jane Doe é".encode("latin-1")),
            base64.b64encode("<PERSON> é".encode("latin-1")),
        ),
        (
            "Content-Type: text/plain; charset=koi8-r\nContent-Transfer-Encoding: 8bit",
            "Jane Doe Ж".encode("koi8-r"),
            "<PERSON> Ж".encode("koi8-r"),
        ),
        (
            "Content-Type: text/plain; charset=iso-2022-jp",
            "Jane Doe 日本".encode("iso-2022-jp"),
            "<PERSON> 日本".encode("iso-2022-jp"),
        ),
    ],
)
def test_a_part_keeps_its_charset_and_encoding(headers: str, body: bytes, expected: bytes) -> None:
    other = part("Content-Type: text/plain", b"x")
    content = multipart(part(headers, body) if headers else b"\n" + body, other)
    assert rebuild("eml", content) == content.replace(body, expected)
    assert unchanged("eml", content) == content


def test_a_letter_beyond_ascii_does_not_come_into_7bit() -> None:
    content = multipart(
        part("Content-Type: text/plain; charset=utf-8", b"Jane Doe"),
        part("Content-Type: text/html; charset=utf-8", b"Jane Doe"),
    )
    after = rebuild("eml", content, {"Jane Doe": "Zoë"})
    assert b"\n\nZoe\n" in after
    assert b"\n\nZo&#235;\n" in after


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_line_ends_stay(line_end: str) -> None:
    content = mail(
        "From: Jane Doe <b@c.d>",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        body=f"Jane Doe{line_end}two{line_end}",
        line_end=line_end,
    )
    after = rebuild("eml", content)
    assert after == content.replace(b"Jane Doe <", b'"<PERSON>" <').replace(b"Jane Doe", b"<PERSON>")


def attached(name: str, media_type: str, content: bytes) -> bytes:
    headers = f'Content-Type: {media_type}; name="{name}"\nContent-Transfer-Encoding: base64\n'
    headers += f'Content-Disposition: attachment; filename="{name}"'
    return part(headers, base64.encodebytes(content).rstrip())


@pytest.mark.parametrize(
    ("name", "media_type", "content", "expected"),
    [
        ("Jane Doe.txt", "text/plain", b"Jane Doe", b"<PERSON>"),
        ("a.csv", "text/csv", b"name;x\nJane Doe;1\n", b"name;x\n<PERSON>;1\n"),
        ("a.json", "application/json", b'{"Jane Doe": "Jane Doe"}', b'{"Jane Doe": "<PERSON>"}'),
        ("a.html", "text/html", b"<b>Jane</b> Doe", b"<b>&lt;PERSON&gt;</b>"),
        ("a.md", "application/octet-stream", b"# Jane Doe", b"# <PERSON>"),
    ],
)
def test_an_attachment_is_a_file_of_its_kind(name: str, media_type: str, content: bytes, expected: bytes) -> None:
    after = parsed(rebuild("eml", multipart(attached(name, media_type, content))))
    (found,) = after.iter_attachments()
    assert found.get_payload(decode=True) == expected
    assert found.get_filename() == f"attachment-2.{name.rpartition('.')[2]}"
    assert b"Jane Doe." not in rebuild("eml", multipart(attached(name, media_type, content)))


def test_docx_and_gzip_are_attachments_too() -> None:
    content = multipart(
        attached("a.docx", "application/octet-stream", docx(paragraph("Ja", "ne Doe"))),
        attached("a.txt.gz", "application/gzip", gzip.compress(b"Jane Doe")),
    )
    first, second = parsed(rebuild("eml", content)).iter_attachments()
    assert b"&lt;PERSON&gt;" in entries(cast(bytes, first.get_payload(decode=True)))["word/document.xml"]
    assert gzip.decompress(cast(bytes, second.get_payload(decode=True))) == b"<PERSON>"


@pytest.mark.parametrize(
    "removed",
    [
        attached("Jane Doe.png", "image/png", b"\x89PNG"),
        attached("Jane Doe.pdf", "application/pdf", b"%PDF-1.7"),
        attached("Jane Doe", "application/octet-stream", b"x"),
        attached("Jane Doe.docx", "application/octet-stream", b"not a docx"),
        attached("Jane Doe.json", "application/json", b"{"),
        attached("Jane Doe.txt.gz", "application/gzip", b"\x1f\x8bx"),
        attached("Jane Doe.eml.gz", "application/gzip", gzip.compress(b"From: a\n\nx")),
        part("Content-Type: image/png\nContent-ID: <Jane Doe>", b"x"),
        part("Content-Type: text/calendar", b"Jane Doe"),
        part("Content-Type: text/plain\nContent-Transfer-Encoding: x-uuencode", b"Jane Doe"),
        part("Content-Type: Jane/Doe\nContent-Description: Jane Doe", b"Jane Doe"),
        part("Content-Type: application/pkcs7-mime; smime-type=enveloped-data", b"Jane Doe"),
    ],
)
def test_what_cannot_be_looked_into_is_removed_and_a_note_left(removed: bytes) -> None:
    after = rebuild("eml", multipart(part("Content-Type: text/plain", b"x"), removed), {})
    assert b"Jane" not in after
    assert b"[removed: " in after
    kept, note = parsed(after).iter_parts()
    assert kept.get_content().strip() == "x"
    assert note.get_content_type() == "text/plain"
    assert note.get_filename() == "attachment-3-removed.txt"


def test_a_mail_in_the_mail_is_opened_and_one_in_that_removed() -> None:
    inner = part("Content-Type: message/rfc822", mail("Subject: Jane Doe", "Received: Jane", body="Jane Doe"))
    outer = part(
        "Content-Type: message/rfc822",
        multipart(part("Content-Type: text/plain", b"Jane Doe"), inner).replace(b"XX", b"YY"),
    )
    after = rebuild("eml", multipart(outer))
    assert b"Jane" not in after
    assert after.count(b"<PERSON>") == 1
    assert b"[removed: message/rfc822, " in after


def test_both_versions_of_a_text_are_hidden() -> None:
    content = multipart(
        part("Content-Type: text/plain", b"Jane Doe"),
        part("Content-Type: text/html", b"<i>Jane</i> Doe"),
        kind="alternative",
    )
    assert b"Jane" not in rebuild("eml", content)
    assert segments("eml", content) == ["b@c.d", "Jane Doe"]


def test_text_around_the_parts_is_text() -> None:
    content = (
        multipart(part("Content-Type: text/plain", b"x")).replace(b"\n\n--XX", b"\n\nJane Doe\n--XX", 1) + b"Jane Doe"
    )
    assert rebuild("eml", content).count(b"<PERSON>") == 2


@pytest.mark.parametrize(
    "content",
    [
        multipart(part("Content-Type: text/plain", b"Jane Doe"))[:-8],
        multipart(b"\nJane Doe", b"", b"\n"),
        b"From: b@c.d\nContent-Type: multipart/mixed; boundary=XX\n\nJane Doe",
        b"From: b@c.d\nContent-Type: multipart/mixed\n\nJane Doe",
        b"Subject: Jane Doe",
        b"From: b@c.d\n\n",
    ],
)
def test_a_mail_that_is_cut_or_odd_is_read_as_far_as_it_goes(content: bytes) -> None:
    assert b"Jane" not in rebuild("eml", content)


def test_what_failed_is_not_given_back() -> None:
    after = failed("eml", mail("From: Jane Doe <jane@example.org>", "Subject: Jane", body="Jane"), [0, 1])
    assert b"Jane" not in after
    assert b"jane" not in after


@pytest.mark.parametrize("content", [b"", b"Jane Doe", b"\nFrom: a", b"a: b\n\nx", b"<html>From: x</html>"])
def test_a_text_that_is_no_mail_is_refused(content: bytes) -> None:
    with pytest.raises(UnsupportedFile):
        segments("eml", content)


@pytest.mark.parametrize(
    "content",
    [
        multipart(part("Content-Type: text/plain\nContent-Transfer-Encoding: base64", b"SmFuZSBEb2U")),
        mail("From: a", "X: " + "x" * 1_000_001),
        mail("From: a", "Content-Type: text/plain; a=" + "x" * 5_000),
        multipart(*[b"\nx"] * 30),
    ],
    ids=["base64", "headers", "content header", "parts"],
)
def test_a_mail_that_is_broken_or_too_much_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        segments("eml", content, FileLimits(max_parts=20))


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("=?utf-8?q?J=C3?= =?utf-8?q?=A9?=", "Jé"),
        ("=?utf-8?b?SsOp?=\n =?iso-8859-1?q?_=E9?= x", "Jé é x"),
        ("a =?utf-8?q?b?= c", "a b c"),
        ("=?no-such?q?a=E9?=", "aé"),
        ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
        ("=?utf-8?b?!?=", ""),
        ("=?utf-8*en?q?a?=", "a"),
    ],
)
def test_encoded_words(raw: str, text: str) -> None:
    assert decode_words(raw) == text


def test_the_names_of_this_test_are_hidden_by_it() -> None:
    assert set(HIDDEN) == {"Jane Doe", "jane@example.org", "Lyon"}
