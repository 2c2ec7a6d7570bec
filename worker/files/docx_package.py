"""Which docx is refused, and which of its parts hold what: by content types and relationships, never by guess."""

import posixpath
from collections.abc import Collection, Mapping
from typing import Final

from lxml import etree

from worker.files.failures import unreadable, unsupported
from worker.files.zip_package import Entry

CONTENT_TYPES: Final = "[Content_Types].xml"
_MAIN_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
#: Endings of relationship types whose target is a file in the file, a program, or something that we cannot look into.
_REFUSED_RELATIONSHIPS: Final[Mapping[str, str]] = {
    "/vbaProject": "It has macros",
    "/wordVbaData": "It has macros",
    "/control": "It has ActiveX controls",
    "/activeXControlBinary": "It has ActiveX controls",
    "/oleObject": "It has embedded objects, whose text would stay; remove them",
    "/package": "It has embedded files, whose text would stay; remove them",
    "/aFChunk": "It has embedded files in another format, whose text would stay; remove them",
    "/subDocument": "It has subdocuments; join them first",
    "/digital-signature/origin": "It is signed; remove the signature, which no change survives",
    "/ui/extensibility": "It has programs for Word's ribbon",
    "/webextensiontaskpanes": "It has add-ins",
}
_EXTERNAL_ALLOWED: Final = "/hyperlink"
_EXTERNAL_TEMPLATE: Final = "/attachedTemplate"
_NEUTRAL_TEMPLATE: Final = "Normal.dotm"
#: A picture of the first page as it was.
_THUMBNAIL: Final = "/thumbnail"
#: The workbook that a chart was drawn from; the chart has what it shows.
_CHART_DATA: Final = ("/package", "/oleObject")
_CHART_TYPES: Final = (".chart+xml", ".chartex+xml")
NEUTRAL_LINK: Final = "about:blank"
_REFUSED_CONTENT: Final = ("macroenabled", "vbaproject", "activex", "oleobject")


def parse_xml(content: bytes) -> etree._ElementTree:
    """Raises UnreadableFile for what is not well-formed, or has a document type: entities come with it."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise unreadable("One of its parts is not well-formed XML") from None
    tree = root.getroottree()
    if tree.docinfo.internalDTD is not None or tree.docinfo.doctype:
        raise unreadable("One of its parts has a document type, which docx does not allow")
    return tree


def content_types(entries: Mapping[str, Entry]) -> dict[str, str]:
    """The content type of each entry. Raises UnsupportedFile for what is no plain Word document."""
    if CONTENT_TYPES not in entries:
        raise unsupported("It is a zip, and no docx")
    defaults: dict[str, str] = {}
    overrides: dict[str, str] = {}
    for element in parse_xml(entries[CONTENT_TYPES].content).getroot():
        content_type = element.get("ContentType", "")
        if any(word in content_type.lower() for word in _REFUSED_CONTENT):
            raise unsupported("It has macros, ActiveX controls or embedded objects; remove them")
        if element.get("PartName"):
            overrides[element.get("PartName", "").lstrip("/").lower()] = content_type
        elif element.get("Extension"):
            defaults[element.get("Extension", "").lower()] = content_type
    if _MAIN_TYPE not in overrides.values():
        raise unsupported("It is an Office file, and no Word document (docx)")
    return {name: overrides.get(name.lower(), defaults.get(name.rpartition(".")[2].lower(), "")) for name in entries}


def check_relationships(root: etree._Element) -> None:
    """Of one .rels part. Raises UnsupportedFile."""
    for element in root:
        kind = element.get("Type", "")
        for ending, reason in _REFUSED_RELATIONSHIPS.items():
            if kind.endswith(ending):
                raise unsupported(reason)
        if _is_external(element) and not kind.endswith((_EXTERNAL_ALLOWED, _EXTERNAL_TEMPLATE)):
            raise unsupported("It loads something from outside (an image, data, another document); remove that")


def links(root: etree._Element) -> list[etree._Element]:
    """The relationships of a .rels part that lead outside by a click."""
    return [each for each in root if _is_external(each) and each.get("Type", "").endswith(_EXTERNAL_ALLOWED)]


def neutralize_templates(root: etree._Element) -> bool:
    """Point attached templates to Word's own: their path names people, and Word would load them from there."""
    found = False
    for element in root:
        is_template = element.get("Type", "").endswith(_EXTERNAL_TEMPLATE)
        if is_template and element.get("Target") != _NEUTRAL_TEMPLATE:
            element.set("Target", _NEUTRAL_TEMPLATE)
            found = True
    return found


def remove_copies(root: etree._Element, *, of_chart: bool) -> list[str]:
    """Take out what repeats the document: the targets of the relationships that were removed."""
    kinds = (_THUMBNAIL, *_CHART_DATA) if of_chart else (_THUMBNAIL,)
    found = [each for each in root if each.get("Type", "").endswith(kinds) and not _is_external(each)]
    for element in found:
        root.remove(element)
    return [element.get("Target", "") for element in found]


def remove_chart_data(root: etree._Element) -> bool:
    """A chart's link to its workbook."""
    found = [each for each in root.iter("{*}externalData") if each.getparent() is not None]
    for element in found:
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    return bool(found)


def forget_parts(root: etree._Element, names: Collection[str]) -> bool:
    """Take parts that are removed out of the content types."""
    found = [each for each in root if each.get("PartName", "").lstrip("/") in names]
    for element in found:
        root.remove(element)
    return bool(found)


def is_chart(content_type: str) -> bool:
    return content_type.endswith(_CHART_TYPES)


def source_of(relationships_name: str) -> str:
    """The part that a .rels part is about."""
    folder, name = posixpath.split(relationships_name)
    return posixpath.join(posixpath.dirname(folder), name.removesuffix(".rels"))


def target_of(relationships_name: str, target: str) -> str:
    """The name of the entry that a relationship leads to."""
    folder = posixpath.dirname(posixpath.dirname(relationships_name))
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _is_external(element: etree._Element) -> bool:
    return element.get("TargetMode", "").lower() == "external"


def is_relationships(name: str) -> bool:
    return posixpath.dirname(name).endswith("_rels") and name.endswith(".rels")
