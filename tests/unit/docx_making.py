"""Small docx files for the tests, part by part."""

import io
import zipfile
from collections.abc import Mapping

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
MAIN_TYPE = f"{WORD}.document.main+xml"


def document(body: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:document xmlns:w="{W}" xmlns:r="{R}">'
        f"<w:body>{body}</w:body></w:document>"
    ).encode()


def paragraph(*runs: str) -> str:
    return "<w:p>" + "".join(f"<w:r><w:rPr><w:b/></w:rPr><w:t>{run}</w:t></w:r>" for run in runs) + "</w:p>"


def relationships(*rows: tuple[str, str, bool]) -> bytes:
    """Rows of type (the last word of it), target, whether it is outside."""
    found = "".join(
        f'<Relationship Id="r{number}" Type="{R}/{kind}" Target="{target}"'
        + (' TargetMode="External"/>' if is_external else "/>")
        for number, (kind, target, is_external) in enumerate(rows)
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{RELATIONSHIPS}">{found}</Relationships>'.encode()


def content_types(overrides: Mapping[str, str], main_type: str = MAIN_TYPE) -> bytes:
    rows = {"/word/document.xml": main_type, **overrides}
    found = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in rows.items())
    defaults = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        '<Default Extension="jpeg" ContentType="image/jpeg"/>'
    )
    return f'<?xml version="1.0"?><Types xmlns="{TYPES}">{defaults}{found}</Types>'.encode()


def pack(entries: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", method) as package:
        for name, content in entries.items():
            package.writestr(zipfile.ZipInfo(name, (2024, 1, 2, 3, 4, 6)), content, method)
    return output.getvalue()


def docx(
    body: str,
    parts: Mapping[str, tuple[str, bytes]] | None = None,
    *,
    main_type: str = MAIN_TYPE,
    others: Mapping[str, bytes] | None = None,
) -> bytes:
    """`parts`: by name, content type and content; `others`: entries as they are."""
    parts = parts or {}
    overrides = {f"/{name}": kind for name, (kind, _) in parts.items()}
    return pack(
        {
            "[Content_Types].xml": content_types(overrides, main_type),
            "_rels/.rels": relationships(("officeDocument", "word/document.xml", False)),
            "word/document.xml": document(body),
            **{name: content for name, (_, content) in parts.items()},
            **(others or {}),
        }
    )


def entries(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}
