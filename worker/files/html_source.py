"""html: text by blocks, so that a name over several inline tags is one; attributes and comments that hold text."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from shared.errors import UnreadableFile
from shared.files import FileOptions
from worker.files.charset import numeric_reference, read_text
from worker.files.escapes import (
    HTML_COMMENT,
    HTML_EXACT,
    HTML_TEXT,
    LINE_BREAK,
    attribute_codec,
)
from worker.files.html_tokens import Attribute, Token, TokenKind, read_tokens
from worker.files.json_source import add_json_strings
from worker.files.opened_file import FileLimits
from worker.files.source_file import Piece, Places, SourceFile

#: Tags that do not part a text: what stands before and after is read as one.
_INLINE: Final = frozenset(
    """a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s samp small
    span strike strong sub sup time tt u var wbr""".split()
)
#: Attributes whose value is text, on every element.
_TEXT_ATTRIBUTES: Final = frozenset(
    """abbr alt aria-description aria-label aria-placeholder aria-roledescription aria-valuetext datetime download
    label placeholder srcdoc standby summary title""".split()
)
_DATA_PREFIX: Final = "data-"
#: Elements whose `value` is text.
_VALUE_OF: Final = frozenset({"input", "button", "option", "data", "param", "meter"})
#: Of <meta>: what is for machines alone.
_MACHINE_META: Final = frozenset(
    "viewport robots googlebot generator theme-color color-scheme referrer format-detection".split()
)
#: Attributes that are addresses; one is text if it writes to somebody or names an e-mail address.
_ADDRESSES: Final = frozenset({"href", "xlink:href", "src", "action", "formaction", "cite", "poster", "data"})
_NAMES_SOMEBODY: Final = re.compile(
    r"\s*(?:mailto|tel|sms|callto|sip|skype|xmpp|whatsapp):|[^@]*(?:@|%40|&#0*64;|&commat;)", re.I
)
_JSON_TYPE: Final = re.compile(r"application/(?:[\w.-]{1,60}\+)?json", re.I)
#: Attributes that a reader may follow: a whole address is text there, since the same one is hidden where it is shown.
_LINKS: Final = frozenset({("a", "href"), ("area", "href"), ("q", "cite"), ("blockquote", "cite")})
_WHOLE_ADDRESS: Final = re.compile(r"\s*(?:[a-z][a-z0-9+.-]{0,30}:)?//", re.I)
#: The standard looks for it in the first 1,024 bytes; authors put more before it.
_HEAD_BYTES: Final = 4_096
_CHARSET: Final = re.compile(
    rb"<meta[^>]{0,300}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{1,40})|<\?xml[^>]{0,100}?encoding\s{0,9}=\s{0,9}[\"']([\w.:-]{1,40})",
    re.I,
)


def open_html(content: bytes, _: FileOptions, limits: FileLimits) -> SourceFile:
    """Scripts and styles stay as they are. Raises UnsupportedFile; UnreadableFile for a byte order mark that lies."""
    return open_html_of(content, declared="", limits=limits)


def open_html_of(content: bytes, *, declared: str, limits: FileLimits) -> SourceFile:
    """`declared`: the charset that what the html came in says; the page's own counts where there is none."""
    source, charset = read_text(content, declared or _declared(content))
    places = Places(source, limits)
    if _JSON_TYPE.search(source):
        _add_data(places, limits)
    for pieces in _blocks(source, read_tokens(source)):
        places.add(*pieces)
    return SourceFile(places, charset, numeric_reference)


def _add_data(places: Places, limits: FileLimits) -> None:
    """The strings of each <script> of data; one that is no json is a text as it stands."""
    tag: Token | None = None
    for token in read_tokens(places.source):
        if token.kind is TokenKind.RAW and tag is not None and _is_json(places.source, tag):
            count = len(places.texts)
            try:
                add_json_strings(places, token.start, token.end, limits)
            except UnreadableFile:
                places.forget(count)
                places.add(Piece(token.start, token.end, HTML_COMMENT))
        tag = token


def _is_json(source: str, tag: Token) -> bool:
    """Whether the tag begins a <script> of data: search engines read who wrote the page there."""
    kinds = (source[each.start : each.end] for each in tag.attributes if each.name == "type")
    return any(_JSON_TYPE.match(kind.strip()) for kind in kinds)


def _declared(content: bytes) -> str:
    found = _CHARSET.search(content[:_HEAD_BYTES])
    return (found[1] or found[2]).decode("ascii", "ignore") if found else ""


def _blocks(source: str, tokens: Iterable[Token]) -> Iterator[tuple[Piece, ...]]:
    block: list[Piece] = []
    exact_depth = 0
    for token in tokens:
        if token.kind is TokenKind.TEXT:
            is_exact = exact_depth > 0 or bool(token.name)
            block.append(Piece(token.start, token.end, HTML_EXACT if is_exact else HTML_TEXT))
        elif token.kind is TokenKind.COMMENT:
            # A comment may stand within a word; it does not part the block.
            yield (Piece(token.start, token.end, HTML_COMMENT),)
        elif token.kind is TokenKind.START_TAG:
            yield from _attributes(source, token)
            if token.name == "pre":
                exact_depth += 1
        elif token.name == "pre":
            exact_depth = max(exact_depth - 1, 0)
        if token.kind in _TAGS:
            if token.name == "br":
                block.append(Piece(token.start, token.end, LINE_BREAK))
            elif token.name not in _INLINE and block:
                yield tuple(block)
                block = []
    if block:
        yield tuple(block)


_TAGS: Final = frozenset({TokenKind.START_TAG, TokenKind.END_TAG})


def _attributes(source: str, token: Token) -> Iterator[tuple[Piece, ...]]:
    values = {each.name: source[each.start : each.end] for each in token.attributes}
    for each in token.attributes:
        if _is_text(token.name, each, values):
            yield (Piece(each.start, each.end, attribute_codec(each.quote)),)


def _is_text(tag: str, attribute: Attribute, values: Mapping[str, str]) -> bool:
    name = attribute.name
    if name in _TEXT_ATTRIBUTES or name.startswith(_DATA_PREFIX):
        return True
    if name in _ADDRESSES:
        is_link = (tag, name) in _LINKS and _WHOLE_ADDRESS.match(values[name])
        return bool(is_link or _NAMES_SOMEBODY.match(values[name]))
    if name == "value":
        return tag in _VALUE_OF
    if name == "content" and tag == "meta":
        return values.get("name", "").strip().lower() not in _MACHINE_META and "http-equiv" not in values
    return False
