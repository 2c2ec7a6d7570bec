"""html in pieces by their place: an own scanner, since the standard one takes quadratic time on broken tags.

Every step looks for the end of a construct once; one that does not end is text from there on: nothing hides in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final


class TokenKind(Enum):
    TEXT = auto()
    START_TAG = auto()
    END_TAG = auto()
    #: Comments, and what browsers take for them: <?...>, <![CDATA[...]]>, </ and no letter.
    COMMENT = auto()
    DECLARATION = auto()
    #: What stands in <script>, <style> and their like.
    RAW = auto()


@dataclass(frozen=True, slots=True)
class Attribute:
    """A value's place in the source, without its quotes."""

    name: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Token:
    """`start` and `end` are of what can be text: a comment's are without its signs."""

    kind: TokenKind
    start: int
    end: int
    name: str = ""
    attributes: tuple[Attribute, ...] = ()


_TAG_NAME: Final = re.compile(r"[A-Za-z][^ \t\n\r\f/>]*")
#: A name, and a value in quotes or up to white space; no step goes back.
_ATTRIBUTE: Final = re.compile(
    r"(?P<name>[^ \t\n\r\f/>=]+)"
    r"(?:[ \t\n\r\f]*=[ \t\n\r\f]*"
    r"(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^ \t\n\r\f>\"'][^ \t\n\r\f>]*))?)?"
)
_QUOTES: Final = {"double": '"', "single": "'", "bare": ""}
_BETWEEN_ATTRIBUTES: Final = re.compile(r"[ \t\n\r\f/=]*")
_COMMENT_END: Final = re.compile(r"--!?>")
#: Elements whose content is no markup; in the first it is code.
_CODE: Final = frozenset({"script", "style"})
_NO_MARKUP: Final = {
    name: re.compile(rf"</{name}(?=[ \t\n\r\f/>])", re.IGNORECASE)
    for name in (*_CODE, "title", "textarea", "xmp", "iframe", "noembed", "noframes")
}


def read_tokens(source: str) -> Iterator[Token]:
    """All of the source, in order."""
    scanner = _Scanner(source)
    position = text_start = 0
    while True:
        position = source.find("<", position)
        if position < 0:
            break
        found = scanner.markup(position)
        if found is None:
            position += 1
            continue
        token, end = found
        if text_start < position:
            yield Token(TokenKind.TEXT, text_start, position)
        yield token
        position = text_start = end
        if token.kind is TokenKind.START_TAG and token.name in _NO_MARKUP:
            closing = _NO_MARKUP[token.name].search(source, end)
            position = text_start = closing.start() if closing else len(source)
            if end < position:
                yield Token(TokenKind.RAW if token.name in _CODE else TokenKind.TEXT, end, position, token.name)
    if text_start < len(source):
        yield Token(TokenKind.TEXT, text_start, len(source))


class _Scanner:
    def __init__(self, source: str) -> None:
        self._source = source
        #: Ends that do not come any more: looking for one again would read the rest of the source each time.
        self._absent: set[str] = set()
        #: A tag did not end: what follows is text, all of it.
        self._is_over = False

    def _find(self, what: str, start: int) -> int:
        if what in self._absent:
            return -1
        found = self._source.find(what, start)
        if found < 0:
            self._absent.add(what)
        return found

    def markup(self, start: int) -> tuple[Token, int] | None:
        """The token that begins with this `<` and where it ends; None: it is text."""
        source, after = self._source, start + 1
        if self._is_over:
            return None
        if source.startswith("!--", after):
            return self._comment(start + 4)
        following = source[after : after + 2]
        if following[:1] in ("!", "?"):
            return self._declaration(start)
        if following[:1] == "/":
            name = _TAG_NAME.match(source, start + 2)
            if name is None:
                return self._until(">", start + 2, TokenKind.COMMENT)
            end = self._find(">", name.end())
            return None if end < 0 else (Token(TokenKind.END_TAG, start, end + 1, name[0].lower()), end + 1)
        name = _TAG_NAME.match(source, after)
        return None if name is None else self._start_tag(start, name)

    def _comment(self, start: int) -> tuple[Token, int] | None:
        for ending in (">", "->"):
            if self._source.startswith(ending, start):
                return Token(TokenKind.COMMENT, start, start), start + len(ending)
        found = None if _COMMENT_END.pattern in self._absent else _COMMENT_END.search(self._source, start)
        if found is None:
            self._absent.add(_COMMENT_END.pattern)
            return None
        return Token(TokenKind.COMMENT, start, found.start()), found.end()

    def _declaration(self, start: int) -> tuple[Token, int] | None:
        head = self._source[start + 1 : start + 10].lower()
        if head.startswith("![cdata["):
            return self._until("]]>", start + 9, TokenKind.COMMENT)
        is_fixed = head.startswith(("!doctype", "?xml"))
        return self._until(">", start + 2, TokenKind.DECLARATION if is_fixed else TokenKind.COMMENT)

    def _until(self, mark: str, start: int, kind: TokenKind) -> tuple[Token, int] | None:
        end = self._find(mark, start)
        return None if end < 0 else (Token(kind, start, end), end + len(mark))

    def _start_tag(self, start: int, name: re.Match[str]) -> tuple[Token, int] | None:
        source, position = self._source, name.end()
        attributes: list[Attribute] = []
        while self._find(">", position) >= 0:
            between = _BETWEEN_ATTRIBUTES.match(source, position)
            position = between.end() if between else position
            if source.startswith(">", position):
                return Token(TokenKind.START_TAG, start, position + 1, name[0].lower(), tuple(attributes)), position + 1
            attribute = _ATTRIBUTE.match(source, position)
            if attribute is None:
                break
            position, group = attribute.end(), str(attribute.lastgroup)
            if group in _QUOTES:
                first, last = attribute.span(group)
                attributes.append(Attribute(attribute["name"].lower(), first, last, _QUOTES[group]))
            elif "=" in attribute[0] and source.startswith(('"', "'"), position):
                # Quotes that do not close.
                break
        self._is_over = True
        return None
