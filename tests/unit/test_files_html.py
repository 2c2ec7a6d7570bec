"""html: text by blocks over inline tags, attributes and comments that hold text; tags and scripts stay."""

import pytest

from shared.errors import UnsupportedFile
from tests.unit.rebuilding import rebuild, segments, unchanged
from worker.files.html_tokens import TokenKind, read_tokens


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<p>Jane Doe</p>", "<p>&lt;PERSON&gt;</p>"),
        ("<p>Ja<b>ne D</b>oe, hi</p>", "<p>&lt;PERSON&gt;<b></b>, hi</p>"),
        ("<p><a href='x'>Jane</a> <i>Doe</i>!</p>", "<p><a href='x'>&lt;PERSON&gt;</a><i></i>!</p>"),
        ("<p>Jane\n\t  Doe &eacute;&#233;\n</p>", "<p>&lt;PERSON&gt; &eacute;&#233;\n</p>"),
        ("<p>J&#97;ne Doe&nbsp;x</p>", "<p>&lt;PERSON&gt;&nbsp;x</p>"),
        ("<td>Jane</td><td>Doe</td>", "<td>Jane</td><td>Doe</td>"),
        ("Jane<br>Doe", "Jane<br>Doe"),
        ("Ja<!-- x -->ne Doe", "&lt;PERSON&gt;<!-- x -->"),
        ("<pre>Jane Doe\n  x</pre>", "<pre>&lt;PERSON&gt;\n  x</pre>"),
        ("<title>Jane Doe</title>", "<title>&lt;PERSON&gt;</title>"),
        ("<textarea><b>Jane Doe</b></textarea>", "<textarea><b>&lt;PERSON&gt;</b></textarea>"),
        ("<P>Jane Doe<P>x", "<P>&lt;PERSON&gt;<P>x"),
        ("a < b, Jane Doe & co > c", "a < b, &lt;PERSON&gt; & co > c"),
        ("<noscript>Jane Doe</noscript>", "<noscript>&lt;PERSON&gt;</noscript>"),
    ],
)
def test_a_block_is_one_text(content: str, expected: str) -> None:
    assert rebuild("html", content.encode()) == expected.encode()
    assert unchanged("html", content.encode()) == content.encode()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('<img alt="Jane Doe">', '<img alt="&lt;PERSON&gt;">'),
        ("<a TITLE='Jane Doe' x>", "<a TITLE='&lt;PERSON&gt;' x>"),
        ("<img alt=Lyon>", "<img alt=&#60;LOCATION&#62;>"),
        (
            '<input placeholder="Jane Doe" value="Lyon">',
            '<input placeholder="&lt;PERSON&gt;" value="&lt;LOCATION&gt;">',
        ),
        ('<li value="Lyon">', '<li value="Lyon">'),
        ('<meta name="author" content="Jane Doe">', '<meta name="author" content="&lt;PERSON&gt;">'),
        ('<meta property="og:title" content="Lyon">', '<meta property="og:title" content="&lt;LOCATION&gt;">'),
        ('<meta name=viewport content="Lyon">', '<meta name=viewport content="Lyon">'),
        ('<meta http-equiv=refresh content="Lyon">', '<meta http-equiv=refresh content="Lyon">'),
        ('<p data-name="Jane Doe" class="Lyon">', '<p data-name="&lt;PERSON&gt;" class="Lyon">'),
        ('<a href="mailto:jane@example.org">', '<a href="mailto:&lt;EMAIL_ADDRESS&gt;">'),
        ('<a href="/x?to=jane@example.org">', '<a href="/x?to=&lt;EMAIL_ADDRESS&gt;">'),
        ('<a href="/Lyon">', '<a href="/Lyon">'),
        ('<a href="https://example.org/Lyon">', '<a href="https://example.org/&lt;LOCATION&gt;">'),
        ('<img src="https://example.org/Lyon">', '<img src="https://example.org/Lyon">'),
        ("<!-- Jane Doe -->", "<!-- &lt;PERSON&gt; -->"),
        ("<![CDATA[Jane Doe]]>", "<![CDATA[&lt;PERSON&gt;]]>"),
        ("<?php Lyon ?>", "<?php &lt;LOCATION&gt; ?>"),
        ("<script>x = 'Jane Doe'</script>", "<script>x = 'Jane Doe'</script>"),
        ("<style>/* Jane Doe */</style>", "<style>/* Jane Doe */</style>"),
        (
            '<script type="application/ld+json">{"name": "Jane Doe"}</script>',
            r'<script type="application/ld+json">{"name": "\u003cPERSON>"}</script>',
        ),
        (
            "<script type=application/json>Jane Doe</script>",
            "<script type=application/json>&lt;PERSON&gt;</script>",
        ),
    ],
)
def test_attributes_and_comments(content: str, expected: str) -> None:
    assert rebuild("html", content.encode()) == expected.encode()


@pytest.mark.parametrize(
    "content",
    [
        '<p title="Jane Doe',
        "<p title='Jane Doe>",
        "<p Jane Doe",
        "<!-- Jane Doe",
        "<!doctype Jane Doe",
        "</p Jane Doe",
        "<a b='>Jane Doe",
        "<p x='1' y=\"Jane Doe</p>",
    ],
)
def test_text_does_not_hide_in_a_tag_that_never_ends(content: str) -> None:
    assert b"Jane" not in rebuild("html", content.encode())
    assert unchanged("html", content.encode()) == content.encode()


@pytest.mark.parametrize(
    ("new", "written"),
    [
        ("<b>", "&lt;b&gt;"),
        ("a & b", "a &amp; b"),
        ("</p><script>", "&lt;/p&gt;&lt;script&gt;"),
        ('"', '"'),
        ("", ""),
    ],
)
def test_a_new_text_is_never_markup(new: str, written: str) -> None:
    assert rebuild("html", b"<p>Jane Doe</p>", {"Jane Doe": new}) == f"<p>{written}</p>".encode()


@pytest.mark.parametrize("quote", ["", "'", '"'])
@pytest.mark.parametrize("new", ["a b", "\" onload='x", "' x=\"", ">", "a=b", "`"])
def test_a_new_value_never_ends_its_attribute(quote: str, new: str) -> None:
    after = rebuild("html", f"<img alt={quote}Lyon{quote}>".encode(), {"Lyon": new}).decode()
    (token,) = read_tokens(after)
    (attribute,) = token.attributes
    assert (token.kind, attribute.name) == (TokenKind.START_TAG, "alt")
    assert segments("html", after.encode()) in ([new], [])


def test_a_new_text_never_ends_its_comment() -> None:
    after = rebuild("html", b"<!-- Lyon -->x", {"Lyon": "--> <b>y</b>"}).decode()
    assert [token.kind for token in read_tokens(after)] == [TokenKind.COMMENT, TokenKind.TEXT]


@pytest.mark.parametrize(
    ("head", "charset"),
    [
        ('<meta charset="iso-8859-7">', "iso8859-7"),
        ("<meta http-equiv=Content-Type content='text/html; charset=windows-1253'>", "cp1253"),
        ('<?xml version="1.0" encoding="ISO-8859-7"?>', "iso8859-7"),
        ('<meta charset="utf-8">', "utf-8"),
        ('<meta charset="no-such">', "utf-8"),
        ('<meta charset="iso-8859-1">', "utf-8"),
        ("<meta charset=big5>", "utf-8"),
    ],
)
def test_the_page_says_its_charset(head: str, charset: str) -> None:
    content = (head + "<p>Jane Doe ΩΨ</p>").encode(charset)
    if charset != "utf-8":
        assert segments("html", content)[-1] == "Jane Doe ΩΨ"
    assert unchanged("html", content) == content


def test_a_letter_that_the_charset_does_not_have_is_a_reference() -> None:
    content = '<meta charset="windows-1252"><p>é Jane Doe</p>'.encode("cp1252")
    after = rebuild("html", content, {"Jane Doe": "Ж"})
    assert after.endswith("<p>é &#1046;</p>".encode("cp1252"))


@pytest.mark.parametrize("charset", ["utf-7", "hz", "iso-2022-kr"])
def test_a_charset_that_hides_text_is_refused(charset: str) -> None:
    with pytest.raises(UnsupportedFile):
        segments("html", f'<meta charset="{charset}"><p>+AEo-ane</p>'.encode())


def test_every_character_is_in_one_token() -> None:
    source = "a<p x=1>b<!--c--><br/></p><?d?><!DOCTYPE e><script>f</script><title>g</title>h<i"
    kinds = [token.kind.name for token in read_tokens(source)]
    assert (
        kinds
        == (
            "TEXT START_TAG TEXT COMMENT START_TAG END_TAG COMMENT DECLARATION START_TAG RAW END_TAG"
            " START_TAG TEXT END_TAG TEXT"
        ).split()
    )
