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


class Escaped:
    """Some characters stand there as escapes. An edit is written by `write`; its neighbours keep their own."""

    is_fixed = False

    def __init__(self, escapes: str, read: Callable[[str], str], write: Callable[[str], str]) -> None:
        #: `escapes` is a pattern, and `read` says what one match of it stands for.
        self._escape = re.compile(escapes, re.DOTALL)
        self._atom = re.compile(f"(?P<escape>{escapes})|.", re.DOTALL)
        self._read = read
        self._write = write

    def read(self, raw: str) -> str:
        return self._escape.sub(lambda match: self._read(match[0]), raw)

    def rewrite(self, raw: str, edits: Sequence[Edit]) -> str:
        if not self._escape.search(raw):
            return apply(raw, [Edit(edit.start, edit.end, self._write(edit.text)) for edit in edits])
        starts: list[int] = []
        ends: list[int] = []
        for match in self._atom.finditer(raw):
            for _ in self._read(match[0]) if match["escape"] else match[0]:
                starts.append(match.start())
                ends.append(match.end())
        starts.append(len(raw))
        ends.append(len(raw))
        in_raw, done = [], 0
        for edit in edits:
            # An escape of several characters goes as a whole, and once.
            start = max(starts[edit.start], done)
            end = max(ends[edit.end - 1] if edit.end > edit.start else start, start)
            in_raw.append(Edit(start, end, self._write(edit.text)))
            done = end
        return apply(raw, in_raw)


def _json_character(escape: str) -> str:
    return _LONE_SURROGATE.sub(_REPLACEMENT_CHARACTER, json.loads(f'"{escape}"'))


def _json_escape(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def json_reference(letter: str) -> str:
    """A character as json's escapes, for a charset that does not have it."""
    return json.dumps(letter)[1:-1]


def _json_escape_in_html(text: str) -> str:
    return json.dumps(text)[1:-1].replace("<", "\\u003c")


_REFERENCE: Final = r"&(?:#[xX][0-9a-fA-F]{1,8};?|#[0-9]{1,9};?|[A-Za-z][A-Za-z0-9]{1,31};?)"
#: Those that need no collapsing stand for themselves.
_UNEVEN_SPACES: Final = r"[ \t\n\r\f]{2,}|[\t\n\r\f]"


def _html_character(reference: str) -> str:
    return _LONE_SURROGATE.sub(_REPLACEMENT_CHARACTER, html.unescape(reference))


def _html_character_or_space(escape: str) -> str:
    return _html_character(escape) if escape[0] == "&" else " "


def _escape_text(text: str) -> str:
    return html.escape(text, quote=False)


_ENDS_UNQUOTED: Final = frozenset("&<>\"'`= \t\n\r\f")


def _escape_unquoted(text: str) -> str:
    """For an attribute value without quotes."""
    return "".join(f"&#{ord(letter)};" if letter in _ENDS_UNQUOTED else letter for letter in text)


_JSON_ESCAPES: Final = r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\."

PLAIN: Final = Plain()
JSON_STRING: Final = Escaped(_JSON_ESCAPES, _json_character, _json_escape)
#: In a <script>: pure ASCII, and nothing that could end it.
JSON_STRING_IN_HTML: Final = Escaped(_JSON_ESCAPES, _json_character, _json_escape_in_html)
#: Text between tags: white space is one blank, as a reader sees it.
HTML_TEXT: Final = Escaped(f"{_REFERENCE}|{_UNEVEN_SPACES}", _html_character_or_space, _escape_text)
#: Text where white space counts: <pre>, <textarea>, attributes in quotes.
HTML_EXACT: Final = Escaped(_REFERENCE, _html_character, html.escape)
HTML_UNQUOTED: Final = Escaped(_REFERENCE, _html_character, _escape_unquoted)
#: Comments have no references; one is written where an edit would end the comment.
HTML_COMMENT: Final = Escaped(r"(?!)", str, _escape_text)
LINE_BREAK: Final = Fixed("\n")
#: What stands between a cell's quotes.
CELL_QUOTED: Final = Escaped('""', lambda _: '"', lambda text: text.replace('"', '""'))

_CODECS_BY_ATTRIBUTE_QUOTE: Final[Mapping[str, Codec]] = {'"': HTML_EXACT, "'": HTML_EXACT, "": HTML_UNQUOTED}


def attribute_codec(quote: str) -> Codec:
    """For an attribute's value that stands in these quotes, or in none."""
    return _CODECS_BY_ATTRIBUTE_QUOTE[quote]
