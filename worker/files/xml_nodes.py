"""Texts in a parsed XML part: where each stands, and how new text is put there."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from worker.files.docx_package import NEUTRAL_LINK
from worker.files.editing import Edit, apply, spread

#: What XML 1.0 has no way to write.
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACE_ATTRIBUTE: Final = "{http://www.w3.org/XML/1998/namespace}space"
#: Of both namespaces of it.
_WORD_NAMESPACE: Final = "wordprocessingml/"
_QUOTED: Final = re.compile(r'"([^"]*)"')
#: After these switches of a field a quoted string is a format.
_FORMAT_SWITCH: Final = re.compile(r"\\[@#*]\s*$")


class TextNode:
    """The text of an element."""

    __slots__ = ("_element",)
    is_fixed = False

    def __init__(self, element: etree._Element) -> None:
        self._element = element

    def read(self) -> str:
        return self._element.text or ""

    def edit(self, edits: Sequence[Edit]) -> None:
        self._element.text = _valid(apply(self.read(), edits))
        if _WORD_NAMESPACE in str(self._element.tag):
            # Else Word drops blanks at the ends. Drawings have no such attribute.
            self._element.set(_SPACE_ATTRIBUTE, "preserve")


class TailNode:
    """The text behind an element, within its parent."""

    __slots__ = ("_element",)
    is_fixed = False

    def __init__(self, element: etree._Element) -> None:
        self._element = element

    def read(self) -> str:
        return self._element.tail or ""

    def edit(self, edits: Sequence[Edit]) -> None:
        self._element.tail = _valid(apply(self.read(), edits))


class AttributeNode:
    __slots__ = ("_element", "_name")
    is_fixed = False

    def __init__(self, element: etree._Element, name: str) -> None:
        self._element = element
        self._name = name

    def read(self) -> str:
        return self._element.get(self._name, "")

    def edit(self, edits: Sequence[Edit]) -> None:
        self._element.set(self._name, _valid(apply(self.read(), edits)))


class LinkNode(AttributeNode):
    """An address that is clicked on: one that holds what must be hidden leads nowhere, since no part of it is text."""

    __slots__ = ()

    def edit(self, edits: Sequence[Edit]) -> None:
        if edits:
            self._element.set(self._name, NEUTRAL_LINK)


@dataclass(frozen=True, slots=True)
class FixedNode:
    """An element that reads as this text: a tab, a line break."""

    text: str
    is_fixed: bool = True

    def read(self) -> str:
        return self.text

    def edit(self, edits: Sequence[Edit]) -> None:
        """Nothing to write to."""


class FieldNode:
    """The quoted strings of a field's instruction (HYPERLINK "mailto:..."), which stands in several runs at times."""

    __slots__ = ("_elements",)
    is_fixed = False

    def __init__(self, elements: Sequence[etree._Element]) -> None:
        self._elements = elements

    def read(self) -> str:
        instruction = self._instruction()
        return "\n".join(instruction[start:end] for start, end in _quoted(instruction))

    def edit(self, edits: Sequence[Edit]) -> None:
        instruction = self._instruction()
        spans = _quoted(instruction)
        # The line breaks between the strings take part in counting alone.
        lengths = [length for start, end in spans for length in (end - start, 1)]
        parts = spread(lengths, edits, [False, True] * len(spans))[::2]
        in_instruction = [
            Edit(start + edit.start, start + edit.end, edit.text.replace('"', "'").replace("\\", "/"))
            for (start, _), part in zip(spans, parts, strict=True)
            for edit in part
        ]
        first, *others = self._elements
        first.text = _valid(apply(instruction, in_instruction))
        for element in others:
            element.text = ""

    def _instruction(self) -> str:
        return "".join(element.text or "" for element in self._elements)


Node = TextNode | TailNode | AttributeNode | FixedNode | FieldNode


def _quoted(instruction: str) -> list[tuple[int, int]]:
    return [
        match.span(1)
        for match in _QUOTED.finditer(instruction)
        if not _FORMAT_SWITCH.search(instruction, max(match.start() - 4, 0), match.start())
    ]


def _valid(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
