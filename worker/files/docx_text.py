"""Where text stands in the parts of a docx: a paragraph is one text, whatever runs it is made of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from worker.files.xml_nodes import AttributeNode, FieldNode, FixedNode, Node, TailNode, TextNode

#: Local names: the same in both namespaces of OOXML (transitional and strict), in text, drawings and formulas.
_PARAGRAPH: Final = "p"
_TEXT: Final = "t"
#: Deleted in a tracked change, but there for everybody who opens the file.
_DELETED: Final = "delText"
_INSTRUCTIONS: Final = frozenset({"instrText", "delInstrText"})
_FIXED: Final[Mapping[str, FixedNode]] = {
    "tab": FixedNode("\t"),
    "ptab": FixedNode("\t"),
    "br": FixedNode("\n"),
    "cr": FixedNode("\n"),
    "noBreakHyphen": FixedNode("-"),
}
#: Leaves of charts.
_LEAVES: Final = frozenset({"v", "f"})
#: Attributes that hold text: by local name of the element ("": any) the local names of the attributes.
_ATTRIBUTES: Final[Mapping[str, tuple[str, ...]]] = {
    "docPr": ("descr", "title", "name"),
    "cNvPr": ("descr", "title", "name"),
    "hyperlink": ("tooltip",),
    "hlinkClick": ("tooltip",),
    "shape": ("alt", "title", "href"),
    "rect": ("alt", "title", "href"),
    "textpath": ("string",),
    "imagedata": ("title",),
    "alias": ("val",),
    "tag": ("val",),
    "listItem": ("displayText", "value"),
    "docVar": ("name", "val"),
    "default": ("val",),
    "statusText": ("val",),
    "helpText": ("val",),
    "listEntry": ("val",),
    "lvlText": ("val",),
    "tblCaption": ("val",),
    "tblDescription": ("val",),
    "attr": ("val",),
    "bookmarkStart": ("name",),
}


@dataclass(slots=True)
class _Block:
    """What a paragraph collects: each list becomes a text of its own."""

    runs: list[Node] = field(default_factory=list)
    deleted: list[Node] = field(default_factory=list)
    instructions: list[etree._Element] = field(default_factory=list)


def read_texts(root: etree._Element) -> Iterator[tuple[Node, ...]]:
    """Of a part in WordprocessingML or DrawingML: each text as the nodes that it is made of."""
    outside = _Block()
    blocks = [outside]
    opened = [outside]
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        name = local_name(element)
        if name == _PARAGRAPH:
            if event == "start":
                opened.append(_Block())
                blocks.append(opened[-1])
            else:
                opened.pop()
        if event == "start":
            yield from _attributes(name, element)
            if name in _LEAVES and element.text and not _is_number(element):
                yield (TextNode(element),)
            _collect(name, element, opened[-1], is_in_paragraph=len(opened) > 1)
    for block in blocks:
        yield from _texts(block)


def _is_number(element: etree._Element) -> bool:
    """Whether it is a value that a chart draws."""
    point = element.getparent()
    cache = None if point is None else point.getparent()
    return cache is not None and local_name(cache) == "numCache"


def _collect(name: str, element: etree._Element, block: _Block, *, is_in_paragraph: bool) -> None:
    if name == _TEXT:
        block.runs.append(TextNode(element))
    elif name == _DELETED:
        block.deleted.append(TextNode(element))
    elif name in _INSTRUCTIONS:
        block.instructions.append(element)
    elif name == "fldChar" and block.instructions:
        # The next instruction is another field's.
        block.instructions.append(element)
    elif name in _FIXED and is_in_paragraph and not len(element):
        block.runs.append(_FIXED[name])


def _texts(block: _Block) -> Iterator[tuple[Node, ...]]:
    if block.runs:
        yield tuple(block.runs)
    if block.deleted:
        yield tuple(block.deleted)
    together: list[etree._Element] = []
    for element in block.instructions:
        if local_name(element) in _INSTRUCTIONS:
            together.append(element)
        elif together:
            yield (FieldNode(tuple(together)),)
            together = []
    if together:
        yield (FieldNode(tuple(together)),)


def _attributes(name: str, element: etree._Element) -> Iterator[tuple[Node, ...]]:
    if name == "fldSimple":
        wanted: tuple[str, ...] = ("instr",)
    else:
        wanted = _ATTRIBUTES.get(name, ())
    for attribute in element.attrib if wanted else ():
        if etree.QName(str(attribute)).localname in wanted:
            yield (AttributeNode(element, str(attribute)),)


def read_all(root: etree._Element) -> Iterator[tuple[Node, ...]]:
    """Of a part in a vocabulary of somebody's own (customXml, an image in SVG): every text and attribute."""
    for element in root.iter(etree.Element):
        for attribute in element.attrib:
            yield (AttributeNode(element, str(attribute)),)
        if element.text:
            yield (TextNode(element),)
        if element.tail:
            yield (TailNode(element),)


def local_name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]
