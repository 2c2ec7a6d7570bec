"""What Word writes about people beside the text: authors get numbers, properties that name somebody are emptied."""

from collections.abc import Iterable
from typing import Final

from lxml import etree

from worker.files.docx_text import local_name

#: Core properties that stay: they name nobody.
_KEPT_CORE: Final = frozenset({"created", "modified", "lastPrinted", "revision", "version", "language"})
_EMPTIED_APP: Final = frozenset({"Company", "Manager", "HyperlinkBase", "Template"})
#: Headings of the document, and its links.
_REMOVED_APP: Final = frozenset({"HeadingPairs", "TitlesOfParts", "HLinks"})
_AUTHOR: Final = "author"
_INITIALS: Final = "initials"
#: Who somebody is signed in as (people.xml).
_PRESENCE: Final = "presenceInfo"
#: Where letters for many people take their addresses from.
_REMOVED_SETTINGS: Final = frozenset({"mailMerge"})


class Authors:
    """One number an author within a file: who commented what can still be told apart."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def hide(self, root: etree._Element) -> bool:
        """Whether something changed."""
        found = False
        for element in root.iter(etree.Element):
            named = {name.rpartition("}")[2]: name for name in map(str, element.attrib)}
            if local_name(element) == _PRESENCE:
                found |= _set(element, named.get("userId"), "")
            if _AUTHOR not in named:
                continue
            number = self._numbers.setdefault(element.get(named[_AUTHOR], ""), len(self._numbers) + 1)
            found |= _set(element, named[_AUTHOR], f"Author {number}")
            found |= _set(element, named.get(_INITIALS), f"A{number}")
        return found


def empty_core(root: etree._Element) -> bool:
    """docProps/core.xml."""
    return _empty(each for each in root.iter(etree.Element) if local_name(each) not in _KEPT_CORE)


def empty_app(root: etree._Element) -> bool:
    """docProps/app.xml."""
    is_removed = remove(root, _REMOVED_APP)
    return _empty(each for each in root.iter(etree.Element) if local_name(each) in _EMPTIED_APP) or is_removed


def empty_custom(root: etree._Element) -> bool:
    """docProps/custom.xml."""
    found = len(root) > 0
    for element in list(root):
        root.remove(element)
    return found


def trim_settings(root: etree._Element) -> bool:
    """word/settings.xml."""
    return remove(root, _REMOVED_SETTINGS)


def remove(root: etree._Element, names: frozenset[str]) -> bool:
    found = [each for each in root if isinstance(each.tag, str) and local_name(each) in names]
    for element in found:
        root.remove(element)
    return bool(found)


def _empty(elements: Iterable[etree._Element]) -> bool:
    found = False
    for element in elements:
        if (element.text or "").strip():
            element.text = None
            found = True
    return found


def _set(element: etree._Element, name: str | None, value: str) -> bool:
    if name is None or element.get(name) == value:
        return False
    element.set(name, value)
    return True
