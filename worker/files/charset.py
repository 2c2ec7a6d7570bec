"""The charset of a file: found once, kept, and what a letter becomes that it does not have."""

import codecs
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from worker.files.failures import unreadable, unsupported

#: The longest first: UTF-32's mark begins with UTF-16's.
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Heads of files that are no text, whatever their name says.
_BINARY_HEADS: Final = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"\x1f\x8b",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x7fELF",
    b"MZ\x90",
    b"{\\rtf",
    b"7z\xbc\xaf",
    b"Rar!",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
)
#: Windows-1252 as the web has it (WHATWG): the five bytes that it does not define are C1 controls.
WINDOWS_1252: Final = "windows-1252"
_TO_WINDOWS: Final = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xA0)}
_FROM_WINDOWS: Final = {ord(letter): byte for byte, letter in _TO_WINDOWS.items()}
#: Python's names of the charsets that a file may declare, each stretch written alone (ISO-2022-JP ends in its first
#: state). Not Latin-1 and Windows-1252: what says so is UTF-8 or Windows-1252 in truth, and these are tried for all.
_PAGES: Final = (1250, 1251, *range(1253, 1259), 874, 932, 949, 950, 437, 850, 852, 866)
_DECLARABLE: Final = frozenset(
    {f"cp{page}" for page in _PAGES}
    | {f"iso8859-{part}" for part in (*range(2, 12), *range(13, 17))}
    | set("ascii koi8-r koi8-u mac-roman shift_jis euc_jp euc_kr gb2312 gbk gb18030 big5 tis-620".split())
    | {"iso2022_jp", "iso2022_jp_2"}
)
#: Texts in these are ASCII to look at and something else to read.
_HIDING: Final = frozenset(
    {"utf-7", "hz", "iso2022_kr", "iso2022_jp_1", "iso2022_jp_3", "iso2022_jp_2004", "iso2022_jp_ext"}
)
_BASE_LETTER: Final = re.compile(r"LATIN (CAPITAL|SMALL) LETTER ([A-Z]{1,2})(?: WITH .*)?")


@dataclass(frozen=True, slots=True)
class Charset:
    name: str
    mark: bytes = b""

    def decode(self, content: bytes) -> str:
        """Raises UnicodeDecodeError."""
        if self.name == WINDOWS_1252:
            return content.decode("latin-1").translate(_TO_WINDOWS)
        return content.decode(self.name)

    def encode(self, text: str) -> bytes:
        """What `decode` gave, as it was. Raises UnicodeEncodeError."""
        if self.name == WINDOWS_1252:
            # A C1 control that stands for a letter in this charset has no byte of its own.
            return text.translate(_FROM_WINDOWS).encode("latin-1")
        return text.encode(self.name)

    def fit(self, text: str, otherwise: Callable[[str], str]) -> str:
        """The text with `otherwise` in place of each character that this charset does not have."""
        try:
            self.encode(text)
        except UnicodeEncodeError:
            return "".join(letter if self._has(letter) else otherwise(letter) for letter in text)
        return text

    def _has(self, letter: str) -> bool:
        try:
            self.encode(letter)
        except UnicodeEncodeError:
            return False
        return True


UTF_8: Final = Charset("utf-8")


def read_text(content: bytes, declared: str = "") -> tuple[str, Charset]:
    """The text and its charset: byte order mark; the declared one; strict UTF-8; Windows-1252.

    Declared Latin-1 is taken for Windows-1252, and only where the text is no UTF-8, as it often is in truth.
    Raises UnsupportedFile for what is no text, UnreadableFile for a mark that the rest does not keep.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _marked(content, Charset(name, mark))
    if has_binary_head(content) or b"\x00" in content:
        raise unsupported("It is not text, as its name says it is")
    for candidate in _candidates(declared):
        try:
            text = candidate.decode(content)
            # Some charsets have two codes for a letter; what is not touched must come back as it was.
            if candidate == UTF_8 or candidate.encode(text) == content:
                return text, candidate
        except UnicodeError:
            continue
    charset = Charset(WINDOWS_1252)
    return charset.decode(content), charset


def has_binary_head(content: bytes) -> bool:
    return content.startswith(_BINARY_HEADS)


def base_letter(letter: str) -> str:
    """For files without escapes: the letter without its marks, else its number as `\\uXXXX`."""
    plain = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
    if plain.isascii() and plain:
        return plain
    named = _BASE_LETTER.fullmatch(unicodedata.name(letter, ""))
    if named:
        return named[2] if named[1] == "CAPITAL" else named[2].lower()
    return letter.encode("ascii", "backslashreplace").decode("ascii")


def numeric_reference(letter: str) -> str:
    """For html and xml."""
    return f"&#{ord(letter)};"


def _marked(content: bytes, charset: Charset) -> tuple[str, Charset]:
    try:
        return charset.decode(content[len(charset.mark) :]), charset
    except UnicodeError:
        raise unreadable(f"It begins as {charset.name} and is not, by its bytes") from None


def _candidates(declared: str) -> list[Charset]:
    try:
        name = codecs.lookup(declared.strip()).name if declared.strip().isascii() else ""
    except (LookupError, ValueError):
        # A ValueError: a name with a NUL in it.
        name = ""
    if name in _HIDING:
        raise unsupported("It is in a charset that is not taken; use UTF-8")
    return [Charset(name), UTF_8] if name in _DECLARABLE else [UTF_8]
