"""docx: text of all parts by paragraph; runs, styles and all that is no text stay."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from lxml import etree

from shared.files import FileOptions
from worker.files.docx_metadata import Authors, empty_app, empty_core, empty_custom, trim_settings
from worker.files.docx_package import (
    CONTENT_TYPES,
    check_relationships,
    content_types,
    forget_parts,
    is_chart,
    is_relationships,
    links,
    neutralize_templates,
    parse_xml,
    remove_chart_data,
    remove_copies,
    source_of,
    target_of,
)
from worker.files.docx_text import read_all, read_texts
from worker.files.editing import Edit, spread
from worker.files.failures import unreadable, unsupported
from worker.files.opened_file import FileLimits
from worker.files.source_file import has_words
from worker.files.xml_nodes import LinkNode, Node
from worker.files.zip_package import read_package, write_package

#: By the end of the content type: parts that are looks alone.
_LOOKS: Final = tuple(
    f".{name}+xml"
    for name in ("styles", "stylesWithEffects", "theme", "fontTable", "webSettings", "customXmlProperties")
)
#: Parts that are no XML and stay. A picture is not looked into: docs/files.md says so.
_KEPT_TYPES: Final = (
    "image/",
    "application/x-font",
    "application/vnd.openxmlformats-officedocument.obfuscatedFont",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.printerSettings",
)
_METADATA: Final[Mapping[str, Callable[[etree._Element], bool]]] = {
    "core-properties+xml": empty_core,
    "extended-properties+xml": empty_app,
    "custom-properties+xml": empty_custom,
}
_FREE_XML: Final = ("application/xml", "text/xml", "image/svg+xml")


def open_docx(content: bytes, _: FileOptions, limits: FileLimits) -> "DocxFile":
    """Raises UnsupportedFile for macros, embedded files and what is loaded from outside; UnreadableFile."""
    return DocxFile(content, limits)


class DocxFile:
    """An Editable. What names the author of the file is changed without being asked for."""

    def __init__(self, content: bytes, limits: FileLimits) -> None:
        self._content = content
        self._limits = limits
        self._entries = read_package(content, limits)
        self._types = content_types(self._entries)
        self._authors = Authors()
        #: Parsed parts that have a text, and those that are changed already.
        self._parts: dict[str, etree._ElementTree] = {}
        self._changed: set[str] = set()
        self._removed: set[str] = set()
        self._xml_bytes = 0
        self._places: list[tuple[str, tuple[Node, ...]]] = []
        self._texts: list[str] = []
        # The relationships say which parts go: those are not looked into.
        for name in filter(is_relationships, self._entries):
            self._read_relationships(name)
        for name in self._entries:
            if not is_relationships(name) and name not in self._removed:
                self._read(name)

    @property
    def texts(self) -> Sequence[str]:
        return self._texts

    def write(self, edits: Sequence[Sequence[Edit]]) -> Iterator[bytes]:
        """Once: the edits are done in the parsed parts."""
        changed = set(self._changed)
        for (name, nodes), wanted in zip(self._places, edits, strict=True):
            if not wanted:
                continue
            changed.add(name)
            parts = spread([len(node.read()) for node in nodes], wanted, [node.is_fixed for node in nodes])
            for node, part in zip(nodes, parts, strict=True):
                if part:
                    node.edit(part)
        if not changed and not self._removed:
            yield self._content
            return
        entries = {name: entry for name, entry in self._entries.items() if name not in self._removed}
        yield from write_package(entries, {name: _serialize(self._parts[name]) for name in changed})

    def _read(self, name: str) -> None:
        kind, content = self._types[name], self._entries[name].content
        if name == CONTENT_TYPES:
            tree = self._parse(content)
            self._keep(name, tree, is_changed=forget_parts(tree.getroot(), self._removed))
            return
        if kind.endswith(_LOOKS) or (name.endswith("/") and not content):
            return
        if not kind.endswith(("+xml", "/xml")):
            if not kind.startswith(_KEPT_TYPES):
                raise unsupported("It has a part of a kind that cannot be looked into; remove embedded files")
            return
        tree = self._parse(content)
        root = tree.getroot()
        metadata = next((change for ending, change in _METADATA.items() if kind.endswith(ending)), None)
        if metadata is not None:
            self._keep(name, tree, is_changed=metadata(root))
            return
        # Comments of XML are for nobody who reads the document; the parser left them out.
        is_changed = b"<!--" in content
        is_changed |= self._authors.hide(root)
        is_changed |= trim_settings(root)
        if is_chart(kind):
            is_changed |= remove_chart_data(root)
        self._keep(name, tree, is_changed=is_changed)
        for nodes in read_all(root) if kind in _FREE_XML else read_texts(root):
            self._add(name, nodes)

    def _read_relationships(self, name: str) -> None:
        tree = self._parse(self._entries[name].content)
        root = tree.getroot()
        copies = remove_copies(root, of_chart=is_chart(self._types.get(source_of(name), "")))
        check_relationships(root)
        is_changed = neutralize_templates(root) or bool(copies)
        self._removed |= {target_of(name, target) for target in copies}
        self._keep(name, tree, is_changed=is_changed)
        for link in links(root):
            self._add(name, (LinkNode(link, "Target"),))

    def _parse(self, content: bytes) -> etree._ElementTree:
        self._xml_bytes += len(content)
        if self._xml_bytes > self._limits.max_xml_bytes:
            raise unreadable(f"Its parts have more than {self._limits.max_xml_bytes} bytes of XML")
        return parse_xml(content)

    def _keep(self, name: str, tree: etree._ElementTree, *, is_changed: bool) -> None:
        self._parts[name] = tree
        if is_changed:
            self._changed.add(name)

    def _add(self, name: str, nodes: tuple[Node, ...]) -> None:
        text = "".join(node.read() for node in nodes)
        if not has_words(text):
            return
        if len(self._texts) >= self._limits.max_texts:
            raise unreadable(f"It has more than {self._limits.max_texts} texts; cut it")
        self._places.append((name, nodes))
        self._texts.append(text)


def _serialize(tree: etree._ElementTree) -> bytes:
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
