"""How a text stands in a source: read from it, and edited there with all that is not edited left as it is."""

import html
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from worker.files.editing import Edit, apply

_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_REPLACEMENT_CHARACTER: Final = "\ufffd"


class Codec(Protocol):
    @property
    def is_fixed(self) -> bool:
        """Nothing can be written there: a tag that reads as a line break."""

    def read(self, raw: str, /) -> str: ...

    def rewrite(self, raw: str, edits: Sequence[Edit], /) -> str: ...


class Plain:
    """The text stands there as it is."""

    is_fixed = False

    def read(self, raw: str) -> str:
        return raw

    def rewrite(self, raw: str, edits: Sequence[Edit]) -> str:
        return apply(raw, edits)


@dataclass(frozen=True, slots=True)
class Fixed:
    """Markup between pieces that reads as `text`."""

    text: str
    is_fixed: bool = True

    def read(self, _raw: str) -> str:
        return self.text

    def rewrite(self, raw: str, _edits: Sequence[Edit]) -> str:
        return raw


@dataclass(frozen=True, slots=True)
class Escaped:
    """Some characters stand there as escapes. An edit is written by `escape`; its neighbours keep their own."""

    #: Matches at every position: one character as it is, or what stands for some.
    atom: re.Pattern[str]
    decode: Callable[[str], str]
    escape: Callable[[str], str]
    #: Without one of these, every character stands for itself.
    special: re.Pattern[str]
    is_fixed: bool = False

    def read(self, raw: str) -> str:
        if not self.special.search(raw):
            return raw
        return "".join(self.decode(atom) for atom in self.atom.findall(raw))

    def rewrite(self, raw: str, edits: Sequence[Edit]) -> str:
        if not self.special.search(raw):
            return apply(raw, [Edit(edit.start, edit.end, self.escape(edit.text)) for edit in edits])
        starts: list[int] = []
        ends: list[int] = []
        for match in self.atom.finditer(raw):
            for _ in self.decode(match[0]):
                starts.append(match.start())
                ends.append(match.end())
        starts.append(len(raw))
        ends.append(len(raw))
        in_raw, done = [], 0
        for edit in edits:
            # An escape of several characters goes as a whole, and once.
            start = max(starts[edit.start], done)
            end = max(ends[edit.end - 1] if edit.end > edit.start else start, start)
            in_raw.append(Edit(start, end, self.escape(edit.text)))
            done = end
        return apply(raw, in_raw)


def _json_atom(atom: str) -> str:
    if len(atom) == 1:
        return atom
    return _LONE_SURROGATE.sub(_REPLACEMENT_CHARACTER, json.loads(f'"{atom}"'))


def _json_escape(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def json_reference(letter: str) -> str:
    """A character as json's escapes, for a charset that does not have it."""
    return json.dumps(letter)[1:-1]


def _html_atom(atom: str) -> str:
    if atom[0] == "&":
        return _valid(html.unescape(atom))
    return atom


def _collapsed_html_atom(atom: str) -> str:
    return " " if atom[0] in _SPACES else _html_atom(atom)


def _valid(text: str) -> str:
    return _LONE_SURROGATE.sub(_REPLACEMENT_CHARACTER, text)


_SPACES: Final = " \t\n\r\f"
_REFERENCE: Final = r"&(?:#[xX][0-9a-fA-F]{1,8};?|#[0-9]{1,9};?|[A-Za-z][A-Za-z0-9]{1,31};?)"


def _escape_text(text: str) -> str:
    return html.escape(text, quote=False)


def _escape_unquoted(text: str) -> str:
    """For an attribute value without quotes."""
    return "".join(f"&#{ord(letter)};" if letter in _ENDS_UNQUOTED else letter for letter in text)


_ENDS_UNQUOTED: Final = frozenset("&<>\"'`= \t\n\r\f")


def _escape_comment(text: str) -> str:
    """What would end the comment, or a declaration's brackets, is spelled."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


PLAIN: Final = Plain()
JSON_STRING: Final = Escaped(
    re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.|.", re.DOTALL),
    _json_atom,
    _json_escape,
    re.compile(r"\\"),
)
#: Text between tags: white space is one blank, as a reader sees it.
HTML_TEXT: Final = Escaped(
    re.compile(rf"{_REFERENCE}|[ \t\n\r\f]+|.", re.DOTALL),
    _collapsed_html_atom,
    _escape_text,
    re.compile(r"[&\t\n\r\f]|  "),
)
#: Text where white space counts: <pre>, <textarea>, attributes in quotes.
HTML_EXACT: Final = Escaped(re.compile(rf"{_REFERENCE}|.", re.DOTALL), _html_atom, html.escape, re.compile("&"))
HTML_UNQUOTED: Final = Escaped(HTML_EXACT.atom, _html_atom, _escape_unquoted, HTML_EXACT.special)
HTML_COMMENT: Final = Escaped(re.compile(".", re.DOTALL), str, _escape_comment, re.compile(r"(?!)"))
LINE_BREAK: Final = Fixed("\n")
CELL_QUOTED: Final = Escaped(
    re.compile(r'""|.', re.DOTALL), lambda atom: atom[0], lambda text: text.replace('"', '""'), re.compile('""')
)

_CODECS_BY_ATTRIBUTE_QUOTE: Final[Mapping[str, Codec]] = {'"': HTML_EXACT, "'": HTML_EXACT, "": HTML_UNQUOTED}


def attribute_codec(quote: str) -> Codec:
    """For an attribute's value that stands in these quotes, or in none."""
    return _CODECS_BY_ATTRIBUTE_QUOTE[quote]
