"""docx: a paragraph is one text over its runs; looks stay; names of authors go; unsafe files are refused."""

import io
import struct
import zipfile

import pytest
from lxml import etree

from shared.errors import UnreadableFile, UnsupportedFile
from tests.unit.docx_making import (
    MAIN_TYPE,
    WORD,
    W,
    content_types,
    document,
    docx,
    entries,
    pack,
    paragraph,
    relationships,
)
from tests.unit.rebuilding import failed, rebuild, segments, unchanged
from worker.files.opened_file import FileLimits

MAIN = "word/document.xml"


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def texts_of(part: bytes) -> list[str]:
    return ["".join(map(str, p.itertext("{*}t", "{*}delText"))) for p in etree.fromstring(part).iter("{*}p")]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (paragraph("Jane Doe here"), ["<PERSON> here"]),
        (paragraph("Ja", "ne D", "oe here"), ["<PERSON> here"]),
        (paragraph("Hi Ja", "ne Doe", "Lyon"), ["Hi <PERSON><LOCATION>"]),
        (paragraph("Jane") + paragraph("Doe"), ["Jane", "Doe"]),
        ("<w:tbl><w:tr><w:tc>" + paragraph("Jane Doe") + "</w:tc></w:tr></w:tbl>", ["<PERSON>"]),
        ("<w:p>" + run("Jane Doe") + "<w:r><w:tab/><w:br/></w:r>" + run("x") + "</w:p>", ["<PERSON>x"]),
        ("<w:p>" + run("Jane Doe &amp; &lt;co&gt; é") + "</w:p>", ["<PERSON> & <co> é"]),
        ("<w:p><w:del><w:r><w:delText>Jane Doe</w:delText></w:r></w:del>" + run("x") + "</w:p>", ["<PERSON>x"]),
        ("<w:p><w:hyperlink>" + run("Jane") + "</w:hyperlink>" + run(" Doe") + "</w:p>", ["<PERSON>"]),
        (
            "<w:p>" + run("a") + "<w:r><w:txbxContent>" + paragraph("Jane Doe") + "</w:txbxContent></w:r></w:p>",
            ["a<PERSON>", "<PERSON>"],
        ),
        ("<w:sdt><w:sdtContent>" + paragraph("Jane Doe") + "</w:sdtContent></w:sdt>", ["<PERSON>"]),
    ],
)
def test_a_paragraph_is_one_text(body: str, expected: list[str]) -> None:
    after = entries(rebuild("docx", docx(body)))
    assert texts_of(after[MAIN]) == expected


def test_tabs_and_breaks_are_blanks_of_the_text() -> None:
    body = "<w:p>" + run("a") + "<w:r><w:tab/><w:t>b</w:t><w:br/><w:noBreakHyphen/></w:r>" + run("c") + "</w:p>"
    assert segments("docx", docx(body)) == ["a\tb\n-c"]


def test_all_that_is_no_text_stays() -> None:
    picture = b"\x89PNG\r\n\x1a\nrest"
    styles = (f"{WORD}.styles+xml", b"<?xml version='1.0'?><styles/>")
    content = docx(paragraph("Ja", "ne Doe"), {"word/styles.xml": styles}, others={"word/media/image1.png": picture})
    before, after = entries(content), entries(rebuild("docx", content))
    assert list(before) == list(after)
    assert {name for name in before if before[name] != after[name]} == {MAIN}
    first, second = etree.fromstring(after[MAIN]).iter("{*}r")
    assert ["".join(map(str, run.itertext())) for run in (first, second)] == ["<PERSON>", ""]
    assert all(len(list(run.iter("{*}b"))) == 1 for run in (first, second))


def test_blanks_at_the_ends_of_a_changed_run_stay() -> None:
    after = entries(rebuild("docx", docx("<w:p>" + run("Jane Doe ") + run("x") + "</w:p>")))
    assert b'<w:t xml:space="preserve">&lt;PERSON&gt; </w:t>' in after[MAIN]


def test_without_edits_the_file_is_the_same() -> None:
    content = docx(paragraph("Ja", "ne Doe"))
    assert unchanged("docx", content) == content


def test_a_paragraph_that_failed_is_not_given_back() -> None:
    after = entries(failed("docx", docx(paragraph("Ja", "ne") + paragraph("Bob")), [0]))
    assert texts_of(after[MAIN]) == ["<FAILED>", "Bob"]


def test_a_character_that_xml_cannot_have_is_replaced() -> None:
    after = entries(rebuild("docx", docx(paragraph("Jane Doe")), {"Jane Doe": "a\x01\x0bb"}))
    assert texts_of(after[MAIN]) == ["a\ufffd\ufffdb"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("header1", "header"),
        ("footer2", "footer"),
        ("footnotes", "footnotes"),
        ("endnotes", "endnotes"),
        ("comments", "comments"),
        ("glossary/document", "document.glossary"),
    ],
)
def test_text_stands_in_many_parts(name: str, kind: str) -> None:
    part = document(paragraph("Jane Doe"))
    content = docx(paragraph("x"), {f"word/{name}.xml": (f"{WORD}.{kind}+xml", part)})
    assert segments("docx", content) == ["x", "Jane Doe"]
    assert texts_of(entries(rebuild("docx", content))[f"word/{name}.xml"]) == ["<PERSON>"]


@pytest.mark.parametrize(
    ("body", "hidden"),
    [
        ('<w:p><w:drawing><wp:docPr xmlns:wp="x" id="1" name="Lyon.jpg" descr="Jane Doe"/></w:drawing></w:p>', True),
        ('<w:p><w:hyperlink w:tooltip="Jane Doe"/></w:p>', True),
        ("<w:p><w:fldSimple w:instr=' HYPERLINK \"mailto:jane@example.org\" '/></w:p>", True),
        ('<w:sdt><w:sdtPr><w:alias w:val="Jane Doe"/><w:tag w:val="Lyon"/></w:sdtPr></w:sdt>', True),
        ('<w:p><w:r><w:pict><v:shape xmlns:v="y" alt="Jane Doe"/></w:pict></w:r></w:p>', True),
        ('<w:p><w:r><w:pict><v:textpath xmlns:v="y" string="Jane Doe"/></w:pict></w:r></w:p>', True),
        ('<w:p><w:pPr><w:pStyle w:val="Lyon"/></w:pPr></w:p>', False),
    ],
)
def test_attributes_that_hold_text(body: str, hidden: bool) -> None:
    after = entries(rebuild("docx", docx(body)))[MAIN].decode()
    assert any(name in after for name in ("Jane Doe", "Lyon", "jane@example.org")) is not hidden


def test_a_field_is_hidden_within_its_quotes() -> None:
    pieces = [" HYPERLINK ", '"mailto:jane', '@example.org" \\o "Jane Doe"', ' \\@ "Lyon" ']
    runs = "".join(f"<w:r><w:instrText>{piece.replace(chr(34), '&quot;')}</w:instrText></w:r>" for piece in pieces)
    content = docx(f"<w:p>{runs}</w:p>")
    assert segments("docx", content) == ["mailto:jane@example.org\nJane Doe"]
    after = "".join(map(str, etree.fromstring(entries(rebuild("docx", content))[MAIN]).itertext()))
    assert after == ' HYPERLINK "mailto:<EMAIL_ADDRESS>" \\o "<PERSON>" \\@ "Lyon" '


def test_links_that_name_somebody_lead_nowhere() -> None:
    rows = relationships(
        ("hyperlink", "mailto:jane@example.org", True),
        ("hyperlink", "https://example.org/", True),
        ("styles", "styles.xml", False),
    )
    content = docx(paragraph("x"), others={"word/_rels/document.xml.rels": rows})
    after = etree.fromstring(entries(rebuild("docx", content))["word/_rels/document.xml.rels"])
    assert [each.get("Target") for each in after] == ["about:blank", "https://example.org/", "styles.xml"]


def test_a_template_of_somebody_is_words_own() -> None:
    rows = relationships(("attachedTemplate", "file:///C:/Users/jane/a.dotm", True))
    content = docx(paragraph("x"), others={"word/_rels/settings.xml.rels": rows})
    assert b"jane" not in entries(unchanged("docx", content))["word/_rels/settings.xml.rels"]


_CORE = (
    b'<?xml version="1.0"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    b'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
    b"<dc:title>Jane Doe</dc:title><dc:creator>Jane Doe</dc:creator><cp:lastModifiedBy>Jane Doe</cp:lastModifiedBy>"
    b"<dcterms:created>2024-01-01T00:00:00Z</dcterms:created></cp:coreProperties>"
)
_APP = b"<Properties><Company>Jane Doe</Company><Pages>1</Pages><TitlesOfParts>Jane Doe</TitlesOfParts></Properties>"
_CUSTOM = b"<Properties><property name='a'>Jane Doe</property></Properties>"
_PACKAGE = "application/vnd.openxmlformats-package"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_PEOPLE = (
    b'<w15:people xmlns:w15="z"><w15:person w15:author="Jane Doe"><w15:presenceInfo w15:providerId="AD"'
    b' w15:userId="Jane Doe"/></w15:person></w15:people>'
)


@pytest.mark.parametrize(
    ("name", "kind", "part", "kept"),
    [
        ("docProps/core.xml", f"{_PACKAGE}.core-properties+xml", _CORE, b"2024-01-01"),
        ("docProps/app.xml", f"{_OFFICE}.extended-properties+xml", _APP, b"<Pages>1</Pages>"),
        ("docProps/custom.xml", f"{_OFFICE}.custom-properties+xml", _CUSTOM, b"<Properties"),
        ("word/people.xml", f"{WORD}.people+xml", _PEOPLE, b"Author 1"),
        ("word/settings.xml", f"{WORD}.settings+xml", b'<s xmlns="w"><mailMerge>Jane Doe</mailMerge></s>', b"<s"),
    ],
)
def test_properties_that_name_somebody_are_emptied_unasked(name: str, kind: str, part: bytes, kept: bytes) -> None:
    after = entries(unchanged("docx", docx(paragraph("x"), {name: (kind, part)})))[name]
    assert b"Jane" not in after
    assert kept in after


def test_authors_get_numbers_and_can_be_told_apart() -> None:
    inserted = "".join(
        f'<w:ins w:id="1" w:author="{author}" w:date="2024-01-01T00:00:00Z">{run("x")}</w:ins>'
        for author in ("Jane Doe", "Bob", "Jane Doe")
    )
    comments = document(f'<w:comment w:author="Bob" w:initials="B">{paragraph("y")}</w:comment>')
    content = docx(f"<w:p>{inserted}</w:p>", {"word/comments.xml": (f"{WORD}.comments+xml", comments)})
    after = entries(unchanged("docx", content))
    found = [each.get(f"{{{W}}}author") for each in etree.fromstring(after[MAIN]).iter("{*}ins")]
    assert found == ["Author 1", "Author 2", "Author 1"]
    assert b'w:author="Author 2" w:initials="A2"' in after["word/comments.xml"]
    again = docx(paragraph("x"))
    assert unchanged("docx", again) == again


def test_the_picture_of_the_first_page_goes() -> None:
    content = pack(
        {
            "[Content_Types].xml": content_types({}),
            "_rels/.rels": relationships(
                ("officeDocument", "word/document.xml", False), ("metadata/thumbnail", "docProps/thumbnail.jpeg", False)
            ),
            MAIN: document(paragraph("x")),
            "docProps/thumbnail.jpeg": b"\xff\xd8\xff",
        }
    )
    after = entries(unchanged("docx", content))
    assert "docProps/thumbnail.jpeg" not in after
    assert b"thumbnail" not in after["_rels/.rels"]


def test_the_workbook_behind_a_chart_goes_and_the_chart_stays() -> None:
    chart = (
        b'<c:chartSpace xmlns:c="c" xmlns:r="r"><c:tx><c:strCache><c:pt><c:v>Jane Doe</c:v></c:pt></c:strCache></c:tx>'
        b'<c:val><c:numCache><c:pt><c:v>7</c:v></c:pt></c:numCache></c:val><c:externalData r:id="r0"/></c:chartSpace>'
    )
    workbook = "word/embeddings/a.xlsx"
    content = docx(
        paragraph("x"),
        {
            "word/charts/chart1.xml": (f"{_OFFICE}.drawingml.chart+xml", chart),
            workbook: (f"{_OFFICE}.spreadsheetml.sheet", b"PK Jane Doe"),
        },
        others={"word/charts/_rels/chart1.xml.rels": relationships(("package", "../embeddings/a.xlsx", False))},
    )
    assert segments("docx", content) == ["x", "Jane Doe"]
    after = entries(rebuild("docx", content))
    assert workbook not in after
    assert b"xlsx" not in b"".join(after.values())
    assert b"externalData" not in after["word/charts/chart1.xml"]
    assert b"<c:v>&lt;PERSON&gt;</c:v>" in after["word/charts/chart1.xml"]


def test_data_behind_the_controls_is_hidden_too() -> None:
    """Word fills bound controls from customXml when it opens the file."""
    item = b'<r who="Jane Doe"><a>Lyon</a>Jane Doe</r>'
    after = entries(rebuild("docx", docx(paragraph("x"), others={"customXml/item1.xml": item})))
    assert after["customXml/item1.xml"].endswith(b'<r who="&lt;PERSON&gt;"><a>&lt;LOCATION&gt;</a>&lt;PERSON&gt;</r>')


def test_comments_of_the_xml_go() -> None:
    content = docx("<!-- Jane Doe -->" + paragraph("x"))
    assert b"Jane" not in entries(unchanged("docx", content))[MAIN]


def with_relationship(kind: str, target: str, is_external: bool) -> bytes:
    rows = relationships((kind, target, is_external))
    return docx(paragraph("x"), others={"word/_rels/document.xml.rels": rows})


@pytest.mark.parametrize(
    "content",
    [
        docx("", main_type="application/vnd.ms-word.document.macroEnabled.main+xml"),
        docx("", main_type=f"{WORD}.template.main+xml"),
        docx("", main_type=f"{_OFFICE}.spreadsheetml.sheet.main+xml"),
        docx("", {"word/vbaProject.bin": ("application/vnd.ms-office.vbaProject", b"x")}),
        docx("", {"word/activeX/a.bin": ("application/vnd.ms-office.activeX", b"x")}),
        docx("", {"word/embeddings/a.bin": (f"{_OFFICE}.oleObject", b"x")}),
        docx("", {"word/embeddings/a.xlsx": (f"{_OFFICE}.spreadsheetml.sheet", b"x")}),
        docx("", others={"word/afchunk.rtf": b"x"}),
        pack({"a.txt": b"x"}),
        pack({"[Content_Types].xml": content_types({}, "text/plain"), MAIN: document("")}),
        with_relationship("image", "https://example.org/a.png", True),
        with_relationship("oleObject", "file:///a", True),
        with_relationship("vbaProject", "vbaProject.bin", False),
        with_relationship("package", "embeddings/a.xlsx", False),
        with_relationship("aFChunk", "a.html", False),
        with_relationship("frame", "https://example.org/", True),
        with_relationship("subDocument", "b.docx", True),
        with_relationship("digital-signature/origin", "o", False),
    ],
)
def test_what_runs_loads_or_cannot_be_looked_into_is_refused(content: bytes) -> None:
    with pytest.raises(UnsupportedFile):
        segments("docx", content)


_ENTITY = b'<!DOCTYPE d [<!ENTITY a "Jane Doe">]>'
_OUTSIDE = b'<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
_LAUGHS = b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "' + b"&a;" * 50 + b'"><!ENTITY c "' + b"&b;" * 50 + b'">]>'


def with_main(part: bytes) -> bytes:
    return pack({"[Content_Types].xml": content_types({}), MAIN: part})


@pytest.mark.parametrize(
    "part",
    [
        b"",
        b"<w:document>",
        document("")[:-5],
        b"<a/><b/>",
        _ENTITY + b"<d>&a;</d>",
        _OUTSIDE + b"<d>&a;</d>",
        _LAUGHS + b"<d>&c;</d>",
        b'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd"><d/>',
        b"<a>" * 5_000,
        b"<a>" * 5_000 + b"</a>" * 5_000,
        b'<?xml version="1.0" encoding="no-such"?><a/>',
        b"<a>\xff</a>",
    ],
)
def test_parts_that_are_no_plain_xml_are_refused(part: bytes) -> None:
    with pytest.raises(UnreadableFile):
        segments("docx", with_main(part))


@pytest.mark.parametrize("name", ["../a.xml", "/a.xml", "word/../../a.xml", "C:\\a.xml", "word\\a.xml", "C:/a.xml"])
def test_a_name_that_leads_out_is_refused(name: str) -> None:
    with pytest.raises(UnreadableFile):
        segments("docx", docx("", others={name: b"x"}))


def test_a_name_that_occurs_twice_is_refused() -> None:
    with pytest.raises(UnreadableFile):
        segments("docx", docx("", others={"WORD/document.xml": document(paragraph("Jane Doe"))}))


def patched(content: bytes, offset_from_entry: int, value: bytes) -> bytes:
    """The first entry's row of the central directory with other bytes."""
    at = content.index(b"PK\x01\x02") + offset_from_entry
    return content[:at] + value + content[at + len(value) :]


_DOCX = docx(paragraph("Jane Doe"))


@pytest.mark.parametrize(
    "content",
    [
        patched(_DOCX, 8, struct.pack("<H", 1)),
        patched(_DOCX, 10, struct.pack("<H", 12)),
        patched(_DOCX, 10, struct.pack("<H", 99)),
        patched(_DOCX, 16, b"\x00" * 4),
        patched(_DOCX, 42, b"\xff\xff\xff\x7f"),
        _DOCX[:-10],
        _DOCX[: len(_DOCX) // 2],
        b"PK\x03\x04",
        docx("", others={"word/a.png": b"\x00" * 6_000_000}),
        docx("", others={f"word/{number}.png": b"\x00" * 900_000 for number in range(20)}),
        docx("", others={f"word/{number}.png": b"" for number in range(3_000)}),
    ],
    ids="encrypted method unknown sum offset cut half head bomb bombs entries".split(),
)
def test_a_zip_that_is_broken_or_a_bomb_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        segments("docx", content, FileLimits(max_unpacked_bytes=10_000_000))


def test_sizes_in_the_directory_are_not_believed() -> None:
    """A bomb that says that it is small: the entry is as long as what comes out, or the sum is wrong."""
    bomb = docx("", others={"word/a.png": b"\x00" * 5_000_000})
    entry = bomb.rindex(b"PK\x01\x02")
    lying = bomb[: entry + 24] + struct.pack("<I", 10) + bomb[entry + 28 :]
    with pytest.raises(UnreadableFile):
        segments("docx", lying, FileLimits(max_unpacked_bytes=1_000_000))


def test_what_a_zip_says_beside_its_entries_goes() -> None:
    output = io.BytesIO(_DOCX)
    with zipfile.ZipFile(output, "a") as package:
        package.comment = b"Jane Doe"
    assert b"Jane" not in rebuild("docx", output.getvalue())


def test_a_stored_entry_stays_stored() -> None:
    parts = {"[Content_Types].xml": content_types({}), MAIN: document(paragraph("Jane Doe"))}
    after = rebuild("docx", pack(parts, zipfile.ZIP_STORED))
    with zipfile.ZipFile(io.BytesIO(after)) as package:
        assert {info.compress_type for info in package.infolist()} == {zipfile.ZIP_STORED}
        assert package.infolist()[0].date_time == (2024, 1, 2, 3, 4, 6)


def test_the_type_of_the_document_is_what_counts() -> None:
    assert segments("docx", docx(paragraph("A"), main_type=MAIN_TYPE)) == ["A"]
