"""A text while its names are judged: what its words tell about one another, and one candidate within it."""

import re
from dataclasses import dataclass
from functools import cached_property

from worker.detection.names import TITLES
from worker.detection.span import Span
from worker.detection.terms import fold

#: Characters.
_LOOKED_AT = 2_000
_WORD = re.compile(r"[^\W_]+")
_SMALL_WORD = re.compile(r"(?<![^\W_])[a-zß-öø-ÿ]{3,}(?![^\W_])")
_LAST_WORD = re.compile(r"\w+$")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;•\n\r\t\-–—|(«\"“]\s*|\n\s*\d+[.)]\s*)$")


@dataclass(frozen=True)
class Document:
    """A text and what its words tell about one another."""

    text: str
    language: str

    @cached_property
    def folded(self) -> str:
        """As long as the text."""
        return fold(self.text)

    @cached_property
    def small_words(self) -> frozenset[str]:
        """The words without a capital."""
        return frozenset(_SMALL_WORD.findall(self.text))

    @cached_property
    def has_capitals(self) -> bool:
        """Whether the writer begins names with capitals: more than one capital in a hundred letters."""
        capitals = sum(map(str.isupper, self.text[:_LOOKED_AT]))
        return capitals * 100 > min(len(self.text), _LOOKED_AT)

    def starts_sentence(self, offset: int) -> bool:
        return bool(_SENTENCE_START.search(self.text, max(0, offset - 8), offset)) or offset == 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that may be a name."""

    document: Document
    span: Span
    value: str
    #: Folded.
    words: tuple[str, ...]

    @classmethod
    def of(cls, document: Document, span: Span) -> "Candidate":
        value = document.text[span.start : span.end]
        return cls(document, span, value, tuple(_WORD.findall(fold(value))))

    def before(self, characters: int) -> str:
        return self.document.text[max(0, self.span.start - characters) : self.span.start]

    def after(self, characters: int) -> str:
        return self.document.text[self.span.end : self.span.end + characters]

    def has_title(self) -> bool:
        """Whether "Mr", "Mme", "Dr" or the like stands right before it."""
        last = _LAST_WORD.search(self.before(20).rstrip(" \u00a0."))
        return last is not None and last.group()[0].isupper() and fold(last.group()) in TITLES
