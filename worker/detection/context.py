"""Context words: what stands near a value and speaks for its type."""

import re
import unicodedata
from functools import lru_cache

from worker.detection.recognizer import WORDS_AFTER, WORDS_BEFORE

#: Six words seldom take more; a longer stretch is cut, so that a text without blanks costs no more than prose.
_REACH = 80
_WORD = re.compile(r"\w+(?:['’.-]\w+)*")


def find_context(text: str, start: int, end: int, listed: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the listed words that stand near text[start:end], as the table has them."""
    before = _last_words(text[max(0, start - _REACH) : start])
    after = _first_words(text[end : end + _REACH])
    near = fold(before + " \n " + after)
    if not any(word in near for word in map(fold, listed)):
        return ()
    return tuple(word for word in listed if _bounded(word).search(near))


@lru_cache(maxsize=4096)
def _bounded(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(fold(word))}(?!\w)")


def _last_words(text: str) -> str:
    found = list(_WORD.finditer(text))
    return text[found[-WORDS_BEFORE].start() :] if len(found) > WORDS_BEFORE else text


def _first_words(text: str) -> str:
    found = list(_WORD.finditer(text))
    return text[: found[WORDS_AFTER - 1].end()] if len(found) > WORDS_AFTER else text


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Lower case without accents; only for comparing, since the length may change."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in decomposed if not unicodedata.combining(character))
