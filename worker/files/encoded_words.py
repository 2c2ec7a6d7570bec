"""Header texts of mails (RFC 2047, RFC 5322): read, and written so that nothing in them can end the header."""

import base64
import binascii
import quopri
import re
from email.header import Header
from typing import Final

from worker.files.charset import read_text

#: Bounded, so that a header of half-open words costs no more than its length.
_WORD: Final = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\s]{0,2000})\?=")
_BETWEEN_WORDS: Final = re.compile(r"(\?=)[ \t\r\n]+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
_FOLD: Final = re.compile(r"\r?\n(?=[ \t])")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")
_ATOMS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_ADDRESS_SIGNS: Final = re.compile(r"[^A-Za-z0-9.!#$%&'*+/=?^_`{|}~@-]+")
#: For addresses that are none any more (RFC 2606).
_NO_HOST: Final = "anonymized.invalid"


def read_header(raw: bytes) -> str:
    """As it stands; bytes beyond ASCII are UTF-8, else Windows-1252."""
    return read_text(raw.replace(b"\x00", b" "))[0]


def unfold(text: str) -> str:
    """A header of several lines as one."""
    return _FOLD.sub("", text)


def decode_words(text: str) -> str:
    """Encoded words as what they say; those of one charset in a row are one, since letters are cut between them."""
    text = _BETWEEN_WORDS.sub(r"\1", text)
    parts: list[str] = []
    pending, pending_charset, done = b"", "", 0
    for word in _WORD.finditer(text):
        content = _content(word)
        if content is None:
            continue
        charset = word[1].partition("*")[0].lower()
        if word.start() != done or charset != pending_charset:
            parts += [_decoded(pending, pending_charset), text[done : word.start()]]
            pending = b""
        pending, pending_charset, done = pending + content, charset, word.end()
    parts += [_decoded(pending, pending_charset), text[done:]]
    return "".join(parts)


def _content(word: re.Match[str]) -> bytes | None:
    try:
        if word[2] in "bB":
            return base64.b64decode(word[3] + "=" * (-len(word[3]) % 4))
        return quopri.decodestring(word[3].encode("ascii"), header=True)
    except (binascii.Error, ValueError):
        return None


def _decoded(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset or "ascii").replace("\x00", "\ufffd")
    except (LookupError, UnicodeError, ValueError):
        return content.decode("latin-1").replace("\x00", "\ufffd")


def write_text(text: str, line_end: str) -> str:
    """For Subject and the like."""
    text = _CONTROL.sub(" ", text)
    charset = "us-ascii" if text.isascii() and "=?" not in text else "utf-8"
    return Header(text, charset, maxlinelen=75).encode(linesep=line_end)


def write_phrase(text: str, line_end: str) -> str:
    """For the name before an address."""
    text = _CONTROL.sub(" ", text)
    if not text.isascii() or "=?" in text:
        return write_text(text, line_end)
    if _ATOMS.fullmatch(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def write_address(text: str) -> str:
    """An address that programs take: what is none gets the host `anonymized.invalid`."""
    local, _, host = _ADDRESS_SIGNS.sub("", text).rpartition("@")
    if not local:
        local, host = host, ""
    local = local.replace("@", "_").strip(".") or "redacted"
    return f"{re.sub(r'[.]{2,}', '.', local)}@{host if re.fullmatch(r'[A-Za-z0-9.-]+', host) else _NO_HOST}"
